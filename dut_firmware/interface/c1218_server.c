/*
 * Session states and services of C12.18 on the meter's side, each service one row of a table.
 * Numbers in requests and responses are high byte first; what a table contains is not.
 */
#include "interface/c1218_server.h"

#include <string.h>

#include "interface/c1219_index.h"
#include "interface/module.h"
#include "registers/control.h"
#include "registers/quantities.h"
#include "storage/event_log.h"

#define TRAFFIC_FRAMES (6u * C1218_FRAMES_PER_SECOND)

#define BAUD_CODE_9600 0x06u

#define ANY_STATE (C1218_STATE_BASE | C1218_STATE_ID | C1218_STATE_SESSION)
#define LONGEST C1218_MESSAGE_BYTES

struct call {
	struct c1218_link *link;
	const uint8_t *request; /* with the service code */
	uint16_t length;
	uint64_t frame;
	uint8_t *answer; /* after the response code */
	uint16_t answer_length;
};

struct c1218_service {
	uint8_t first_code;
	uint8_t last_code;
	uint8_t states;
	uint16_t shortest;
	uint16_t longest;
	enum c1218_response (*run)(struct c1218_server *server, struct call *call); /* NULL: sns */
};

static uint16_t number16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t number24(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
}

static void put16(uint8_t *bytes, uint16_t number)
{
	bytes[0] = (uint8_t)(number >> 8);
	bytes[1] = (uint8_t)(number & 0xFFu);
}

/* Data and checksum add up to 0, modulo 256. */
static uint8_t checksum(const uint8_t *bytes, uint16_t count)
{
	uint32_t sum = 0;

	for (uint16_t i = 0; i < count; i++) {
		sum += bytes[i];
	}
	return (uint8_t)((0x100u - (sum & 0xFFu)) & 0xFFu);
}

static void return_to_base(struct c1218_server *server, struct c1218_link *link)
{
	server->state = C1218_STATE_BASE;
	c1219_store_end_session(&server->store);
	server->after = C1218_AFTER_NOTHING;
	server->traffic_frames = TRAFFIC_FRAMES;
	c1218_link_reset(link);
}

/* Session */

/*
 * Answered in every state: a client that lost its session may start again. Clearance and sizes are
 * the defaults then.
 */
static enum c1218_response identify(struct c1218_server *server, struct call *call)
{
	static const uint8_t identification[] = {
		0x00, /* standard: C12.18 */
		0x01, /* version 1 */
		0x00, /* revision 0 */
		0x00, /* reserved; end of the list of features in later versions */
	};

	return_to_base(server, call->link);
	server->state = C1218_STATE_ID;
	memcpy(call->answer, identification, sizeof(identification));
	call->answer_length = sizeof(identification);
	return C1218_OK;
}

static enum c1218_response terminate(struct c1218_server *server, struct call *call)
{
	(void)call;
	server->after = C1218_AFTER_TERMINATE;
	return C1218_OK;
}

/*
 * The smaller of both sides' limits. The rate stays 9600 bit/s: its code is answered whatever the
 * list offers, which tells a client that cannot use it.
 */
static enum c1218_response negotiate(struct c1218_server *server, struct call *call)
{
	unsigned int rates = call->request[0] & 0x0Fu;
	uint16_t packet_bytes = number16(call->request + 1);
	uint8_t packet_count = call->request[3];

	if (call->length != 4u + rates || packet_bytes < C1218_SMALLEST_PACKET_BYTES ||
	    packet_count == 0) {
		return C1218_ERR;
	}
	server->negotiated_bytes = packet_bytes < C1218_LARGEST_PACKET_BYTES
					   ? packet_bytes
					   : (uint16_t)C1218_LARGEST_PACKET_BYTES;
	server->negotiated_count = packet_count < C1218_LARGEST_PACKET_COUNT
					   ? packet_count
					   : (uint8_t)C1218_LARGEST_PACKET_COUNT;
	server->after = C1218_AFTER_NEGOTIATE;
	put16(call->answer, server->negotiated_bytes);
	call->answer[2] = server->negotiated_count;
	call->answer[3] = BAUD_CODE_9600;
	call->answer_length = 4;
	return C1218_OK;
}

/* Lengthens the patience until the next request; it never shortens it. */
static enum c1218_response wait(struct c1218_server *server, struct call *call)
{
	uint32_t frames = call->request[1] * C1218_FRAMES_PER_SECOND;

	server->traffic_frames = frames > TRAFFIC_FRAMES ? frames : TRAFFIC_FRAMES;
	return C1218_OK;
}

static enum c1218_response logon(struct c1218_server *server, struct call *call)
{
	uint16_t user = number16(call->request + 1);

	server->state = C1218_STATE_SESSION;
	c1219_store_begin_session(&server->store, user,
				  server->kind == C1218_MODULE_PORT ? module_origin(user)
								    : C1219_LOCAL);
	return C1218_OK;
}

static enum c1218_response logoff(struct c1218_server *server, struct call *call)
{
	(void)call;
	server->state = C1218_STATE_ID;
	c1219_store_end_session(&server->store);
	return C1218_OK;
}

/*
 * Through the module nobody programs the meter or tries those passwords; who is not its network has
 * none at all.
 */
static enum c1218_response security(struct c1218_server *server, struct call *call)
{
	static const enum c1218_clearance highest[] = {
		[C1219_LOCAL] = C1218_CLEARANCE_FACTORY,
		[C1219_NETWORK] = C1218_CLEARANCE_OPERATE,
		[C1219_UNKNOWN] = C1218_CLEARANCE_DEFAULT,
		[C1219_ZIGBEE] = C1218_CLEARANCE_DEFAULT,
	};
	struct meter *meter = server->store.meter;
	enum c1218_clearance limit = highest[server->store.origin];

	if (limit == C1218_CLEARANCE_DEFAULT) {
		return C1218_ERR;
	}
	enum c1218_response response =
		security_check(&server->security, settings_of(meter), call->request + 1,
			       call->frame, limit, &server->store.clearance);

	if (response == C1218_ERR) {
		(void)event_log_add(event_log_of(meter), EVENT_WRONG_PASSWORD, 0);
	}
	return response;
}

/* Tables */

/* A full read asks for everything from 0: `wanted` NULL. */
static enum c1218_response read_part(struct c1218_server *server, struct call *call,
				     uint32_t offset, const uint16_t *wanted)
{
	uint16_t id = number16(call->request + 1);
	uint32_t length = 0;
	enum c1218_response response = c1219_length(&server->store, id, &length);

	if (response != C1218_OK) {
		return response;
	}
	uint32_t count = wanted != NULL ? *wanted : length;

	if ((wanted != NULL && count == 0) || count > LONGEST ||
	    !c1218_link_fits(call->link, (uint16_t)(1u + 2u + count + 1u))) {
		return C1218_ONP;
	}
	response = c1219_read_part(&server->store, id, offset, call->answer + 2, (uint16_t)count);
	if (response != C1218_OK) {
		return response;
	}
	put16(call->answer, (uint16_t)count);
	call->answer[2 + count] = checksum(call->answer + 2, (uint16_t)count);
	call->answer_length = (uint16_t)(2u + count + 1u);
	return C1218_OK;
}

static enum c1218_response read_full(struct c1218_server *server, struct call *call)
{
	return read_part(server, call, 0, NULL);
}

static enum c1218_response read_offset(struct c1218_server *server, struct call *call)
{
	uint16_t count = number16(call->request + 6);

	return read_part(server, call, number24(call->request + 3), &count);
}

#define INDEX_LEVELS_IN_CODE 0x0Fu
#define OCTETS_BEFORE_INDEX 3u /* service code and table */

/* The element's first octet; `counted` is where the byte count stands. */
static enum c1218_response find_element(const struct call *call, uint32_t *offset,
					const uint8_t **counted)
{
	uint32_t levels = call->request[0] & INDEX_LEVELS_IN_CODE;
	const uint8_t *indices = call->request + OCTETS_BEFORE_INDEX;

	*counted = indices + 2u * levels;
	return call->length < OCTETS_BEFORE_INDEX + 2u * levels + 2u
		       ? C1218_ERR
		       : c1219_element_offset(number16(call->request + 1), indices, levels, offset);
}

/* The count is one of octets from the element's first one on, as C12.18-1996 has it. */
static enum c1218_response read_index(struct c1218_server *server, struct call *call)
{
	uint32_t offset = 0;
	uint32_t length = 0;
	const uint8_t *counted = NULL;
	enum c1218_response response =
		c1219_length(&server->store, number16(call->request + 1), &length);
	enum c1218_response found = find_element(call, &offset, &counted);

	if (found == C1218_ERR || call->request + call->length != counted + 2) {
		return C1218_ERR;
	}
	if (response != C1218_OK || found != C1218_OK) {
		return response != C1218_OK ? response : found;
	}
	uint16_t count = number16(counted);

	return read_part(server, call, offset, &count);
}

/* `counted` starts at the request's byte count: count, data, checksum. */
static enum c1218_response write_part(struct c1218_server *server, const struct call *call,
				      struct c1219_write *write, const uint8_t *counted)
{
	uint16_t left = (uint16_t)(call->length - (counted - call->request));

	write->table = number16(call->request + 1);
	write->count = number16(counted);
	write->bytes = counted + 2;

	enum c1218_response response =
		c1219_write_check(&server->store, server->store.clearance, write);

	if (response == C1218_OK && left != 2u + write->count + 1u) {
		response = C1218_ONP;
	}
	if (response == C1218_OK &&
	    checksum(write->bytes, write->count) != write->bytes[write->count]) {
		response = C1218_ERR;
	}
	if (response == C1218_OK) {
		response = c1219_write(&server->store, write);
	}
	if (response == C1218_ISC) {
		c1219_note_refusal(&server->store, write->table);
	}
	return response;
}

static enum c1218_response write_full(struct c1218_server *server, struct call *call)
{
	struct c1219_write write = {.is_whole = true};

	return write_part(server, call, &write, call->request + 3);
}

static enum c1218_response write_offset(struct c1218_server *server, struct call *call)
{
	struct c1219_write write = {.offset = number24(call->request + 3)};

	return write_part(server, call, &write, call->request + 6);
}

/* Not one table is written in parts: the refusal is that of a write from an offset. */
static enum c1218_response write_index(struct c1218_server *server, struct call *call)
{
	struct c1219_write write = {.is_whole = false};
	const uint8_t *counted = NULL;

	if (find_element(call, &write.offset, &counted) == C1218_ERR) {
		return C1218_ERR;
	}
	return write_part(server, call, &write, counted);
}

#define IN_ID C1218_STATE_ID
#define IN_SESSION C1218_STATE_SESSION
#define IN_ID_OR_SESSION (C1218_STATE_ID | C1218_STATE_SESSION)

/*
 * Known services without a function have a state in which they would be in order, and answer sns
 * there.
 */
static const struct c1218_service services[] = {
	{0x20, 0x20, ANY_STATE, 1, 1, identify},
	{0x21, 0x21, IN_ID_OR_SESSION, 1, 1, terminate},
	{0x30, 0x30, IN_SESSION, 3, 3, read_full},
	{0x31, 0x39, IN_SESSION, 7, 5 + 2 * C1219_INDEX_LEVELS, read_index},
	{0x3A, 0x3E, IN_SESSION, 1, LONGEST, NULL}, /* reserved; default read */
	{0x3F, 0x3F, IN_SESSION, 8, 8, read_offset},
	{0x40, 0x40, IN_SESSION, 6, LONGEST, write_full},
	{0x41, 0x49, IN_SESSION, 8, LONGEST, write_index},
	{0x4A, 0x4E, IN_SESSION, 1, LONGEST, NULL}, /* reserved */
	{0x4F, 0x4F, IN_SESSION, 9, LONGEST, write_offset},
	{0x50, 0x50, IN_ID, 13, 13, logon},
	{0x51, 0x51, IN_SESSION, 1 + SETTINGS_PASSWORD_BYTES, 1 + SETTINGS_PASSWORD_BYTES,
	 security},
	{0x52, 0x52, IN_SESSION, 1, 1, logoff},
	{0x53, 0x53, IN_SESSION, 1, LONGEST, NULL}, /* authenticate, C12.21 */
	{0x60, 0x6B, IN_ID, 4, 4 + 11, negotiate},
	{0x70, 0x70, IN_ID_OR_SESSION, 2, 2, wait},
	{0x71, 0x71, IN_ID, 1, LONGEST, NULL}, /* timing setup, C12.21 */
};

static const struct c1218_service *find_service(uint8_t code)
{
	for (unsigned int i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		if (code >= services[i].first_code && code <= services[i].last_code) {
			return &services[i];
		}
	}
	return NULL;
}

/* State before knowledge of the service, then the request's own length. */
static enum c1218_response dispatch(struct c1218_server *server, struct call *call)
{
	const struct c1218_service *service = find_service(call->request[0]);

	if (service == NULL) {
		return server->state == C1218_STATE_BASE ? C1218_ISSS : C1218_SNS;
	}
	if ((service->states & (unsigned int)server->state) == 0) {
		return C1218_ISSS;
	}
	if (service->run == NULL) {
		return C1218_SNS;
	}
	if (call->length < service->shortest || call->length > service->longest) {
		return C1218_ERR;
	}
	return service->run(server, call);
}

static enum c1218_response request_fault(const struct c1218_server *server,
					 const struct c1218_link *link)
{
	return server->state == C1218_STATE_BASE ? C1218_ISSS : link->request_fault;
}

static void serve(struct c1218_server *server, struct c1218_link *link, uint64_t frame)
{
	struct call call = {
		.link = link,
		.request = link->request,
		.length = link->request_length,
		.frame = frame,
		.answer = link->response + 1,
	};

	server->traffic_frames = TRAFFIC_FRAMES;
	/* The log says who has done it; another port may have its say before the next request. */
	event_log_of(server->store.meter)->user = server->store.user;

	enum c1218_response response = link->request_fault == C1218_OK
					       ? dispatch(server, &call)
					       : request_fault(server, link);

	event_log_of(server->store.meter)->user = EVENT_LOG_DEVICE;
	if (response != C1218_OK) {
		call.answer_length = 0;
	}
	link->response[0] = (uint8_t)response;
	c1218_link_respond(link, (uint16_t)(1u + call.answer_length), frame);
}

static void response_delivered(struct c1218_server *server, struct c1218_link *link)
{
	enum c1218_after after = server->after;

	server->after = C1218_AFTER_NOTHING;
	if (after == C1218_AFTER_NEGOTIATE) {
		link->packet_bytes = server->negotiated_bytes;
		link->packet_count = server->negotiated_count;
	} else if (after == C1218_AFTER_TERMINATE || server->state == C1218_STATE_BASE) {
		return_to_base(server, link);
	}
}

void c1218_server_init(struct c1218_server *server, struct meter *meter, enum c1218_port_kind kind)
{
	memset(server, 0, sizeof(*server));
	server->kind = kind;
	server->state = C1218_STATE_BASE;
	server->traffic_frames = TRAFFIC_FRAMES;
	c1219_store_init(&server->store, meter);
}

void c1218_server_handle(struct c1218_server *server, struct c1218_link *link,
			 enum c1218_link_event event, uint64_t frame)
{
	switch (event) {
	case C1218_LINK_NOTHING:
		break;
	case C1218_LINK_REQUEST:
		serve(server, link, frame);
		break;
	case C1218_LINK_DELIVERED:
		response_delivered(server, link);
		break;
	case C1218_LINK_ABANDONED:
		return_to_base(server, link);
		break;
	}
}

uint64_t c1218_server_deadline(const struct c1218_server *server, const struct c1218_link *link)
{
	if (server->state == C1218_STATE_BASE) {
		return UINT64_MAX;
	}
	return link->activity_frame + server->traffic_frames;
}

void c1218_server_time_out(struct c1218_server *server, struct c1218_link *link)
{
	return_to_base(server, link);
}

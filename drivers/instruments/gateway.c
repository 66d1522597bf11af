/*
 * The gateway of GATEWAY.md as remote reader: lines of text, LF, 115200 8N1. What meter, module or
 * radio refuse is an answer; what the gateway itself does not understand or does not say is a fault
 * of the bench.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/instruments/drivers.h"
#include "drivers/instruments/text_link.h"

#define LINE_CHARACTERS 16400
/* GATEWAY.md: a request takes up to 30 s, each reading of the traffic up to 2 s; something on top.
 */
#define REQUEST_SECONDS 32.0
#define READING_SECONDS 2.0
#define TRAFFIC_MOST 1000
#define IDENTITY_WORDS 5

struct gateway {
	struct instrument instrument;
	struct text_link link;
	char line[LINE_CHARACTERS + 2];
	char request[LINE_CHARACTERS + 2];
};

static const struct {
	const char *word;
	const char *refusal;
} refusals[] = {
	{"NO_MODULE", "no module"},
	{"NO_CONTACT", "no contact"},
	{"NOT_JOINED", "not joined"},
	{"METER_SILENT", "meter silent"},
};

static const char *const response_codes[] = {"err", "sns", "isc", "onp", "iar",
					     "bsy", "dnr", "dlk", "rno", "isss"};

static struct gateway *gateway_of(struct instrument *instrument)
{
	return (struct gateway *)instrument;
}

static const char *path_word(enum remote_path path)
{
	return path == REMOTE_ZIGBEE ? "ZIGBEE" : "NETWORK";
}

static enum status not_this(struct gateway *gateway, const char *what)
{
	gateway->link.is_out_of_step = true;
	return text_link_fail(&gateway->link, STATUS_PROTOCOL, "\"%.60s\" to \"%.40s\" is no %s",
			      gateway->line, gateway->request, what);
}

static enum status take_response_code(struct gateway *gateway, const char *code,
				      char refusal[REMOTE_REFUSAL])
{
	for (size_t i = 0; i < sizeof(response_codes) / sizeof(*response_codes); i++) {
		if (!strcmp(code, response_codes[i])) {
			snprintf(refusal, REMOTE_REFUSAL, "%s", code);
			return STATUS_OK;
		}
	}
	return not_this(gateway, "answer with a response code of C12.18");
}

/* What stands behind "ERROR ". */
static enum status take_error(struct gateway *gateway, const char *error,
			      char refusal[REMOTE_REFUSAL])
{
	if (!strncmp(error, "C1218 ", 6)) {
		return take_response_code(gateway, error + 6, refusal);
	}
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		if (!strcmp(error, refusals[i].word)) {
			snprintf(refusal, REMOTE_REFUSAL, "%s", refusals[i].refusal);
			return STATUS_OK;
		}
	}
	if (!strcmp(error, "CHANNEL")) {
		return text_link_fail(&gateway->link, STATUS_BAD_INPUT,
				      "it has no radio for the position of \"%.40s\"; check the "
				      "positions of the lab file",
				      gateway->request);
	}
	if (!strcmp(error, "SYNTAX") || !strncmp(error, "SYNTAX ", 7)) {
		return text_link_fail(&gateway->link, STATUS_REFUSED,
				      "it does not understand \"%.40s\": %.80s", gateway->request,
				      error + 6);
	}
	return not_this(gateway, "answer of a gateway");
}

/* Sends gateway->request. *result is what stands behind "OK", NULL when it was refused. */
static enum status ask(struct gateway *gateway, double seconds, char **result,
		       char refusal[REMOTE_REFUSAL])
{
	refusal[0] = '\0';
	*result = NULL;
	enum status status = text_link_ask_line(&gateway->link, seconds, gateway->request);

	if (status) {
		return status;
	}
	if (!strncmp(gateway->line, "ERROR ", 6)) {
		return take_error(gateway, gateway->line + 6, refusal);
	}
	if (strncmp(gateway->line, "OK", 2) != 0 || (gateway->line[2] && gateway->line[2] != ' ')) {
		return not_this(gateway, "answer of a gateway");
	}
	*result = gateway->line + 2 + (gateway->line[2] == ' ');
	return STATUS_OK;
}

static bool take_flag(const char *text, bool *flag)
{
	*flag = text[0] == '1';
	return (text[0] == '0' || text[0] == '1') && !text[1];
}

static bool take_text(const char *text, char *target, size_t size)
{
	return text[0] && snprintf(target, size, "%s", text) < (int)size;
}

/* The first `count` words, cut in place; `rest` is the remainder of the line. False: too few. */
static bool take_words(char *text, char *words[], int count, char **rest)
{
	for (int i = 0; i < count; i++) {
		words[i] = text;
		text = strchr(text, ' ');
		if (!text || text == words[i]) {
			return false;
		}
		*text++ = '\0';
	}
	*rest = text;
	return **rest != '\0';
}

static enum status gateway_module(struct instrument *instrument, int channel,
				  struct remote_module *module, char refusal[REMOTE_REFUSAL])
{
	struct gateway *gateway = gateway_of(instrument);
	char *words[4], *label, *result;

	*module = (struct remote_module){.has_zigbee = false};
	snprintf(gateway->request, sizeof(gateway->request), "MODULE? %d", channel);
	enum status status = ask(gateway, REQUEST_SECONDS, &result, refusal);

	if (status || !result) {
		return status;
	}
	if (!take_words(result, words, 4, &label) ||
	    !take_text(words[0], module->number, sizeof(module->number)) ||
	    !take_flag(words[1], &module->has_zigbee) || !take_flag(words[2], &module->is_joined) ||
	    !take_text(words[3], module->firmware, sizeof(module->firmware)) ||
	    !take_text(label, module->label, sizeof(module->label))) {
		return not_this(gateway, "module with number, Zigbee, joined, firmware and label");
	}
	return STATUS_OK;
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9') {
		return digit - '0';
	}
	return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* "-" is no octet. */
static bool read_hex(const char *text, uint8_t *octets, size_t capacity, size_t *count)
{
	*count = 0;
	if (!strcmp(text, "-")) {
		return true;
	}
	for (; text[0]; text += 2) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0 || *count == capacity) {
			return false;
		}
		octets[(*count)++] = (uint8_t)(high * 16 + low);
	}
	return *count > 0;
}

/* Behind what the request has so far. */
static void add_hex(struct gateway *gateway, const uint8_t *octets, size_t count)
{
	size_t used = strlen(gateway->request);

	if (!count) {
		snprintf(gateway->request + used, sizeof(gateway->request) - used, "-");
	}
	for (size_t i = 0; i < count; i++, used += 2) {
		snprintf(gateway->request + used, sizeof(gateway->request) - used, "%02X",
			 octets[i]);
	}
}

static enum status check_room(struct gateway *gateway, size_t count)
{
	return count <= REMOTE_OCTETS ? STATUS_OK
				      : text_link_fail(&gateway->link, STATUS_BAD_INPUT,
						       "%zu octets are more than the %d of a line",
						       count, REMOTE_OCTETS);
}

static enum status gateway_read_table(struct instrument *instrument, int channel,
				      enum remote_path path, int table,
				      uint8_t octets[REMOTE_OCTETS], size_t *count,
				      char refusal[REMOTE_REFUSAL])
{
	struct gateway *gateway = gateway_of(instrument);
	char *result;

	*count = 0;
	snprintf(gateway->request, sizeof(gateway->request), "READ? %d %s %d", channel,
		 path_word(path), table);
	enum status status = ask(gateway, REQUEST_SECONDS, &result, refusal);

	if (!status && result && !read_hex(result, octets, REMOTE_OCTETS, count)) {
		return not_this(gateway, "table in hexadecimal digits");
	}
	return status;
}

static enum status gateway_write_table(struct instrument *instrument, int channel,
				       enum remote_path path, int table, const uint8_t *octets,
				       size_t count, char refusal[REMOTE_REFUSAL])
{
	struct gateway *gateway = gateway_of(instrument);
	char *result;
	enum status status = check_room(gateway, count);

	if (status) {
		return status;
	}
	snprintf(gateway->request, sizeof(gateway->request), "WRITE %d %s %d ", channel,
		 path_word(path), table);
	add_hex(gateway, octets, count);
	status = ask(gateway, REQUEST_SECONDS, &result, refusal);
	return !status && result && result[0] ? not_this(gateway, "bare OK") : status;
}

static bool read_count(const char *text, long most, long *count)
{
	char *end;

	if (!isdigit((unsigned char)text[0])) {
		return false;
	}
	*count = strtol(text, &end, 10);
	return !*end && *count <= most;
}

static enum status gateway_execute(struct instrument *instrument, int channel,
				   enum remote_path path, int procedure, const uint8_t *parameters,
				   size_t parameter_count, int *result_code,
				   char refusal[REMOTE_REFUSAL])
{
	struct gateway *gateway = gateway_of(instrument);
	char *words[1], *response, *result;
	uint8_t octets[REMOTE_OCTETS];
	size_t count;
	long number = 0;
	enum status status = check_room(gateway, parameter_count);

	*result_code = -1;
	if (status) {
		return status;
	}
	snprintf(gateway->request, sizeof(gateway->request), "EXECUTE %d %s %d ", channel,
		 path_word(path), procedure);
	add_hex(gateway, parameters, parameter_count);
	status = ask(gateway, REQUEST_SECONDS, &result, refusal);
	if (status || !result) {
		return status;
	}
	if (!take_words(result, words, 1, &response) || !read_count(words[0], 255, &number) ||
	    !read_hex(response, octets, sizeof(octets), &count)) {
		return not_this(gateway, "result of a procedure");
	}
	*result_code = (int)number;
	return STATUS_OK;
}

static enum status gateway_traffic(struct instrument *instrument, int channel, int requests,
				   int *answered, char refusal[REMOTE_REFUSAL])
{
	struct gateway *gateway = gateway_of(instrument);
	char *result;
	long number = 0;

	*answered = 0;
	if (requests < 1 || requests > TRAFFIC_MOST) {
		return text_link_fail(&gateway->link, STATUS_BAD_INPUT,
				      "%d readings are not 1 to %d", requests, TRAFFIC_MOST);
	}
	snprintf(gateway->request, sizeof(gateway->request), "TRAFFIC %d %d", channel, requests);
	enum status status =
		ask(gateway, REQUEST_SECONDS + requests * READING_SECONDS, &result, refusal);

	if (!status && result && !read_count(result, requests, &number)) {
		return not_this(gateway, "number of answered readings");
	}
	*answered = (int)number;
	return status;
}

static enum status gateway_close(struct instrument *instrument)
{
	free(instrument);
	return STATUS_OK;
}

static const struct remote_reader gateway_reader = {
	.module = gateway_module,
	.read_table = gateway_read_table,
	.write_table = gateway_write_table,
	.execute = gateway_execute,
	.traffic = gateway_traffic,
};

/* "OK Maker Model Serial Version" */
static enum status identify(struct gateway *gateway)
{
	struct instrument_identity *identity = &gateway->instrument.identity;
	char text[TEXT_LINK_IDENTITY];
	char *words[IDENTITY_WORDS];
	enum status status = text_link_open(&gateway->link);

	if (status) {
		return status;
	}
	memcpy(text, gateway->link.identity, sizeof(text));
	if (text_link_split(text, ' ', words, IDENTITY_WORDS) != IDENTITY_WORDS ||
	    strcmp(words[0], "OK") != 0 ||
	    !take_text(words[1], identity->maker, sizeof(identity->maker)) ||
	    !take_text(words[2], identity->model, sizeof(identity->model)) ||
	    !take_text(words[3], identity->serial, sizeof(identity->serial)) ||
	    !take_text(words[4], identity->version, sizeof(identity->version))) {
		return text_link_fail(&gateway->link, STATUS_PROTOCOL,
				      "\"%.60s\" as reply to \"IDENTIFY?\" is not OK, maker, "
				      "model, serial number and version; is this a gateway?",
				      gateway->link.identity);
	}
	return STATUS_OK;
}

static enum status gateway_open(const char *name, struct port *port, struct instrument **instrument)
{
	struct gateway *gateway = calloc(1, sizeof(*gateway));

	if (!gateway) {
		return status_fail(STATUS_IO, "no memory for instrument %s", name);
	}
	gateway->instrument = (struct instrument){
		.driver = &gateway_driver,
		.name = name,
		.port = port,
		.remote_reader = &gateway_reader,
		.close = gateway_close,
	};
	gateway->link = (struct text_link){
		.port = port,
		.role = "remote reader",
		.name = name,
		.ending = "\n",
		.identify = "IDENTIFY?",
		.patience = REQUEST_SECONDS,
		.line = gateway->line,
		.capacity = sizeof(gateway->line),
	};
	enum status status = identify(gateway);

	if (status) {
		free(gateway);
		return status;
	}
	*instrument = &gateway->instrument;
	return STATUS_OK;
}

const struct instrument_driver gateway_driver = {
	.name = "gateway",
	.description = "gateway to the meters' communication modules (drivers/GATEWAY.md)",
	.line = {.baud = 115200, .stop_bits = 1},
	.tested = "simulated only; the language is our own",
	.open = gateway_open,
};

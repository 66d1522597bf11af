/*
 * A whole meter and its twin whom nobody asks: the same meter, set back. What is asked of the one
 * must not be seen in any octet of any table, clocks and what hangs on them included. Header only,
 * because the meter's tests link nothing but the meter.
 */
#ifndef TESTS_SUPPORT_TWIN_METER_H
#define TESTS_SUPPORT_TWIN_METER_H

#define WHOLE_STORAGE_BYTES 524288u /* all functions */
#include "tests/support/module_wire.h"

#define TWIN_QUIET_FRAMES (4 * WHOLE_SECOND) /* from set back until the tables are read */
#define TWIN_OCTETS 16384u
#define TWIN_PART 480 /* of a table that is longer than an answer */

enum twin_state { BASE, ID, SESSION, READER, OPERATOR, PROGRAMMER, FACTORY };

/* What the tables hold, with the response codes. */
struct twin_image {
	uint32_t count;
	uint8_t octets[TWIN_OCTETS];
};

struct twin {
	struct whole *whole;
	struct whole kept;
	uint8_t *kept_memory;
	bool is_at_module; /* where requests are made */
	bool is_sealed;
	struct twin_image unasked;
	struct twin_image asked;
};

struct twin_attempt {
	enum twin_state state;
	const uint8_t *request;
	unsigned int length;
	int response;
};

#define TWIN_OCTETS_OF(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})
/* An attempt: from a state, the response, the request. */
#define TWIN_FROM(state, response, ...)                                                            \
	{                                                                                          \
		(state), TWIN_OCTETS_OF(__VA_ARGS__), (response)                                   \
	}

static inline void twin_set_back(struct twin *twin)
{
	memcpy(twin->whole, &twin->kept, sizeof(twin->kept));
	memcpy(twin->whole->memory, twin->kept_memory, meter_size());
}

/* A meter with a past: energy, a demand reset, a date, a module that has said what it is. */
static inline struct twin *twin_new(bool is_at_module, bool is_sealed)
{
	static const uint8_t clock[] = {10, 0, 1, 3, 24, 3, 9, 10, 7, 0, 0};
	struct module_says says = module_says_rf();
	struct twin *twin = calloc(1, sizeof(*twin));
	struct whole *whole = whole_new();

	CU_ASSERT_PTR_NOT_NULL_FATAL(twin);
	twin->whole = whole;
	twin->is_at_module = is_at_module;
	twin->kept_memory = malloc(meter_size());
	CU_ASSERT_PTR_NOT_NULL_FATAL(twin->kept_memory);
	whole_seconds(whole, 4);
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 7, clock, sizeof(clock)), OK);
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 1), 0);
	CU_ASSERT_EQUAL(whole_set(whole, is_sealed, 0), OK);
	whole_end_session(whole);
	whole_seconds(whole, 4);
	module_plug(whole);
	module_session(whole, USER_RF, NULL);
	CU_ASSERT_EQUAL_FATAL(module_state_itself(whole, &says), OK);
	whole_end_session(whole);
	whole_load(whole, 0, 0);
	whole_seconds(whole, 3);
	memcpy(&twin->kept, whole, sizeof(twin->kept));
	memcpy(twin->kept_memory, whole->memory, meter_size());
	return twin;
}

static inline void twin_free(struct twin *twin)
{
	whole_free(twin->whole);
	free(twin->kept_memory);
	free(twin);
}

/* Set back, then by the wire into this state, with packets of 512. */
static inline struct wire *twin_reach(struct twin *twin, enum twin_state state)
{
	static const char *const passwords[] = {"READ", "OPERATE", "PROGRAM", "FACTORY"};
	struct whole *whole = twin->whole;
	struct wire *wire = &whole->wire;

	twin_set_back(twin);
	whole->is_at_module = twin->is_at_module;
	wire->toggle = 0;
	if (state >= ID) {
		CU_ASSERT_EQUAL_FATAL(WIRE_REQUEST(wire, 0x20), OK);
		CU_ASSERT_EQUAL_FATAL(WIRE_REQUEST(wire, 0x60, 2, 0, 4), OK);
	}
	if (state >= SESSION) {
		CU_ASSERT_EQUAL_FATAL(
			twin->is_at_module ? module_logon(whole, USER_RF) : wire_logon(wire), OK);
	}
	if (state >= READER) {
		CU_ASSERT_EQUAL_FATAL(wire_password(wire, passwords[state - READER], ' '), OK);
	}
	return wire;
}

static inline void twin_read_table(struct twin *twin, struct twin_image *image, unsigned int table)
{
	struct wire *wire = &twin->whole->wire;

	if (whole_table(twin->whole, table) == ONP) {
		CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, (uint8_t)(table >> 8), (uint8_t)table, 0,
					     0, 0, TWIN_PART >> 8, TWIN_PART & 0xFF),
				OK);
	}
	CU_ASSERT_FATAL(image->count + wire->response_length <= TWIN_OCTETS);
	memcpy(image->octets + image->count, wire->response, wire->response_length);
	image->count += wire->response_length;
}

/* The tables of the log, and MT3, which counts events: where a refusal may leave its trace. */
static inline bool twin_is_of_log(unsigned int table)
{
	return (table >= 71 && table <= 76) || table == 2048 + 3;
}

/* On the optical port, from a frame on that is always the same. */
static inline void twin_read_all(struct twin *twin, struct twin_image *image, bool with_log)
{
	struct wire *wire = &twin->whole->wire;
	uint64_t frame = twin->kept.wire.frame + TWIN_QUIET_FRAMES;

	CU_ASSERT_FATAL(wire->frame <= frame);
	wire->run_until(wire, frame);
	twin->whole->is_at_module = false;
	image->count = 0;
	whole_session(twin->whole, NULL);
	for (unsigned int table = 0; table < 2048 + 8; table = table == 79 ? 2048 : table + 1) {
		if (with_log || !twin_is_of_log(table)) {
			twin_read_table(twin, image, table);
		}
	}
	whole_end_session(twin->whole);
}

/* What the tables hold when nobody asks; before the attempts that are compared with it. */
static inline void twin_leave_alone(struct twin *twin, bool with_log)
{
	twin_set_back(twin);
	twin_read_all(twin, &twin->unasked, with_log);
	CU_ASSERT(twin->unasked.count > 3000);
}

static inline bool twin_is_unchanged(struct twin *twin, bool with_log)
{
	twin_read_all(twin, &twin->asked, with_log);
	return twin->asked.count == twin->unasked.count &&
	       memcmp(twin->asked.octets, twin->unasked.octets, twin->unasked.count) == 0;
}

/* An answer other than ok is its code alone. */
static inline void twin_try(struct twin *twin, const struct twin_attempt *attempt)
{
	struct wire *wire = twin_reach(twin, attempt->state);
	int response = wire_request(wire, attempt->request, attempt->length);

	if (response != attempt->response) {
		printf("\nstate %d, service %02x, %u octets: %d instead of %d", attempt->state,
		       attempt->request[0], attempt->length, response, attempt->response);
	}
	CU_ASSERT_EQUAL(response, attempt->response);
	CU_ASSERT(response == OK || wire->response_length == 1);
}

/* Each of them, and nothing has changed. */
static inline void twin_try_all(struct twin *twin, const struct twin_attempt *attempts,
				unsigned int count)
{
	twin_leave_alone(twin, true);
	for (unsigned int i = 0; i < count; i++) {
		twin_try(twin, &attempts[i]);
		CU_ASSERT(twin_is_unchanged(twin, true));
	}
}

#define TWIN_TRY_ALL(twin, attempts)                                                               \
	twin_try_all((twin), (attempts), sizeof(attempts) / sizeof((attempts)[0]))

#endif

/* dut_firmware: what a sealed meter keeps of the attempts at programming it, as ST74 tells it */
#define WHOLE_STORAGE_BYTES 524288u /* with an event log */
#include "tests/support/whole_meter.h"

#define REFUSED 2056u
#define PROCEDURE 4096u
#define HEADER 11u
#define ENTRY 20u

static const uint8_t adjustment[26] = {1};

/* Of the log's newest entry; the number of entries. */
static unsigned int newest(struct whole *whole, unsigned int *code, unsigned int *what)
{
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x3F, 0, 74, 0, 0, 0, 0, HEADER), OK);

	unsigned int count = (unsigned int)whole_number(whole, 1, 2);
	unsigned int offset = HEADER + (count - 1u) * ENTRY;

	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x3F, 0, 74, (uint8_t)(offset >> 16),
				     (uint8_t)(offset >> 8), (uint8_t)offset, 0, ENTRY),
			OK);
	*code = (unsigned int)whole_number(whole, 10, 2);
	*what = (unsigned int)whole_number(whole, 12, 4);
	return count;
}

static struct whole *sealed_meter(void)
{
	struct whole *whole = whole_new();

	whole_seconds(whole, 2);
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(whole_set(whole, 1, 2), OK);
	whole_end_session(whole);
	return whole;
}

static void the_first_attempt_of_a_session_is_kept(void)
{
	struct whole *whole = sealed_meter();
	unsigned int code, what;
	struct wire *wire = whole_session(whole, "FACTORY");
	unsigned int before = newest(whole, &code, &what);

	CU_ASSERT_EQUAL(wire_write(wire, 2048, adjustment, 26), ISC);
	CU_ASSERT_EQUAL(newest(whole, &code, &what), before + 1);
	CU_ASSERT_EQUAL(code, REFUSED);
	CU_ASSERT_EQUAL(what, 2048);
	CU_ASSERT_EQUAL(whole_set(whole, 0, 2), ISC);
	CU_ASSERT_EQUAL(newest(whole, &code, &what), before + 1);
	whole_end_session(whole);
	/* a cold start without any password */
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_procedure(whole, 0, -1), -1000 - ISC);
	CU_ASSERT_EQUAL(newest(whole, &code, &what), before + 2);
	CU_ASSERT_EQUAL(code, REFUSED);
	CU_ASSERT_EQUAL(what, PROCEDURE);
	whole_end_session(whole);
	whole_free(whole);
}

/* Reading, what is refused for other reasons, and what an open meter refuses are no attempts. */
static void nothing_else_is_kept(void)
{
	struct whole *whole = sealed_meter();
	unsigned int code, what;
	struct wire *wire = whole_session(whole, "FACTORY");
	unsigned int before = newest(whole, &code, &what);

	CU_ASSERT_EQUAL(whole_table(whole, 42), ISC);
	CU_ASSERT_EQUAL(wire_write(wire, 23, adjustment, 26), IAR);
	CU_ASSERT_EQUAL(newest(whole, &code, &what), before);
	whole_end_session(whole);
	whole->contacts = EXCHANGE_CONTACT_SEAL_BROKEN;
	whole_session(whole, "READ");
	CU_ASSERT_EQUAL(wire_write(wire, 2048, adjustment, 26), ISC);
	CU_ASSERT_EQUAL(newest(whole, &code, &what), before);
	whole_end_session(whole);
	whole_free(whole);
}

const char *const suite_name = "meter_refusals";
const struct suite_case suite_cases[] = {
	CASE(the_first_attempt_of_a_session_is_kept),
	CASE(nothing_else_is_kept),
	CASES_END,
};

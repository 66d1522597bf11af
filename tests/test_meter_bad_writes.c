/*
 * Every table that takes writes, and every procedure: wrong lengths, sums, contents, clearance and
 * a whole seal. The right response code or result, and no octet of any table is another.
 */
#include "tests/support/twin_meter.h"

/* What MANUFACTURER_TABLES.md, DESIGN.md and ST0 say can be written, and by whom. */
static const struct writable {
	unsigned int table;
	enum twin_state role;
	int partial; /* how a write from an offset is refused */
} writable[] = {
	{6, PROGRAMMER, ONP},  {13, PROGRAMMER, ONP}, {42, FACTORY, ISC},   {54, PROGRAMMER, ONP},
	{61, PROGRAMMER, ONP}, {62, PROGRAMMER, ONP}, {2048, FACTORY, ISC}, {2051, PROGRAMMER, ONP},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PASSWORDS_OCTETS 84u

struct contents {
	unsigned int table;
	unsigned int count;
	uint8_t octets[600];
};

/* As it reads; the passwords, which nobody reads, as octets that change none. */
static struct contents contents_of(struct twin *twin, unsigned int table)
{
	struct contents contents = {.table = table, .count = PASSWORDS_OCTETS};

	if (table != 42) {
		twin_reach(twin, SESSION);
		CU_ASSERT_EQUAL_FATAL(whole_table(twin->whole, table), OK);
		contents.count = twin->whole->wire.response_length - 4;
		memcpy(contents.octets, twin->whole->wire.response + 3, contents.count);
	}
	return contents;
}

/* How a write of these contents is spoilt. */
struct spoilt {
	int count;	  /* more octets than there are said to be */
	int sent;	  /* more octets than the count says */
	unsigned int sum; /* added to the checksum */
};

static int write_contents(struct twin *twin, enum twin_state state, const struct contents *contents,
			  const struct spoilt *spoilt)
{
	uint8_t request[700] = {0x40, (uint8_t)(contents->table >> 8), (uint8_t)contents->table};
	struct wire *wire = twin_reach(twin, state);
	unsigned int count = (unsigned int)((int)contents->count + spoilt->count);
	unsigned int sent = (unsigned int)((int)count + spoilt->sent);
	unsigned int sum = spoilt->sum;

	request[3] = (uint8_t)(count >> 8);
	request[4] = (uint8_t)count;
	for (unsigned int i = 0; i < sent && i < 600; i++) {
		request[5 + i] = contents->octets[i];
		sum += i < count ? contents->octets[i] : 0;
	}
	request[5 + sent] = (uint8_t)-sum;
	return wire_request(wire, request, 6 + sent);
}

static void expect_refusal(struct twin *twin, enum twin_state state,
			   const struct contents *contents, const struct spoilt *spoilt,
			   int expected)
{
	int response = write_contents(twin, state, contents, spoilt);

	if (response != expected) {
		printf("\ntable %u, state %d, %d %d %u: %d instead of %d", contents->table, state,
		       spoilt->count, spoilt->sent, spoilt->sum, response, expected);
	}
	CU_ASSERT_EQUAL(response, expected);
	CU_ASSERT_EQUAL(twin->whole->wire.response_length, 1);
	CU_ASSERT(twin_is_unchanged(twin, true));
}

static const struct spoilt sound = {0, 0, 0};

static void a_write_of_a_wrong_length_or_sum_changes_nothing(void)
{
	static const struct {
		struct spoilt spoilt;
		int response;
	} rows[] = {
		{{0, 0, 1}, ERR},  {{0, 0, 0x80}, ERR}, {{-1, 0, 0}, ONP},
		{{1, 0, 0}, ONP},  {{0, -1, 0}, ONP},	{{0, 1, 0}, ONP},
		{{-1, 1, 0}, ONP}, {{1, -1, 0}, ONP},	{{5, -5, 7}, ONP},
	};
	struct twin *twin = twin_new(false, false);

	twin_leave_alone(twin, true);
	for (unsigned int i = 0; i < COUNT_OF(writable); i++) {
		const struct contents contents = contents_of(twin, writable[i].table);

		for (unsigned int row = 0; row < COUNT_OF(rows); row++) {
			expect_refusal(twin, FACTORY, &contents, &rows[row].spoilt,
				       rows[row].response);
		}
		const uint8_t high = (uint8_t)(contents.table >> 8);
		const uint8_t low = (uint8_t)contents.table;
		const struct twin_attempt attempts[] = {
			TWIN_FROM(FACTORY, ONP, 0x40, high, low, 0, 0, 0),
			TWIN_FROM(FACTORY, ONP, 0x40, high, low, 0xFF, 0xFF, 0),
			TWIN_FROM(FACTORY, writable[i].partial, 0x4F, high, low, 0, 0, 0, 0, 1, 1,
				  0xFF),
			TWIN_FROM(FACTORY, writable[i].partial, 0x4F, high, low, 0xFF, 0xFF, 0xFF,
				  0, 1, 1, 0xFF),
			TWIN_FROM(FACTORY, writable[i].partial, 0x4F, high, low, 0, 0, 0, 0, 0, 0),
			TWIN_FROM(SESSION, ISC, 0x4F, high, low, 0, 0, 0, 0, 1, 1, 0xFF),
		};

		for (unsigned int j = 0; j < COUNT_OF(attempts); j++) {
			twin_try(twin, &attempts[j]);
			CU_ASSERT(twin_is_unchanged(twin, true));
		}
	}
	twin_free(twin);
}

static void a_write_below_its_role_changes_nothing(void)
{
	struct twin *twin = twin_new(false, false);

	twin_leave_alone(twin, true);
	for (unsigned int i = 0; i < COUNT_OF(writable); i++) {
		const struct contents contents = contents_of(twin, writable[i].table);

		for (unsigned int role = SESSION; role < writable[i].role; role++) {
			expect_refusal(twin, (enum twin_state)role, &contents, &sound, ISC);
		}
		CU_ASSERT_EQUAL(write_contents(twin, writable[i].role, &contents, &sound), OK);
	}
	twin_free(twin);
}

/* It keeps in its log that somebody has tried; nothing else. */
static void a_sealed_meter_takes_none_of_these_writes(void)
{
	struct twin *twin = twin_new(false, true);

	twin_leave_alone(twin, false);
	for (unsigned int i = 0; i < COUNT_OF(writable); i++) {
		const struct contents contents = contents_of(twin, writable[i].table);

		CU_ASSERT_EQUAL(write_contents(twin, FACTORY, &contents, &sound), ISC);
		CU_ASSERT_EQUAL(twin->whole->wire.response_length, 1);
		CU_ASSERT(twin_is_unchanged(twin, false));
	}
	twin_free(twin);
}

static bool is_writable(unsigned int table)
{
	bool found = table == 7;

	for (unsigned int i = 0; i < COUNT_OF(writable); i++) {
		found = found || writable[i].table == table;
	}
	return found;
}

/* MT6 is the module's: here it is isc. */
static void what_can_only_be_read_takes_no_write(void)
{
	struct twin *twin = twin_new(false, false);
	unsigned int found = 0;

	twin_leave_alone(twin, true);
	for (unsigned int table = 0; table < 2048 + 8; table = table == 79 ? 2048 : table + 1) {
		const uint8_t high = (uint8_t)(table >> 8);
		const uint8_t low = (uint8_t)table;
		int response = table == MODULE_TABLE ? ISC : IAR;
		const struct twin_attempt attempts[] = {
			TWIN_FROM(FACTORY, response, 0x40, high, low, 0, 1, 1, 0xFF),
			TWIN_FROM(SESSION, response, 0x40, high, low, 0, 1, 1, 0xFF),
			TWIN_FROM(FACTORY, response, 0x4F, high, low, 0, 0, 0, 0, 1, 1, 0xFF),
		};

		twin_reach(twin, SESSION);
		if (is_writable(table) || whole_table(twin->whole, table) == IAR) {
			continue;
		}
		for (unsigned int i = 0; i < COUNT_OF(attempts); i++) {
			twin_try(twin, &attempts[i]);
			CU_ASSERT(twin_is_unchanged(twin, true));
		}
		found++;
	}
	CU_ASSERT(found > 30);
	twin_free(twin);
}

/* One octet of a table that is sound, set to what no meter can be told. */
static void contents_out_of_range_change_nothing(void)
{
	static const struct {
		unsigned int table;
		unsigned int offset;
		uint8_t octet;
	} rows[] =
		{
			{13, 4, 0}, /* no minutes in a sub-interval */
			{13, 4, 7}, /* an interval that does not divide the day */
			{13, 4, 61},	 {13, 5, 0},	   {13, 5, 255},
			{54, 0, 0xFF},	 /* a date of month 15 */
			{54, 2, 0xFF},	 /* an action of no standard */
			{54, 96, 0x3F},	 /* tier 7, in minute 61 */
			{61, 6, 7},	 /* an interval that does not divide the hour */
			{2048, 3, 0x7F}, /* 2 % and more */
			{2048, 7, 0x80}, {2048, 23, 0x7F}, {2051, 0, 2},
			{2051, 0, 255},	 {2051, 1, 4},	   {2051, 1, 255},
		};
	struct twin *twin = twin_new(false, false);

	twin_leave_alone(twin, true);
	for (unsigned int i = 0; i < COUNT_OF(rows); i++) {
		struct contents contents = contents_of(twin, rows[i].table);

		contents.octets[rows[i].offset] = rows[i].octet;
		expect_refusal(twin, FACTORY, &contents, &sound, ONP);
	}
	for (unsigned int i = 0; i < COUNT_OF(writable); i++) {
		struct contents contents = contents_of(twin, writable[i].table);

		memset(contents.octets, 0xFF, contents.count);
		if (contents.table != 42 && contents.table != 2048) { /* passwords; -1 ppb */
			expect_refusal(twin, FACTORY, &contents, &sound, ONP);
		}
	}
	twin_free(twin);
}

/* Procedures */

struct call {
	enum twin_state state;
	const uint8_t *octets; /* number, sequence, parameters */
	unsigned int count;
	int result; /* in ST8, or minus the response code of the write */
};

#define CALL(state, result, ...)                                                                   \
	{                                                                                          \
		(state), TWIN_OCTETS_OF(__VA_ARGS__), (result)                                     \
	}

static void call_all(struct twin *twin, const struct call *calls, unsigned int count)
{
	twin_leave_alone(twin, false);
	for (unsigned int i = 0; i < count; i++) {
		struct wire *wire = twin_reach(twin, calls[i].state);
		int result = -wire_write(wire, 7, calls[i].octets, calls[i].count);

		if (result == 0) {
			CU_ASSERT_EQUAL(whole_table(twin->whole, 8), OK);
			CU_ASSERT_EQUAL(memcmp(wire->response + 3, calls[i].octets, 3), 0);
			result = wire->response[3 + 3];
		}
		if (result != calls[i].result) {
			printf("\nstate %d, procedure %u, %u octets: %d instead of %d",
			       calls[i].state, calls[i].octets[0], calls[i].count, result,
			       calls[i].result);
		}
		CU_ASSERT_EQUAL(result, calls[i].result);
		CU_ASSERT(twin_is_unchanged(twin, false));
	}
}

#define CALL_ALL(twin, calls) call_all((twin), (calls), COUNT_OF(calls))

enum { INVALID_PARAMETER = 2, NO_AUTHORISATION = 5, UNRECOGNISED = 6 };

static void unknown_procedures_are_unrecognised(void)
{
	const struct call calls[] = {
		CALL(FACTORY, UNRECOGNISED, 11, 0, 1),
		CALL(SESSION, UNRECOGNISED, 31, 0, 1),
		CALL(FACTORY, UNRECOGNISED, 255, 3, 1),
		CALL(FACTORY, UNRECOGNISED, 255, 7, 1, 0),
		CALL(FACTORY, UNRECOGNISED, 1, 8, 1),	 /* the manufacturer's 1 */
		CALL(FACTORY, UNRECOGNISED, 0, 8, 1, 1), /* 0: of meters with a service switch */
		CALL(FACTORY, UNRECOGNISED, 255, 255, 1),
		CALL(FACTORY, -ONP, 9, 0), /* no sequence */
		CALL(FACTORY, -ONP, 9, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
		     17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30),
	};
	struct twin *twin = twin_new(false, false);

	CALL_ALL(twin, calls);
	twin_free(twin);
}

static void procedures_without_their_role_do_nothing(void)
{
	const struct call calls[] = {
		CALL(SESSION, -ISC, 0, 0, 1),
		CALL(OPERATOR, -ISC, 0, 0, 1),
		CALL(SESSION, NO_AUTHORISATION, 1, 0, 1),
		CALL(READER, NO_AUTHORISATION, 1, 0, 1),
		CALL(OPERATOR, NO_AUTHORISATION, 2, 0, 1),
		CALL(OPERATOR, NO_AUTHORISATION, 3, 0, 1),
		CALL(SESSION, NO_AUTHORISATION, 4, 0, 1, 255),
		CALL(SESSION, NO_AUTHORISATION, 5, 0, 1, 7, 1, 0),
		CALL(READER, NO_AUTHORISATION, 6, 0, 1, 2),
		CALL(READER, NO_AUTHORISATION, 7, 0, 1),
		CALL(READER, NO_AUTHORISATION, 9, 0, 1, 1),
		CALL(READER, NO_AUTHORISATION, 10, 0, 1, 3, 24, 3, 9, 10, 0, 0, 0),
		/* the role is asked for before the parameter */
		CALL(SESSION, NO_AUTHORISATION, 9, 0, 1, 255, 255),
	};
	struct twin *twin = twin_new(false, false);

	CALL_ALL(twin, calls);
	twin_free(twin);
}

static void procedures_with_wrong_parameters_do_nothing(void)
{
	const struct call calls[] = {
		CALL(PROGRAMMER, INVALID_PARAMETER, 0, 0, 1, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 1, 0, 1, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 3, 0, 1, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 4, 0, 1),
		CALL(PROGRAMMER, INVALID_PARAMETER, 4, 0, 1, 255, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 4, 0, 1, 1), /* a list that nobody has */
		CALL(PROGRAMMER, INVALID_PARAMETER, 4, 0, 1, 254),
		CALL(PROGRAMMER, INVALID_PARAMETER, 5, 0, 1, 7, 1),
		CALL(PROGRAMMER, INVALID_PARAMETER, 5, 0, 1, 1, 1, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 6, 0, 1),
		CALL(PROGRAMMER, INVALID_PARAMETER, 6, 0, 1, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 6, 0, 1, 3), /* two modes at once */
		CALL(PROGRAMMER, INVALID_PARAMETER, 6, 0, 1, 8),
		CALL(PROGRAMMER, INVALID_PARAMETER, 6, 0, 1, 255),
		CALL(PROGRAMMER, INVALID_PARAMETER, 7, 0, 1, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 9, 0, 1),
		CALL(PROGRAMMER, INVALID_PARAMETER, 9, 0, 1, 1, 1),
		CALL(PROGRAMMER, INVALID_PARAMETER, 9, 0, 1, 4),
		CALL(PROGRAMMER, INVALID_PARAMETER, 9, 0, 1, 255),
		CALL(PROGRAMMER, INVALID_PARAMETER, 10, 0, 1, 3, 24, 3, 9, 10, 0, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 10, 0, 1, 3, 24, 3, 9, 10, 0, 0, 0, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 10, 0, 1, 3, 24, 0, 9, 10, 0, 0, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 10, 0, 1, 3, 24, 13, 9, 10, 0, 0, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 10, 0, 1, 3, 24, 3, 0, 10, 0, 0, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 10, 0, 1, 3, 24, 4, 31, 10, 0, 0, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 10, 0, 1, 3, 23, 2, 29, 10, 0, 0, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 10, 0, 1, 3, 90, 3, 9, 10, 0, 0, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 10, 0, 1, 3, 24, 3, 9, 24, 0, 0, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 10, 0, 1, 3, 24, 3, 9, 10, 60, 0, 0),
		CALL(PROGRAMMER, INVALID_PARAMETER, 10, 0, 1, 3, 24, 3, 9, 10, 0, 60, 0),
		/* 2024-03-10 02:30 does not exist */
		CALL(PROGRAMMER, INVALID_PARAMETER, 10, 0, 1, 3, 24, 3, 10, 2, 30, 0, 0),
	};
	struct twin *twin = twin_new(false, false);

	CALL_ALL(twin, calls);
	twin_free(twin);
}

static void a_sealed_meter_obeys_none_that_would_alter_it(void)
{
	const struct call calls[] = {
		CALL(FACTORY, -ISC, 0, 0, 1),
		CALL(FACTORY, NO_AUTHORISATION, 3, 0, 1),
	};
	struct twin *twin = twin_new(false, true);

	CALL_ALL(twin, calls);
	twin_free(twin);
}

const char *const suite_name = "meter_bad_writes";
const struct suite_case suite_cases[] = {
	CASE(a_write_of_a_wrong_length_or_sum_changes_nothing),
	CASE(a_write_below_its_role_changes_nothing),
	CASE(a_sealed_meter_takes_none_of_these_writes),
	CASE(what_can_only_be_read_takes_no_write),
	CASE(contents_out_of_range_change_nothing),
	CASE(unknown_procedures_are_unrecognised),
	CASE(procedures_without_their_role_do_nothing),
	CASE(procedures_with_wrong_parameters_do_nothing),
	CASE(a_sealed_meter_obeys_none_that_would_alter_it),
	CASES_END,
};

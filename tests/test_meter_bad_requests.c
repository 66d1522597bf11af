/*
 * Every service of C12.18, malformed and out of place, on both ports of a whole meter: the right
 * response code, and no octet of any table is another than if nobody had asked. The twin that
 * nobody asks is the same meter, set back: so clocks and what hangs on them agree, too.
 */
#include "tests/support/twin_meter.h"

/* Services out of place: what base state, identified and logged on answer. */
struct service {
	const uint8_t *request;
	unsigned int length;
	int responses[3];
	int through_module; /* when logged on there; the network's rights are few */
};

static const struct service services[] = {
	{TWIN_OCTETS_OF(0x20), {OK, OK, OK}, OK},
	{TWIN_OCTETS_OF(0x21), {ISSS, OK, OK}, OK},
	{TWIN_OCTETS_OF(0x30, 0, 0), {ISSS, ISSS, OK}, OK},
	{TWIN_OCTETS_OF(0x3F, 0, 23, 0, 0, 1, 0, 6), {ISSS, ISSS, OK}, OK},
	{TWIN_OCTETS_OF(0x40, 0, 7, 0, 3, 0xFF, 0, 9, 0xF8), {ISSS, ISSS, OK}, ISC},
	{TWIN_OCTETS_OF(0x4F, 0, 7, 0, 0, 0, 0, 3, 0xFF, 0, 9, 0xF8), {ISSS, ISSS, ONP}, ONP},
	{TWIN_OCTETS_OF(0x50, 2, 0xEA, '0', '7', '4', '6', ' ', ' ', ' ', ' ', ' ', ' '),
	 {ISSS, OK, ISSS},
	 ISSS},
	{TWIN_OCTETS_OF(0x51, 'R', 'E', 'A', 'D', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ',
			' ', ' ', ' ', ' ', ' ', ' '),
	 {ISSS, ISSS, OK},
	 OK},
	{TWIN_OCTETS_OF(0x52), {ISSS, ISSS, OK}, OK},
	{TWIN_OCTETS_OF(0x60, 0, 64, 1), {ISSS, OK, ISSS}, ISSS},
	{TWIN_OCTETS_OF(0x61, 0, 64, 1, 6), {ISSS, OK, ISSS}, ISSS},
	{TWIN_OCTETS_OF(0x6B, 0, 64, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), {ISSS, OK, ISSS}, ISSS},
	{TWIN_OCTETS_OF(0x70, 0), {ISSS, OK, OK}, OK},
	{TWIN_OCTETS_OF(0x31, 0, 23, 0, 1, 0, 1), {ISSS, ISSS, OK}, OK},
	{TWIN_OCTETS_OF(0x41, 0, 7, 0, 0, 0, 1, 0, 0), {ISSS, ISSS, ONP}, ONP},
	/* known, and not offered: default access, C12.21; reserved */
	{TWIN_OCTETS_OF(0x3A, 0, 23, 0, 1, 0, 1), {ISSS, ISSS, SNS}, SNS},
	{TWIN_OCTETS_OF(0x3E), {ISSS, ISSS, SNS}, SNS},
	{TWIN_OCTETS_OF(0x4E), {ISSS, ISSS, SNS}, SNS},
	{TWIN_OCTETS_OF(0x53, 0), {ISSS, ISSS, SNS}, SNS},
	{TWIN_OCTETS_OF(0x71, 6, 1, 2, 3), {ISSS, SNS, ISSS}, ISSS},
	/* of no standard */
	{TWIN_OCTETS_OF(0x00), {ISSS, SNS, SNS}, SNS},
	{TWIN_OCTETS_OF(0x1F), {ISSS, SNS, SNS}, SNS},
	{TWIN_OCTETS_OF(0x22), {ISSS, SNS, SNS}, SNS},
	{TWIN_OCTETS_OF(0x2F), {ISSS, SNS, SNS}, SNS},
	{TWIN_OCTETS_OF(0x54), {ISSS, SNS, SNS}, SNS},
	{TWIN_OCTETS_OF(0x6C, 0, 64, 1), {ISSS, SNS, SNS}, SNS},
	{TWIN_OCTETS_OF(0x72), {ISSS, SNS, SNS}, SNS},
	{TWIN_OCTETS_OF(0x80), {ISSS, SNS, SNS}, SNS},
	{TWIN_OCTETS_OF(0xEE), {ISSS, SNS, SNS}, SNS},
	{TWIN_OCTETS_OF(0xFF), {ISSS, SNS, SNS}, SNS},
};

static void try_services_in_every_state(bool at_module)
{
	struct twin *twin = twin_new(at_module, false);

	twin_leave_alone(twin, true);

	for (unsigned int i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		for (unsigned int state = BASE; state <= SESSION; state++) {
			bool is_network = at_module && state == SESSION;
			const struct twin_attempt attempt = {
				(enum twin_state)state, services[i].request, services[i].length,
				is_network ? services[i].through_module
					   : services[i].responses[state]};

			twin_try(twin, &attempt);
			CU_ASSERT(twin_is_unchanged(twin, true));
		}
	}
	twin_free(twin);
}

static void every_service_out_of_place_is_refused_on_the_optical_port(void)
{
	try_services_in_every_state(false);
}

static void every_service_out_of_place_is_refused_on_the_modules_port(void)
{
	try_services_in_every_state(true);
}

/* One octet too few, one too many: err, but for what a table says about its own length. */
static void every_service_of_a_wrong_length_is_an_error(void)
{
	static const struct {
		enum twin_state state;
		uint8_t code;
		unsigned int length; /* that is right; the others are not */
		bool is_open;	     /* more octets are data */
	} rows[] = {
		{BASE, 0x20, 1, false},	   {SESSION, 0x21, 1, false},  {SESSION, 0x30, 3, false},
		{SESSION, 0x3F, 8, false}, {SESSION, 0x40, 6, true},   {SESSION, 0x4F, 9, true},
		{ID, 0x50, 13, false},	   {SESSION, 0x51, 21, false}, {SESSION, 0x52, 1, false},
		{ID, 0x60, 4, false},	   {ID, 0x61, 5, false},       {ID, 0x65, 9, false},
		{ID, 0x6B, 15, false},	   {SESSION, 0x70, 2, false},
	};
	/* numbers that are in order where the service has any */
	uint8_t request[24] = {0, 0, 64, 1};

	for (unsigned int at_module = 0; at_module < 2; at_module++) {
		struct twin *twin = twin_new(at_module != 0, false);

		twin_leave_alone(twin, true);

		for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			struct twin_attempt attempt = {rows[i].state, request, rows[i].length - 1,
						       ERR};

			request[0] = rows[i].code;
			if (attempt.length > 0) {
				twin_try(twin, &attempt);
				CU_ASSERT(twin_is_unchanged(twin, true));
			}
			attempt.length = rows[i].length + 1;
			if (!rows[i].is_open) {
				twin_try(twin, &attempt);
				CU_ASSERT(twin_is_unchanged(twin, true));
			}
		}
		twin_free(twin);
	}
}

static void what_a_session_asks_for_itself_has_to_make_sense(void)
{
	const struct twin_attempt attempts[] = {
		TWIN_FROM(ID, ERR, 0x60, 0, 31, 1), /* smaller than any packet */
		TWIN_FROM(ID, ERR, 0x60, 0, 0, 1),     TWIN_FROM(ID, ERR, 0x60, 0, 64, 0),
		TWIN_FROM(ID, ERR, 0x61, 0, 31, 1, 6), TWIN_FROM(ID, OK, 0x60, 0xFF, 0xFF, 0xFF),
		TWIN_FROM(SESSION, OK, 0x70, 255),
	};

	struct twin *twin = twin_new(false, false);
	TWIN_TRY_ALL(twin, attempts);
	twin_free(twin);
}

/* Reading */

static void tables_that_do_not_exist_are_inappropriate(void)
{
	static const uint16_t tables[] = {
		9,  15, 17,  20,   29,	 30,   50,   53,   57,	 60,   65,     70,     75,    77,
		79, 80, 127, 2047, 2050, 2056, 2057, 2079, 3000, 4095, 0x1000, 0x8000, 0xFFFF};

	struct twin *twin = twin_new(false, false);

	twin_leave_alone(twin, true);

	for (unsigned int i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		uint8_t high = (uint8_t)(tables[i] >> 8);
		uint8_t low = (uint8_t)tables[i];
		const struct twin_attempt attempts[] = {
			TWIN_FROM(FACTORY, IAR, 0x30, high, low),
			TWIN_FROM(FACTORY, IAR, 0x3F, high, low, 0, 0, 0, 0, 1),
			TWIN_FROM(FACTORY, IAR, 0x3F, high, low, 0xFF, 0xFF, 0xFF, 0, 0),
			TWIN_FROM(FACTORY, IAR, 0x40, high, low, 0, 1, 7, 0xF9),
			TWIN_FROM(FACTORY, IAR, 0x4F, high, low, 0, 0, 0, 0, 1, 7, 0xF9),
			TWIN_FROM(FACTORY, IAR, 0x40, high, low, 0, 9, 7,
				  0), /* and wrong besides */
		};

		for (unsigned int j = 0; j < sizeof(attempts) / sizeof(attempts[0]); j++) {
			twin_try(twin, &attempts[j]);
		}
		CU_ASSERT(twin_is_unchanged(twin, true));
	}
	twin_free(twin);
}

/* Length of a table in an answer of its own, 0: it does not exist or is longer. */
static unsigned int length_of(struct twin *twin, unsigned int table)
{
	twin_reach(twin, SESSION);
	return whole_table(twin->whole, table) == OK ? twin->whole->wire.response_length - 4 : 0;
}

static void a_read_beyond_any_tables_end_is_not_possible(void)
{
	unsigned int found = 0;

	struct twin *twin = twin_new(false, false);

	twin_leave_alone(twin, true);

	for (unsigned int table = 0; table < 2048 + 8; table = table == 79 ? 2048 : table + 1) {
		unsigned int length = length_of(twin, table);
		uint8_t high = (uint8_t)(table >> 8);
		uint8_t low = (uint8_t)table;
		uint8_t length_high = (uint8_t)(length >> 8);
		uint8_t length_low = (uint8_t)length;
		uint8_t last_high = (uint8_t)((length - 1) >> 8);
		uint8_t last_low = (uint8_t)(length - 1);
		uint8_t more_high = (uint8_t)((length + 1) >> 8);
		uint8_t more_low = (uint8_t)(length + 1);
		const struct twin_attempt attempts[] = {
			TWIN_FROM(SESSION, OK, 0x3F, high, low, 0, last_high, last_low, 0, 1),
			TWIN_FROM(SESSION, ONP, 0x3F, high, low, 0, last_high, last_low, 0, 2),
			TWIN_FROM(SESSION, ONP, 0x3F, high, low, 0, length_high, length_low, 0, 1),
			TWIN_FROM(SESSION, ONP, 0x3F, high, low, 0, 0, 0, more_high, more_low),
			TWIN_FROM(SESSION, ONP, 0x3F, high, low, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF),
			TWIN_FROM(SESSION, ONP, 0x3F, high, low, 0, 0, 1, 0xFF, 0xFF),
			TWIN_FROM(SESSION, ONP, 0x3F, high, low, 0, 0, 0, 0, 0),
		};

		for (unsigned int i = 0; i < 7 && length > 0; i++) {
			twin_try(twin, &attempts[i]);
		}
		if (length > 0) {
			CU_ASSERT(twin_is_unchanged(twin, true));
			found++;
		}
	}
	CU_ASSERT(found > 35);
	twin_free(twin);
}

static void an_answer_that_does_not_fit_is_not_possible(void)
{
	const struct twin_attempt attempts[] = {
		TWIN_FROM(SESSION, ONP, 0x30, 0, 64), /* the recorder's data */
		TWIN_FROM(SESSION, ONP, 0x30, 0, 74), /* the log */
		TWIN_FROM(SESSION, ONP, 0x3F, 0, 64, 0, 0, 0, 0x10, 0),
		TWIN_FROM(SESSION, ONP, 0x3F, 0, 74, 0, 0, 0, 0x10, 0),
		TWIN_FROM(SESSION, ONP, 0x3F, 0, 64, 0xFF, 0xFF, 0xFF, 0, 1),
		TWIN_FROM(SESSION, ONP, 0x3F, 0, 74, 0, 0xFF, 0xFF, 0, 1),
	};

	struct twin *twin = twin_new(false, false);
	TWIN_TRY_ALL(twin, attempts);
	twin_free(twin);
}

static void what_nobody_may_read_is_refused(void)
{
	const struct twin_attempt attempts[] = {
		TWIN_FROM(FACTORY, ISC, 0x30, 0, 42), /* passwords */
		TWIN_FROM(FACTORY, ISC, 0x3F, 0, 42, 0, 0, 0, 0, 1),
		TWIN_FROM(FACTORY, ISC, 0x30, 0, 7),
	};

	struct twin *twin = twin_new(false, false);
	TWIN_TRY_ALL(twin, attempts);
	twin_free(twin);
}

/* The comparison would see what a request is allowed to do. */
static void a_change_of_one_octet_is_seen(void)
{
	struct twin *twin = twin_new(false, false);

	twin_leave_alone(twin, false);
	twin_reach(twin, PROGRAMMER);
	CU_ASSERT_EQUAL(whole_procedure(twin->whole, 6, 2), 0); /* test mode */
	CU_ASSERT_FALSE(twin_is_unchanged(twin, false));
	twin_set_back(twin);
	CU_ASSERT(twin_is_unchanged(twin, false));
	twin_free(twin);
}

const char *const suite_name = "meter_bad_requests";
const struct suite_case suite_cases[] = {
	CASE(a_change_of_one_octet_is_seen),
	CASE(every_service_out_of_place_is_refused_on_the_optical_port),
	CASE(every_service_out_of_place_is_refused_on_the_modules_port),
	CASE(every_service_of_a_wrong_length_is_an_error),
	CASE(what_a_session_asks_for_itself_has_to_make_sense),
	CASE(tables_that_do_not_exist_are_inappropriate),
	CASE(a_read_beyond_any_tables_end_is_not_possible),
	CASE(an_answer_that_does_not_fit_is_not_possible),
	CASE(what_nobody_may_read_is_refused),
	CASES_END,
};

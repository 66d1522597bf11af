/* dut_firmware: demand reset, test mode and scroll switch through their contacts */
#include "tests/support/whole_meter.h"

#define SETTINGS_TABLE (2048 + 3)

static bool shows(const struct whole *whole, unsigned int column, const char *text)
{
	return strncmp(whole->display + column, text, strlen(text)) == 0;
}

static void press(struct whole *whole, uint32_t contact, double seconds)
{
	whole->contacts |= contact;
	whole_seconds(whole, seconds);
	whole->contacts &= ~contact;
	whole_seconds(whole, 0.1);
}

static unsigned int demand_resets(struct whole *whole)
{
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, SETTINGS_TABLE), OK);

	unsigned int count = (unsigned int)whole_number(whole, 11, 2);

	whole_end_session(whole);
	return count;
}

static unsigned int mode_of(struct whole *whole)
{
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 3), OK);

	unsigned int mode = (unsigned int)whole_number(whole, 0, 1);

	whole_end_session(whole);
	return mode;
}

static void each_press_of_demand_reset_asks_once(void)
{
	struct whole *whole = whole_new();

	CU_ASSERT_EQUAL(demand_resets(whole), 0);
	press(whole, EXCHANGE_CONTACT_DEMAND_RESET, 10);
	CU_ASSERT_EQUAL(demand_resets(whole), 1);
	press(whole, EXCHANGE_CONTACT_DEMAND_RESET, 0.1);
	CU_ASSERT_EQUAL(demand_resets(whole), 2);
	whole_free(whole);
}

static void contacts_shorter_than_50_ms_are_bounce(void)
{
	struct whole *whole = whole_new();

	for (int bounce = 0; bounce < 20; bounce++) {
		whole->contacts ^= EXCHANGE_CONTACT_DEMAND_RESET | EXCHANGE_CONTACT_TEST_MODE;
		whole_seconds(whole, 0.045);
	}
	CU_ASSERT_EQUAL(demand_resets(whole), 0);
	CU_ASSERT_EQUAL(mode_of(whole), 1);
	whole->contacts = EXCHANGE_CONTACT_DEMAND_RESET;
	wire_wait(&whole->wire, 193); /* 50 ms and one frame */
	whole->contacts = 0;
	whole_seconds(whole, 1);
	CU_ASSERT_EQUAL(demand_resets(whole), 1);
	whole_free(whole);
}

static void the_test_mode_switch_goes_there_and_back(void)
{
	struct whole *whole = whole_new();

	whole_seconds(whole, 5);
	press(whole, EXCHANGE_CONTACT_TEST_MODE, 0.2);
	CU_ASSERT(shows(whole, 0, "010"));
	CU_ASSERT(shows(whole, 24, "TEST"));
	CU_ASSERT_EQUAL(mode_of(whole), 2);
	press(whole, EXCHANGE_CONTACT_SCROLL, 0.2);
	press(whole, EXCHANGE_CONTACT_SCROLL, 0.2);
	CU_ASSERT(shows(whole, 0, "030"));
	/* 120 V x 30 A x 3; the sensors' quantisation is below 1 W */
	CU_ASSERT(shows(whole, 4, "    10.800") || shows(whole, 4, "    10.799"));
	press(whole, EXCHANGE_CONTACT_TEST_MODE, 0.2);
	CU_ASSERT(shows(whole, 0, "888"));
	CU_ASSERT_EQUAL(mode_of(whole), 1);
	whole_free(whole);
}

static void a_switch_that_stays_in_test_mode_does_not_keep_the_meter_there(void)
{
	struct whole *whole = whole_new();

	whole->contacts = EXCHANGE_CONTACT_TEST_MODE;
	whole_seconds(whole, 1790);
	CU_ASSERT_EQUAL(mode_of(whole), 2);
	whole_seconds(whole, 20);
	CU_ASSERT_EQUAL(mode_of(whole), 1);
	CU_ASSERT_FALSE(shows(whole, 24, "TEST"));
	whole_free(whole);
}

static void scroll_steps_and_held_opens_the_alternate_list_once(void)
{
	static const char *const codes[] = {"888", "060", "061", "032", "033", "034", "008", "009",
					    "020", "021", "022", "023", "024", "025", "030", "031",
					    "090", "091", "093", "094", "095", "096", "092"};
	static const char *const values[] = {
		NULL,	      "----------", "     --:--", NULL,		NULL,	      NULL,
		NULL,	      NULL,	    "     120.0", NULL,		NULL,	      "    30.000",
		NULL,	      NULL,	    NULL,	  NULL,		"      5.34", "  --------",
		"  --------", "   unknown", "      NONE", "          ", " Er 000000"};
	struct whole *whole = whole_new();

	whole_load(whole, 120.05, 30.0005); /* in the middle of a digit */
	whole_seconds(whole, 3);
	press(whole, EXCHANGE_CONTACT_SCROLL, 0.2);
	CU_ASSERT(shows(whole, 0, "001"));
	press(whole, EXCHANGE_CONTACT_SCROLL, 0.2);
	CU_ASSERT(shows(whole, 0, "002"));
	whole->contacts = EXCHANGE_CONTACT_SCROLL;
	whole_seconds(whole, 2.9);
	CU_ASSERT(shows(whole, 0, "002"));
	whole_seconds(whole, 0.2);
	CU_ASSERT(shows(whole, 0, "888"));
	whole->contacts = 0;
	whole_seconds(whole, 0.2);
	for (unsigned int i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		CU_ASSERT(shows(whole, 0, codes[i]));
		CU_ASSERT(i == 0 || shows(whole, 24, "ALT "));
		CU_ASSERT(values[i] == NULL || shows(whole, 4, values[i]));
		press(whole, EXCHANGE_CONTACT_SCROLL, 0.2);
	}
	CU_ASSERT(shows(whole, 0, "888"));
	press(whole, EXCHANGE_CONTACT_SCROLL, 0.2);
	CU_ASSERT(shows(whole, 0, "001"));
	CU_ASSERT(shows(whole, 24, "NORM"));
	whole_free(whole);
}

/* The frame at which a switch acts does not depend on how frames are handed over. */
static void the_block_of_frames_changes_neither_image_nor_mode(void)
{
	static const uint32_t blocks[] = {1, 7, 128, 1536, 4096};
	char expected[EXCHANGE_DISPLAY_BYTES] = "";

	for (unsigned int i = 0; i < 5; i++) {
		struct whole *whole = whole_new();

		whole->block = blocks[i];
		whole_seconds(whole, 3);
		press(whole, EXCHANGE_CONTACT_TEST_MODE, 0.0505);
		whole_seconds(whole, 9);
		press(whole, EXCHANGE_CONTACT_SCROLL, 0.3);
		CU_ASSERT(shows(whole, 24, "TEST"));
		CU_ASSERT(i == 0 || strcmp(expected, whole->display) == 0);
		memcpy(expected, whole->display, sizeof(expected));
		whole_free(whole);
	}
}

const char *const suite_name = "meter_switches";
const struct suite_case suite_cases[] = {
	CASE(each_press_of_demand_reset_asks_once),
	CASE(contacts_shorter_than_50_ms_are_bounce),
	CASE(the_test_mode_switch_goes_there_and_back),
	CASE(a_switch_that_stays_in_test_mode_does_not_keep_the_meter_there),
	CASE(scroll_steps_and_held_opens_the_alternate_list_once),
	CASE(the_block_of_frames_changes_neither_image_nor_mode),
	CASES_END,
};

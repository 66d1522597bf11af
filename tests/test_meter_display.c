/* dut_firmware: the image of the display against the registers and the load */
#include <stdio.h>

#include "tests/support/whole_meter.h"

#define SEGMENTS "888 8888888888 8888 888 8888 888 888 88 888 888 8888"

static bool shows(const struct whole *whole, unsigned int column, const char *text)
{
	return strncmp(whole->display + column, text, strlen(text)) == 0;
}

/* Runs until this code is up, at most a minute. */
static void wait_for(struct whole *whole, const char *code)
{
	for (int second = 0; second < 120 && !shows(whole, 0, code); second++) {
		whole_seconds(whole, 0.5);
	}
	CU_ASSERT(shows(whole, 0, code));
}

static void set_decimals(struct whole *whole, unsigned int decimals)
{
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(whole_set(whole, 0, decimals), OK);
	whole_end_session(whole);
}

static void the_segment_test_shows_everything_at_power_up(void)
{
	struct whole *whole = whole_new();

	wire_wait(&whole->wire, 1);
	CU_ASSERT_STRING_EQUAL(whole->display, SEGMENTS);
	whole_free(whole);
}

static void the_normal_list_is_six_seconds_an_item(void)
{
	static const char *const codes[] = {"888", "001", "002", "003", "004",
					    "005", "006", "007", "888", "001"};
	struct whole *whole = whole_new();

	whole_seconds(whole, 0.5);
	for (unsigned int i = 0; i < 10; i++) {
		CU_ASSERT(shows(whole, 0, codes[i]));
		whole_seconds(whole, 5);
		CU_ASSERT(shows(whole, 0, codes[i]));
		whole_seconds(whole, 1);
	}
	whole_free(whole);
}

static void the_image_is_new_once_a_second_and_a_line_of_text(void)
{
	struct whole *whole = whole_new();

	whole_seconds(whole, 60);
	CU_ASSERT_EQUAL(whole->images, 60);
	wait_for(whole, "001");
	CU_ASSERT_EQUAL(strlen(whole->display), 52);
	for (unsigned int i = 0; i < 52; i++) {
		CU_ASSERT(whole->display[i] >= ' ' && whole->display[i] < 0x7F);
	}
	whole_free(whole);
}

/* 120 V x 30 A x 3 are 10.8 kW: 10 kWh take 3333 s. The display's register is read within a
 * second of the table's. */
static void the_display_is_the_register_cut_to_six_digits(void)
{
	struct whole *whole = whole_new();

	whole_seconds(whole, 4000);
	for (unsigned int decimals = 0; decimals <= 3; decimals++) {
		char lower[32], upper[64];
		uint64_t divisor = decimals == 0   ? 1000000
				   : decimals == 1 ? 100000
				   : decimals == 2 ? 10000
						   : 1000;

		set_decimals(whole, decimals);
		wait_for(whole, "002");
		wait_for(whole, "001");

		uint64_t after = whole_delivered(whole);
		uint64_t shown = 0;

		for (unsigned int i = 4; i < 14; i++) {
			if (whole->display[i] >= '0' && whole->display[i] <= '9') {
				shown = shown * 10 + (uint64_t)(whole->display[i] - '0');
			}
		}
		/* a session and the second of the image: below 3 s of 3 Wh */
		CU_ASSERT(shown <= after / divisor);
		CU_ASSERT(shown >= (after - 9000) / divisor);
		snprintf(lower, sizeof(lower), "%06u", (unsigned int)shown);
		if (decimals > 0) {
			snprintf(upper, sizeof(upper), "%*s%.*s.%s ", 3, "", 6 - (int)decimals,
				 lower, lower + 6 - decimals);
		} else {
			snprintf(upper, sizeof(upper), "%*s%s ", 4, "", lower);
		}
		CU_ASSERT(shows(whole, 4, upper));
		CU_ASSERT(shows(whole, 15, "kWh  DEL"));
	}
	whole_free(whole);
}

/* With the current off nothing moves: display and table agree to the digit. */
static void at_rest_display_and_table_agree_to_the_digit(void)
{
	struct whole *whole = whole_new();
	char expected[64];

	set_decimals(whole, 3);
	whole_load(whole, 120, -30);
	whole_seconds(whole, 1234);
	whole_load(whole, 120, 30);
	whole_seconds(whole, 400);
	whole_load(whole, 120, 0);
	whole_seconds(whole, 10);
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);

	uint64_t delivered = whole_number(whole, 1, 6);
	uint64_t received = whole_number(whole, 7, 6);

	whole_end_session(whole);
	wait_for(whole, "001");
	snprintf(expected, sizeof(expected), "   %03u.%03u", (unsigned int)(delivered / 1000000),
		 (unsigned int)(delivered / 1000 % 1000));
	CU_ASSERT(shows(whole, 4, expected));
	wait_for(whole, "002");
	snprintf(expected, sizeof(expected), "   %03u.%03u", (unsigned int)(received / 1000000),
		 (unsigned int)(received / 1000 % 1000));
	CU_ASSERT(shows(whole, 4, expected));
	wait_for(whole, "003");
	CU_ASSERT(received > delivered);
	snprintf(expected, sizeof(expected), "  -%03u.%03u",
		 (unsigned int)((received - delivered) / 1000000),
		 (unsigned int)((received - delivered) / 1000 % 1000));
	CU_ASSERT(shows(whole, 4, expected));
	whole_free(whole);
}

static void the_disk_moves_with_the_energy(void)
{
	struct whole *whole = whole_new();
	unsigned int steps = 0;
	char before[4] = "";

	whole_load(whole, 120, 3); /* 1080 W: 0.3 Wh a second, 1.8 Wh a step */
	whole_seconds(whole, 8);
	for (int second = 0; second < 61; second++) {
		whole_seconds(whole, 1);
		if (shows(whole, 0, "888")) {
			continue;
		}
		CU_ASSERT_EQUAL(strcspn(whole->display + 33, ">") < 3, 1);
		steps += strncmp(before, whole->display + 33, 3) != 0;
		memcpy(before, whole->display + 33, 3);
	}
	CU_ASSERT(steps >= 8 && steps <= 11);
	whole_load(whole, 120, -3);
	whole_seconds(whole, 20);
	wait_for(whole, "001");
	CU_ASSERT(strcspn(whole->display + 33, "<") < 3);
	whole_load(whole, 120, 0);
	whole_seconds(whole, 20);
	wait_for(whole, "001");
	CU_ASSERT(shows(whole, 33, "..."));
	whole_free(whole);
}

static void potentials_are_shown_while_they_are_present(void)
{
	struct whole *whole = whole_new();

	whole_seconds(whole, 7.5);
	CU_ASSERT(shows(whole, 29, "ABC"));
	for (unsigned int i = 0; i < WHOLE_CYCLE_FRAMES; i++) {
		whole->cycle[i].volts[1] = 0;
	}
	whole_seconds(whole, 3);
	CU_ASSERT(shows(whole, 29, "A-C"));
	whole_free(whole);
}

static void seal_and_mode_have_their_annunciators(void)
{
	struct whole *whole = whole_new();

	wait_for(whole, "001");
	CU_ASSERT(shows(whole, 24, "NORM"));
	CU_ASSERT(shows(whole, 37, "-- ---     "));
	CU_ASSERT(shows(whole, 48, "    "));
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(whole_set(whole, 1, 0), OK);
	whole_end_session(whole);
	wait_for(whole, "002");
	CU_ASSERT(shows(whole, 48, "SEAL"));
	whole->contacts = EXCHANGE_CONTACT_SEAL_BROKEN;
	wait_for(whole, "003");
	CU_ASSERT(shows(whole, 48, "OPEN"));
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 4), 0);
	whole_end_session(whole);
	whole_seconds(whole, 1);
	CU_ASSERT(shows(whole, 0, "010"));
	CU_ASSERT(shows(whole, 24, "SHOP"));
	whole_free(whole);
}

/* ST31 counts what ST32, ST33 and ST34 hold; the lists' items are those that come up. */
static void the_published_lists_are_those_that_are_shown(void)
{
	struct whole *whole = whole_new();
	uint8_t sources[1024];

	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 31), OK);
	CU_ASSERT_EQUAL(whole->wire.response_length, 3 + 10 + 1);
	CU_ASSERT_EQUAL(whole_number(whole, 0, 1), 1);

	unsigned int count = (unsigned int)whole_number(whole, 1, 2);
	unsigned int width = (unsigned int)whole_number(whole, 3, 1);
	unsigned int primary_items = (unsigned int)whole_number(whole, 4, 2);
	unsigned int secondary_items = (unsigned int)whole_number(whole, 7, 2);

	CU_ASSERT_EQUAL(whole_number(whole, 6, 1), 2);
	CU_ASSERT_EQUAL(whole_number(whole, 9, 1), 1);
	CU_ASSERT_EQUAL(whole_table(whole, 34), OK);
	CU_ASSERT_EQUAL(whole->wire.response_length, 3 + 3 + 2 * secondary_items + 1);
	CU_ASSERT_EQUAL(whole_number(whole, 1, 1), 0x10); /* alternate */
	CU_ASSERT_EQUAL(whole_table(whole, 32), OK);
	CU_ASSERT_EQUAL(whole->wire.response_length, 3 + count * width + 1);
	memcpy(sources, whole->wire.response + 3, count * width);
	CU_ASSERT_EQUAL(whole_table(whole, 33), OK);
	CU_ASSERT_EQUAL(whole->wire.response_length, 3 + 2 * 3 + 2 * primary_items + 1);
	CU_ASSERT_EQUAL(whole_number(whole, 0, 1), 6); /* seconds */

	unsigned int normal_items = (unsigned int)whole_number(whole, 2, 1);
	unsigned int normal[64];

	for (unsigned int i = 0; i < normal_items; i++) {
		normal[i] = (unsigned int)whole_number(whole, 6 + 2 * i, 2);
	}
	whole_end_session(whole);
	wait_for(whole, "888");
	for (unsigned int i = 1; i < normal_items; i++) {
		char code[4] = "";

		memcpy(code, sources + normal[i] * width, 3);
		if (strcmp(code, "092") == 0 || code[1] == '5') {
			continue; /* come up with errors, and with rates, only */
		}
		wait_for(whole, code);
		CU_ASSERT_EQUAL(memcmp(whole->display + 15, sources + normal[i] * width + 3, 4), 0);
		CU_ASSERT_EQUAL(memcmp(whole->display + 20, sources + normal[i] * width + 7, 3), 0);
	}
	whole_free(whole);
}

const char *const suite_name = "meter_display";
const struct suite_case suite_cases[] = {
	CASE(the_segment_test_shows_everything_at_power_up),
	CASE(the_normal_list_is_six_seconds_an_item),
	CASE(the_image_is_new_once_a_second_and_a_line_of_text),
	CASE(the_display_is_the_register_cut_to_six_digits),
	CASE(at_rest_display_and_table_agree_to_the_digit),
	CASE(the_disk_moves_with_the_energy),
	CASE(potentials_are_shown_while_they_are_present),
	CASE(seal_and_mode_have_their_annunciators),
	CASE(the_published_lists_are_those_that_are_shown),
	CASES_END,
};

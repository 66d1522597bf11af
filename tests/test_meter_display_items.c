/* dut_firmware: what each item of each list shows, against the load and the tables */
#include <stdio.h>

#include "tests/support/whole_meter.h"

#define VOLTS 120.0
#define AMPERES 200.0
#define KILOWATTS 72.0 /* 3 elements */
/* A direction window of 67 ms in 15 min, and 0.01 % of metering */
#define TOLERANCE 2e-4

#define CALENDAR_OCTETS 232u
#define SWITCH_OFFSET 96u
#define BLOCK_OCTETS 39u /* of ST23, after the counter: total, then rates */

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

/* Scrolls on until this code is up, in the alternate list if it is not in the present one. */
static bool find_item(struct whole *whole, const char *code)
{
	for (unsigned int step = 0; step < 60; step++) {
		if (shows(whole, 0, code)) {
			return true;
		}
		press(whole, EXCHANGE_CONTACT_SCROLL, step == 30 ? 3.1 : 0.1);
	}
	return false;
}

static double number_shown(struct whole *whole, const char *code)
{
	char value[11];

	CU_ASSERT(find_item(whole, code));
	memcpy(value, whole->display + 4, 10);
	value[10] = '\0';
	return strtod(value, NULL);
}

static bool item_shows(struct whole *whole, const char *code, const char *value)
{
	return find_item(whole, code) && shows(whole, 4, value);
}

/* Relative to the closed form, and cut to a watt. */
static void expect_kilowatts(double shown, double expected)
{
	CU_ASSERT(fabs(shown - expected) <= TOLERANCE * expected + 0.001);
}

struct named_item {
	const char *code, *unit, *name;
};

static void expect_list(struct whole *whole, const struct named_item *items, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		char expected[16];

		snprintf(expected, sizeof(expected), "%-4s %-3s", items[i].unit, items[i].name);
		CU_ASSERT(shows(whole, 0, items[i].code));
		CU_ASSERT(shows(whole, 15, expected));
		press(whole, EXCHANGE_CONTACT_SCROLL, 0.1);
	}
}

static const struct named_item normal[] = {
	{"001", "kWh", "DEL"}, {"002", "kWh", "REC"}, {"003", "kWh", "NET"}, {"004", "kW", "MAX"},
	{"005", "", "MAX"},    {"006", "", "MAX"},    {"007", "kW", "CUM"},
};
static const struct named_item rates[] = {
	{"051", "kWh", "R0"}, {"052", "kWh", "R1"}, {"053", "kWh", "R2"}, {"054", "kWh", "R3"},
	{"055", "kW", "R0"},  {"056", "kW", "R1"},  {"057", "kW", "R2"},  {"058", "kW", "R3"},
};
static const struct named_item alternate[] = {
	{"060", "", "NOW"},  {"061", "", "NOW"},   {"032", "kW", "PRS"}, {"033", "kW", "PRV"},
	{"034", "s", "INT"}, {"008", "kW", "CCU"}, {"009", "", "RST"},	 {"020", "V", "A"},
	{"021", "V", "B"},   {"022", "V", "C"},	   {"023", "A", "A"},	 {"024", "A", "B"},
	{"025", "A", "C"},   {"030", "kW", ""},	   {"031", "Hz", ""},	 {"090", "", "FW"},
	{"091", "", "CRC"},  {"093", "", "LEG"},   {"094", "", "BLD"},	 {"095", "", "MOD"},
	{"096", "", "MFW"},  {"092", "", ""},
};
static const struct named_item test[] = {
	{"010", "kWh", "DEL"}, {"011", "kWh", "REC"}, {"030", "kW", ""}, {"012", "s", ""}};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void put_switch(uint8_t *calendar, unsigned int place, unsigned int hour, unsigned int tier)
{
	unsigned int word = tier | 0x18u | hour << 11;
	uint8_t *entry = calendar + SWITCH_OFFSET + 3 * place;

	entry[0] = (uint8_t)(word & 0xFF);
	entry[1] = (uint8_t)(word >> 8);
	entry[2] = 0;
}

/* Rate 1 from 16:00, 2 from 17:00, 0 in the night, on all days. */
static void write_rates(struct whole *whole)
{
	uint8_t calendar[CALENDAR_OCTETS] = {0};

	put_switch(calendar, 0, 0, 0);
	put_switch(calendar, 1, 16, 1);
	put_switch(calendar, 2, 17, 2);
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 54, calendar, CALENDAR_OCTETS), OK);
	whole_end_session(whole);
}

/* 2026-07-14 */
static void set_time(struct whole *whole, uint8_t hour, uint8_t minute, uint8_t second)
{
	const uint8_t call[] = {10, 0, 7, 3, 26, 7, 14, hour, minute, second, 7};

	whole_session(whole, "OPERATE");
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 7, call, sizeof(call)), OK);
	CU_ASSERT_EQUAL(whole_table(whole, 8), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 3, 1), 0);
	whole_end_session(whole);
}

/* The meter's clock by ST52, seconds of the day. */
static unsigned int clock_of(struct whole *whole)
{
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 52), OK);

	unsigned int seconds =
		(unsigned int)(whole_number(whole, 3, 1) * 3600 + whole_number(whole, 4, 1) * 60 +
			       whole_number(whole, 5, 1));

	whole_end_session(whole);
	return seconds;
}

static void run_to(struct whole *whole, unsigned int hour, unsigned int minute, unsigned int second)
{
	unsigned int wanted = hour * 3600 + minute * 60 + second;
	unsigned int now = clock_of(whole);

	CU_ASSERT_FATAL(wanted > now);
	whole_seconds(whole, wanted - now);
}

static void set_decimals(struct whole *whole, unsigned int decimals)
{
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(whole_set(whole, 0, decimals), OK);
	whole_end_session(whole);
}

static void every_list_has_its_items_with_code_unit_and_name(void)
{
	struct whole *whole = whole_new();

	for (unsigned int has_rates = 0; has_rates < 2; has_rates++) {
		if (has_rates) {
			write_rates(whole);
		}
		CU_ASSERT(find_item(whole, "888"));
		press(whole, EXCHANGE_CONTACT_SCROLL, 0.1);
		expect_list(whole, normal, COUNT(normal));
		expect_list(whole, rates, has_rates ? COUNT(rates) : 0);
		CU_ASSERT(shows(whole, 0, "888"));
	}
	press(whole, EXCHANGE_CONTACT_SCROLL, 3.1);
	press(whole, EXCHANGE_CONTACT_SCROLL, 0.1);
	expect_list(whole, alternate, COUNT(alternate));
	press(whole, EXCHANGE_CONTACT_TEST_MODE, 0.1);
	expect_list(whole, test, COUNT(test));
	CU_ASSERT(shows(whole, 0, "010"));
	whole_free(whole);
}

/* Block of 15 min. The interval that setting the clock has cut enters no maximum. */
static void demand_is_shown_with_its_maximum_date_and_sums(void)
{
	struct whole *whole = whole_new();

	whole_load(whole, VOLTS, AMPERES);
	whole_seconds(whole, 10);
	CU_ASSERT(item_shows(whole, "005", "----------"));
	CU_ASSERT(item_shows(whole, "006", "     --:--"));
	set_time(whole, 15, 0, 0);
	run_to(whole, 15, 14, 30);
	CU_ASSERT(item_shows(whole, "004", "   000.000"));
	CU_ASSERT(item_shows(whole, "033", "   000.000"));
	run_to(whole, 15, 35, 0);

	double maximum = number_shown(whole, "004");

	expect_kilowatts(maximum, KILOWATTS);
	CU_ASSERT(item_shows(whole, "005", "2026-07-14"));
	CU_ASSERT(item_shows(whole, "006", "     15:30"));
	CU_ASSERT(item_shows(whole, "007", "   000.000"));
	CU_ASSERT(item_shows(whole, "009", "         0"));
	expect_kilowatts(number_shown(whole, "033"), KILOWATTS);
	CU_ASSERT_DOUBLE_EQUAL(number_shown(whole, "008"), maximum, 1e-9);
	/* of the interval in progress: energy so far over the whole interval */
	double left = number_shown(whole, "034");
	double present = number_shown(whole, "032");

	CU_ASSERT(left > 450 && left < 600);
	/* the scrolling in between takes some seconds of 80 W each */
	CU_ASSERT(fabs(present - KILOWATTS * (900 - left) / 900) < 60 * 0.08);
	press(whole, EXCHANGE_CONTACT_DEMAND_RESET, 0.1);
	CU_ASSERT(item_shows(whole, "009", "         1"));
	CU_ASSERT(item_shows(whole, "004", "   000.000"));
	CU_ASSERT(item_shows(whole, "005", "----------"));
	CU_ASSERT_DOUBLE_EQUAL(number_shown(whole, "007"), maximum, 1e-9);
	run_to(whole, 16, 5, 0);
	expect_kilowatts(number_shown(whole, "004"), KILOWATTS);
	CU_ASSERT(item_shows(whole, "006", "     16:00"));
	expect_kilowatts(number_shown(whole, "008"), 2 * KILOWATTS);
	whole_free(whole);
}

/* The display is the table, cut to a watt. */
static void demand_on_the_display_is_that_of_the_tables(void)
{
	struct whole *whole = whole_new();
	uint64_t maximum, cumulative, continuous;
	char expected[32];

	whole_load(whole, VOLTS, 77.7);
	set_time(whole, 15, 0, 0);
	run_to(whole, 15, 31, 0);
	press(whole, EXCHANGE_CONTACT_DEMAND_RESET, 0.1);
	whole_load(whole, VOLTS, 33.3);
	run_to(whole, 16, 16, 0);
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	cumulative = whole_number(whole, 24, 6) / 1000;
	continuous = whole_number(whole, 30, 6) / 1000;
	maximum = whole_number(whole, 36, 4) / 1000;
	whole_end_session(whole);
	CU_ASSERT(cumulative > maximum && maximum > 0);
	snprintf(expected, sizeof(expected), "   %03u.%03u", (unsigned int)(maximum / 1000),
		 (unsigned int)(maximum % 1000));
	CU_ASSERT(item_shows(whole, "004", expected));
	snprintf(expected, sizeof(expected), "   %03u.%03u", (unsigned int)(cumulative / 1000),
		 (unsigned int)(cumulative % 1000));
	CU_ASSERT(item_shows(whole, "007", expected));
	snprintf(expected, sizeof(expected), "   %03u.%03u", (unsigned int)(continuous / 1000),
		 (unsigned int)(continuous % 1000));
	CU_ASSERT(item_shows(whole, "008", expected));
	whole_free(whole);
}

/* 12 kWh from 15:50 on in rate 0, 72 in rate 1, 6 min of rate 2. */
static void each_rate_has_its_energy_its_maximum_and_its_letter(void)
{
	static const char *const energies[] = {"051", "052", "053", "054"};
	static const char *const maxima[] = {"055", "056", "057", "058"};
	double sum = 0;
	struct whole *whole = whole_new();

	whole_load(whole, VOLTS, 0);
	set_decimals(whole, 3);
	CU_ASSERT(find_item(whole, "001"));
	CU_ASSERT(shows(whole, 37, "--"));
	write_rates(whole); /* without daylight saving */
	set_time(whole, 15, 50, 0);
	whole_load(whole, VOLTS, AMPERES);
	run_to(whole, 15, 58, 0);
	CU_ASSERT(find_item(whole, "001"));
	CU_ASSERT(shows(whole, 37, "R0"));
	run_to(whole, 16, 1, 0);
	CU_ASSERT(find_item(whole, "001"));
	CU_ASSERT(shows(whole, 37, "R1"));
	run_to(whole, 17, 6, 0);
	CU_ASSERT(find_item(whole, "001"));
	CU_ASSERT(shows(whole, 37, "R2"));
	whole_load(whole, VOLTS, 0);
	whole_seconds(whole, 5);

	double delivered = number_shown(whole, "001");

	CU_ASSERT(fabs(number_shown(whole, "052") - KILOWATTS) <= KILOWATTS * TOLERANCE);
	for (unsigned int rate = 0; rate < 4; rate++) {
		double energy = number_shown(whole, energies[rate]);

		CU_ASSERT_EQUAL(energy > 0, rate < 3);
		sum += energy;
	}
	/* each of four is cut by less than a watt-hour */
	CU_ASSERT(sum <= delivered + 1e-9 && sum > delivered - 0.004);
	for (unsigned int rate = 0; rate < 4; rate++) {
		double shown = number_shown(whole, maxima[rate]);

		if (rate == 1) {
			expect_kilowatts(shown, KILOWATTS);
		} else {
			CU_ASSERT_EQUAL(shown, 0); /* no whole interval in it */
		}
	}
	whole_free(whole);
}

static void date_and_time_are_those_of_the_clock(void)
{
	struct whole *whole = whole_new();
	unsigned int seconds, hour, minute, second;
	char value[11] = "";

	CU_ASSERT(item_shows(whole, "060", "----------"));
	CU_ASSERT(item_shows(whole, "061", "     --:--"));
	set_time(whole, 23, 59, 30);
	CU_ASSERT(item_shows(whole, "060", "2026-07-14"));
	whole_seconds(whole, 60);
	CU_ASSERT(item_shows(whole, "060", "2026-07-15"));
	CU_ASSERT(find_item(whole, "061"));
	whole_seconds(whole, 1);
	memcpy(value, whole->display + 4, 10);
	CU_ASSERT_EQUAL(sscanf(value, "%u:%u:%u", &hour, &minute, &second), 3);
	seconds = clock_of(whole);
	/* the image of the newest second, and a session */
	CU_ASSERT(hour * 3600 + minute * 60 + second <= seconds);
	CU_ASSERT(hour * 3600 + minute * 60 + second + 4 >= seconds);
	whole_free(whole);
}

/* 10.8 kW: 3 Wh a second. The registers of billing stand, the test's count. */
static void test_mode_freezes_the_registers_on_the_display_and_ends(void)
{
	struct whole *whole = whole_new();

	set_decimals(whole, 3);
	whole_seconds(whole, 20);

	double before = number_shown(whole, "001");

	press(whole, EXCHANGE_CONTACT_TEST_MODE, 0.1);
	CU_ASSERT(shows(whole, 24, "TEST"));
	whole_seconds(whole, 100);
	CU_ASSERT(find_item(whole, "010"));
	double tested = number_shown(whole, "010");
	CU_ASSERT(tested > 0.290 && tested < 0.320);
	double left = number_shown(whole, "012");
	CU_ASSERT(left > 1680 && left <= 1700);
	whole_seconds(whole, left - 3);
	CU_ASSERT(shows(whole, 24, "TEST"));
	whole_seconds(whole, 5);
	CU_ASSERT_FALSE(shows(whole, 24, "TEST"));

	double after = number_shown(whole, "001");

	/* what scrolling and the seconds at both ends have metered: below 10 s */
	CU_ASSERT(after >= before && after - before < 0.030);
	whole_free(whole);
}

const char *const suite_name = "meter_display_items";
const struct suite_case suite_cases[] = {
	CASE(every_list_has_its_items_with_code_unit_and_name),
	CASE(demand_is_shown_with_its_maximum_date_and_sums),
	CASE(demand_on_the_display_is_that_of_the_tables),
	CASE(each_rate_has_its_energy_its_maximum_and_its_letter),
	CASE(date_and_time_are_those_of_the_clock),
	CASE(test_mode_freezes_the_registers_on_the_display_and_ends),
	CASES_END,
};

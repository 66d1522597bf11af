/*
 * What billing keeps without supply, read as anybody reads it: over the optical port before and
 * after outages, warned and not. Cuts in the middle of an operation: test_meter_power_cut.c.
 */
#include "registers/billing_actions.h"
#include "tests/support/metered_port.h"

#define TICKS_PER_SECOND 32768u
#define CALENDAR_OCTETS 232u
#define RECURRING_OFFSET 60u
#define SWITCH_OFFSET (RECURRING_OFFSET + 36u)
#define SEASON_ACTION 3u
#define RESET 0x20u
#define SELF_READ 0x40u
#define BLOCK_OCTETS 39u
#define MAXIMUM_OFFSET 35u
#define LONGEST_TABLE 832u

static struct metered_port port;

static void set_load(double amperes)
{
	struct table_load load = table_balanced(120, amperes, 0, 60);

	port_set_load(&port, &load);
}

static void put_entry(uint8_t *entry, unsigned int date, unsigned int action)
{
	entry[0] = (uint8_t)(date & 0xFF);
	entry[1] = (uint8_t)(date >> 8);
	entry[2] = (uint8_t)action;
}

static void put_switch(uint8_t *calendar, unsigned int place, unsigned int hour,
		       unsigned int minute, unsigned int tier)
{
	put_entry(calendar + SWITCH_OFFSET + 3 * place, tier | 0x18u | minute << 5 | hour << 11, 0);
}

/* Season 1 begins on 1 May with a self-read and a demand reset; rates 0, 1 and 2 from 00:00, 00:10
 * and 23:50 on. */
static void make_calendar(uint8_t calendar[CALENDAR_OCTETS])
{
	memset(calendar, 0, CALENDAR_OCTETS);
	put_entry(calendar + RECURRING_OFFSET, 5u | 7u << 8 | 1u << 11,
		  (SEASON_ACTION + 1u) | RESET | SELF_READ);
	put_entry(calendar + RECURRING_OFFSET + 3, 1u | 7u << 8 | 1u << 11, SEASON_ACTION);
	put_switch(calendar, 0, 0, 10, 1);
	put_switch(calendar, 1, 23, 50, 2);
	put_switch(calendar, 2, 0, 0, 0);
}

static void set_clock(unsigned int month, unsigned int day, unsigned int hour, unsigned int minute,
		      unsigned int second)
{
	const uint8_t call[] = {10,
				0,
				77,
				3,
				26,
				(uint8_t)month,
				(uint8_t)day,
				(uint8_t)hour,
				(uint8_t)minute,
				(uint8_t)second,
				7};

	CU_ASSERT_EQUAL(wire_write(&port.wire, 7, call, sizeof(call)), OK);
	const uint8_t *st8 = port_read(&port, 8);

	CU_ASSERT_FATAL(st8 != NULL);
	CU_ASSERT_EQUAL(st8[3], 0);
}

static void start(void)
{
	static const uint8_t rules[6] = {2, 10, 0, 20, 5, 3};
	uint8_t calendar[CALENDAR_OCTETS];

	port_start(&port, "AX");
	set_load(0);
	make_calendar(calendar);
	port_log_on(&port, "PROGRAM");
	CU_ASSERT_EQUAL(wire_write(&port.wire, 13, rules, sizeof(rules)), OK);
	CU_ASSERT_EQUAL(wire_write(&port.wire, 54, calendar, sizeof(calendar)), OK);
	port_log_off(&port);
}

static void cut(double seconds, bool is_warned)
{
	port.exchange.power_fail_warning = is_warned;
	port_run_until(&port.wire, port.wire.frame + 1);
	port_power_up(&port, (uint64_t)(seconds * TICKS_PER_SECOND));
}

struct tables {
	unsigned int length[6];
	uint8_t bytes[6][LONGEST_TABLE];
};

static void read_tables(struct tables *tables)
{
	static const unsigned int numbers[6] = {13, 23, 24, 25, 26, 54};

	port_log_on(&port, "READ");
	for (unsigned int i = 0; i < 6; i++) {
		const uint8_t *bytes = port_read(&port, numbers[i]);

		CU_ASSERT_FATAL(bytes != NULL);
		tables->length[i] = (unsigned int)bytes[-2] << 8 | bytes[-1];
		CU_ASSERT_FATAL(tables->length[i] <= LONGEST_TABLE);
		memcpy(tables->bytes[i], bytes, tables->length[i]);
	}
	port_log_off(&port);
}

static void check_same(const struct tables *before, const struct tables *after)
{
	for (unsigned int i = 0; i < 6; i++) {
		CU_ASSERT_EQUAL(before->length[i], after->length[i]);
		CU_ASSERT_EQUAL(memcmp(before->bytes[i], after->bytes[i], before->length[i]), 0);
	}
}

static int64_t maximum(const struct tables *tables, unsigned int block)
{
	return (int64_t)port_number(tables->bytes[1] + 1 + block * BLOCK_OCTETS + MAXIMUM_OFFSET,
				    4);
}

/* Over midnight of a season's end: three rates, a reset, self-reads, maxima of each. The load ends
 * more than a minute before the supply, so an outage without warning loses nothing either. */
static void all_registers_and_rules_come_back(void)
{
	for (int is_warned = 0; is_warned <= 1; is_warned++) {
		static struct tables before, after;

		start();
		port_log_on(&port, "OPERATE");
		set_clock(4, 30, 23, 30, 0);
		port_log_off(&port);
		set_load(100);
		port_seconds(&port, 1800 + 600);
		set_load(150);
		port_seconds(&port, 1800);
		port_log_on(&port, "OPERATE");
		CU_ASSERT_EQUAL(port_procedure(&port, 9, (const uint8_t[]){2}, 1), 0);
		port_log_off(&port);
		set_load(0);
		port_seconds(&port, 70);
		read_tables(&before);
		CU_ASSERT_EQUAL(before.length[1], 196);
		CU_ASSERT(maximum(&before, 0) > 53000000); /* 3 x 120 V x 150 A */
		CU_ASSERT(maximum(&before, 2) > 53000000);
		CU_ASSERT_EQUAL(before.bytes[2][5], 0); /* ST24: the season that ended */
		CU_ASSERT_EQUAL(before.bytes[4][1], 2); /* ST26: of midnight and of procedure 9 */
		cut(7, is_warned);
		read_tables(&after);
		check_same(&before, &after);
		cut(3600, is_warned);
		read_tables(&after);
		check_same(&before, &after);
		port_free(&port);
	}
}

#define STATUS_OVERFLOW 0x02u

static void check_list(unsigned int unread, bool has_overflowed, unsigned int valid)
{
	const uint8_t *header = port_read_part(&port, 26, 0, 6);

	CU_ASSERT_FATAL(header != NULL);
	CU_ASSERT_EQUAL(header[5], unread);
	CU_ASSERT_EQUAL((header[0] & STATUS_OVERFLOW) != 0, has_overflowed);
	CU_ASSERT_EQUAL(header[1], valid);
}

/* Procedures 4 and 5 with list 2; what was read stays in the list, and the pointer over outages. */
static void the_pointer_of_the_self_reads_is_reset_and_moved(void)
{
	start();
	port_log_on(&port, "OPERATE");
	for (int reading = 0; reading < 3; reading++) {
		CU_ASSERT_EQUAL(port_procedure(&port, 9, (const uint8_t[]){2}, 1), 0);
	}
	check_list(3, false, 3);
	CU_ASSERT_EQUAL(port_procedure(&port, 5, (const uint8_t[]){2, 4, 0}, 3), 2);
	CU_ASSERT_EQUAL(port_procedure(&port, 5, (const uint8_t[]){2, 2, 0}, 3), 0);
	check_list(1, false, 3);
	for (int reading = 0; reading < 4; reading++) {
		CU_ASSERT_EQUAL(port_procedure(&port, 9, (const uint8_t[]){2}, 1), 0);
	}
	check_list(4, true, 4); /* the one of before was not read */
	cut(5, false);
	port_log_on(&port, "OPERATE");
	check_list(4, true, 4);
	CU_ASSERT_EQUAL(port_procedure(&port, 5, (const uint8_t[]){2, 3, 0}, 3), 0);
	check_list(1, false, 4);
	CU_ASSERT_EQUAL(port_procedure(&port, 4, (const uint8_t[]){2}, 1), 0);
	check_list(0, false, 4);
	cut(5, false);
	port_log_on(&port, "OPERATE");
	check_list(0, false, 4);
	CU_ASSERT_EQUAL(port_procedure(&port, 9, (const uint8_t[]){2}, 1), 0);
	check_list(1, false, 4);
	CU_ASSERT_EQUAL(port_procedure(&port, 4, (const uint8_t[]){255}, 1), 0);
	check_list(0, false, 4);
	port_free(&port);
}

static int reset_demand(void)
{
	port_log_on(&port, "OPERATE");
	int result = port_procedure(&port, 9, (const uint8_t[]){1}, 1);

	port_log_off(&port);
	return result;
}

/* Two minutes, of which an outage is part; one whose length nobody knows ends them. */
static void the_lock_out_of_a_demand_reset_goes_on_over_an_outage(void)
{
	start();
	CU_ASSERT_EQUAL(reset_demand(), 0);
	port_seconds(&port, 30);
	cut(60, true);
	CU_ASSERT_EQUAL(reset_demand(), 4);
	port_seconds(&port, 20);
	CU_ASSERT_EQUAL(reset_demand(), 4);
	port_seconds(&port, 15);
	CU_ASSERT_EQUAL(reset_demand(), 0);
	cut(1, true);
	port.exchange.battery = EXCHANGE_BATTERY_LOST;
	CU_ASSERT_EQUAL(reset_demand(), 0);
	port_log_on(&port, "READ");
	CU_ASSERT_EQUAL(port_read(&port, 23)[0], 3);
	port_free(&port);
}

static unsigned int losses(void)
{
	port_log_on(&port, "OPERATE");
	const uint8_t *st3 = port_read(&port, 3);

	CU_ASSERT_FATAL(st3 != NULL);
	unsigned int status = st3[4];

	port_log_off(&port);
	return status;
}

/* ST3 MFG_STATUS: 1 an outage without warning, 2 one whose length nobody knows. */
static void losses_of_outages_stand_until_procedure_8(void)
{
	port_start(&port, "AX");
	port_seconds(&port, 2);
	CU_ASSERT_EQUAL(losses(), 0);
	cut(5, true);
	CU_ASSERT_EQUAL(losses(), 0);
	port_seconds(&port, 1);
	cut(5, false);
	CU_ASSERT_EQUAL(losses(), 1);
	port_seconds(&port, 1);
	cut(5, true);
	CU_ASSERT_EQUAL(losses(), 1);
	cut(5, true);
	port.exchange.battery = EXCHANGE_BATTERY_LOST;
	CU_ASSERT_EQUAL(losses(), 3);
	port_log_on(&port, "OPERATE");
	CU_ASSERT_EQUAL(port_procedure(&port, 8, NULL, 0), 0);
	port_log_off(&port);
	CU_ASSERT_EQUAL(losses(), 0);
	cut(5, true);
	CU_ASSERT_EQUAL(losses(), 0);
	port_free(&port);
}

static void check_clock(unsigned int minute, unsigned int second)
{
	port_log_on(&port, "READ");
	const uint8_t *clock = port_read(&port, 52);

	CU_ASSERT_FATAL(clock != NULL);
	CU_ASSERT_EQUAL(clock[3], 12);
	CU_ASSERT_EQUAL(clock[4], minute);
	CU_ASSERT_EQUAL(clock[5], second);
}

/*
 * The clock is set to 12:00:00 in the second second of operation and saved then. The supply goes
 * without warning 40.3 s later, for 10 s; then it comes for half a second, which saves nothing, and
 * goes for 5 minutes. A whole count of the battery clock makes up for all of it.
 */
static void a_battery_clock_that_counts_on_saves_the_time_of_an_unwarned_outage(void)
{
	for (int is_told = 0; is_told <= 1; is_told++) {
		uint64_t count = is_told ? UINT64_C(1) << 40 : 0;

		port_start(&port, "AX");
		port.exchange.battery_count = count;
		port_seconds(&port, 2);
		port_log_on(&port, "OPERATE");
		uint64_t frame = port.wire.frame;

		set_clock(7, 14, 12, 0, 0);
		port_run_until(&port.wire, frame + (uint64_t)(40.3 * METER_FRAMES_PER_SECOND));
		uint64_t ticks = port.wire.frame * 128 / 15 + 10 * TICKS_PER_SECOND;

		port_power_up(&port, 10 * TICKS_PER_SECOND);
		port.exchange.battery_count = is_told ? count + ticks : 0;
		port_run_until(&port.wire, METER_FRAMES_PER_SECOND / 2);
		ticks += (300 + 1) * TICKS_PER_SECOND - TICKS_PER_SECOND / 2;
		port_power_up(&port, 300 * TICKS_PER_SECOND);
		port.exchange.battery_count = is_told ? count + ticks : 0;
		check_clock(5, is_told ? 50 : 0);
		port_free(&port);
	}
}

/* A battery clock 2 % faster than the frames, told each second: 1.2 s in a minute, which are no
 * part of the outage of 10 s. */
static void the_drift_between_both_crystals_is_no_outage(void)
{
	const uint64_t start = UINT64_C(1) << 40;
	const uint64_t second = TICKS_PER_SECOND * 102u / 100u;

	port_start(&port, "AX");
	port.exchange.battery_count = start;
	port_log_on(&port, "OPERATE");
	set_clock(7, 14, 12, 0, 0);
	port_log_off(&port);
	port_run_until(&port.wire, METER_FRAMES_PER_SECOND);
	for (unsigned int passed = 1; passed <= 60; passed++) {
		port.exchange.battery_count = start + passed * second;
		port_seconds(&port, 1);
	}
	cut(10, true);
	port.exchange.battery_count = start + 61 * second + 10 * TICKS_PER_SECOND;
	check_clock(1, 10);
	port_free(&port);
}

#define MINUTES_OF_20_YEARS 10519200.0
#define ENDURANCE 100000
#define TURNS 50u

/* Erases a save of the journal in these sectors, which the saves before have worn all alike. */
static double erases_a_save(uint32_t first, uint32_t sectors, uint32_t saves)
{
	const uint32_t *erases = port.table->flash.erases;
	uint32_t most = 0;
	uint32_t least = UINT32_MAX;

	for (uint32_t sector = first; sector < first + sectors; sector++) {
		most = erases[sector] > most ? erases[sector] : most;
		least = erases[sector] < least ? erases[sector] : least;
	}
	CU_ASSERT(least > 0 && most - least <= 1);
	return (double)most / saves;
}

/* A maximum that is higher every minute, and a reading every two and a half minutes. Setting the
 * clock saves what a maximum saves. */
static void twenty_years_of_changes_stay_within_the_endurance(void)
{
	const uint32_t changes = TURNS * 10 * (TABLE_SECTOR_BYTES / 256);
	const uint32_t readings = TURNS * 16 * (TABLE_SECTOR_BYTES / 1280);
	struct meter_clock_time time = {.date = {2026, 7, 14}};

	port_start(&port, "AX");
	port_seconds(&port, 2);
	for (uint32_t change = 0; change < changes; change++) {
		time.second = (uint8_t)(change % 60);
		CU_ASSERT(meter_set_clock(port.table->meter, &time, METER_CLOCK_BY_CALENDAR));
	}
	CU_ASSERT(erases_a_save(24, 10, changes) * MINUTES_OF_20_YEARS < ENDURANCE);
	CU_ASSERT_EQUAL(port.table->flash.erases[34], 0);
	for (uint32_t reading = 0; reading < readings; reading++) {
		meter_self_read(port.table->meter);
	}
	CU_ASSERT(erases_a_save(34, 16, readings) * MINUTES_OF_20_YEARS / 2.5 < ENDURANCE);
	/* The energy is saved with each of them, and every minute. */
	CU_ASSERT(erases_a_save(2, 14, changes + readings) * MINUTES_OF_20_YEARS * 2.4 < ENDURANCE);
	CU_ASSERT_EQUAL(port.table->flash.erases[0] + port.table->flash.erases[50], 0);
	CU_ASSERT_EQUAL(port.table->flash.programs_of_granule, 1);
	CU_ASSERT_EQUAL(port.table->flash.programs_of_unerased, 0);
	port_free(&port);
}

const char *const suite_name = "meter_billing_storage";
const struct suite_case suite_cases[] = {
	CASE(all_registers_and_rules_come_back),
	CASE(the_lock_out_of_a_demand_reset_goes_on_over_an_outage),
	CASE(losses_of_outages_stand_until_procedure_8),
	CASE(a_battery_clock_that_counts_on_saves_the_time_of_an_unwarned_outage),
	CASE(the_drift_between_both_crystals_is_no_outage),
	CASE(twenty_years_of_changes_stay_within_the_endurance),
	CASE(the_pointer_of_the_self_reads_is_reset_and_moved),
	CASES_END,
};

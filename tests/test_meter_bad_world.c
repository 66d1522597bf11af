/*
 * What is not a protocol and goes wrong all the same: switches that bounce or jam, a warning and a
 * supply that chatter, noise on both ports, converters at their stops. The registers are compared,
 * octet by octet at the same frame, with those of a meter to which nothing of this happened.
 */
#include <inttypes.h>

#define WHOLE_STORAGE_BYTES 524288u /* all functions */
#include "tests/support/module_wire.h"

#define SEED UINT64_C(0xBAD00DAD5)
#define SWITCHES                                                                                   \
	(EXCHANGE_CONTACT_DEMAND_RESET | EXCHANGE_CONTACT_TEST_MODE | EXCHANGE_CONTACT_SCROLL)
#define SETTLE_FRAMES 192 /* 50 ms */
#define REGISTERS 197	  /* octets of ST23 */

static uint64_t random_state;

static unsigned int random_below(unsigned int limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned int)((random_state >> 16) % limit);
}

static struct whole *new_meter(void)
{
	struct whole *whole = whole_new();

	random_state = SEED;
	whole_seconds(whole, 5);
	return whole;
}

struct registers {
	uint8_t octets[REGISTERS];
	unsigned int mode;
	unsigned int errors;
	unsigned int log_entries;
};

/* From this frame on. */
static struct registers read_registers(struct whole *whole, uint64_t frame)
{
	struct registers registers;

	CU_ASSERT_FATAL(whole->wire.frame <= frame);
	whole->wire.run_until(&whole->wire, frame);
	whole->is_at_module = false;
	whole->wire.toggle = 0;
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	CU_ASSERT_EQUAL_FATAL(whole->wire.response_length, 3 + REGISTERS);
	memcpy(registers.octets, whole->wire.response + 3, REGISTERS);
	CU_ASSERT_EQUAL(whole_table(whole, 3), OK);
	registers.mode = (unsigned int)whole_number(whole, 0, 1);
	registers.errors = (unsigned int)whole_number(whole, 1, 2);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x3F, 0, 74, 0, 0, 1, 0, 2), OK);
	registers.log_entries = (unsigned int)whole_number(whole, 0, 2);
	whole_end_session(whole);
	return registers;
}

static struct registers undisturbed(double seconds)
{
	struct whole *whole = new_meter();
	struct registers registers =
		read_registers(whole, (uint64_t)(seconds * METER_FRAMES_PER_SECOND));

	whole_free(whole);
	return registers;
}

static double delivered_watt_hours(const struct registers *registers)
{
	double milliwatt_hours = 0;

	for (int i = 6; i >= 1; i--) {
		milliwatt_hours = milliwatt_hours * 256 + registers->octets[i];
	}
	return milliwatt_hours * 1e-3;
}

static void switches_that_bounce_for_a_minute_ask_for_nothing(void)
{
	const struct registers expected = undisturbed(70);
	struct whole *whole = new_meter();

	printf("seed %" PRIu64 " ", SEED);
	while (whole->wire.frame < 65 * WHOLE_SECOND) {
		whole->contacts ^= SWITCHES & (2u << random_below(3));
		wire_wait(&whole->wire, 1 + random_below(SETTLE_FRAMES - 1));
	}
	whole->contacts = 0;
	const struct registers found = read_registers(whole, 70 * WHOLE_SECOND);

	CU_ASSERT_EQUAL(memcmp(found.octets, expected.octets, REGISTERS), 0);
	CU_ASSERT_EQUAL(found.mode, 1);
	CU_ASSERT_EQUAL(found.log_entries, expected.log_entries);
	whole_free(whole);
}

/* Every contact that there is, at random, seal and module too. */
static void contacts_that_go_wild_change_no_energy_and_flood_no_log(void)
{
	const struct registers expected = undisturbed(70);
	struct whole *whole = new_meter();

	while (whole->wire.frame < 60 * WHOLE_SECOND) {
		whole->contacts = (whole->contacts ^ (1u << random_below(7))) & ~SWITCHES;
		wire_wait(&whole->wire, 1 + random_below(500));
	}
	whole->contacts = 0;
	const struct registers found = read_registers(whole, 70 * WHOLE_SECOND);

	CU_ASSERT_EQUAL(memcmp(found.octets, expected.octets, REGISTERS), 0);
	CU_ASSERT(found.log_entries <= expected.log_entries + 4);
	whole_free(whole);
}

/* Forty minutes each. The energy of test mode goes to the test registers, for thirty minutes. */
static void a_switch_that_jams_acts_once(void)
{
	static const struct {
		uint32_t contact;
		unsigned int resets;
		double registered_minutes;
		double tolerance_watt_hours; /* 3 Wh are a second: a mode ends at a full one */
	} rows[] = {
		{EXCHANGE_CONTACT_DEMAND_RESET, 1, 41, 0.05},
		{EXCHANGE_CONTACT_TEST_MODE, 0, 11, 3.3},
		{EXCHANGE_CONTACT_SCROLL, 0, 41, 0.05},
	};

	for (unsigned int i = 0; i < 3; i++) {
		struct whole *whole = new_meter();
		const struct registers before = read_registers(whole, 6 * WHOLE_SECOND);

		whole->wire.run_until(&whole->wire, 20 * WHOLE_SECOND);
		whole->contacts = rows[i].contact;
		whole_seconds(whole, 40 * 60);
		unsigned int images = whole->images;

		whole_seconds(whole, 40);
		CU_ASSERT(whole->images > images + 5); /* the display goes on */
		whole->contacts = 0;
		const struct registers after =
			read_registers(whole, 6 * WHOLE_SECOND + 41 * 60 * WHOLE_SECOND);
		double watt_hours = delivered_watt_hours(&after) - delivered_watt_hours(&before);

		CU_ASSERT_EQUAL(after.octets[0] - before.octets[0], rows[i].resets);
		CU_ASSERT_EQUAL(after.mode, 1);
		CU_ASSERT_DOUBLE_EQUAL(watt_hours, 10800 * rows[i].registered_minutes / 60,
				       rows[i].tolerance_watt_hours);
		whole_free(whole);
	}
}

/* Longer than any debouncing of a board: five times a second. Then the supply goes. */
static void a_warning_that_chatters_loses_nothing_and_wears_little(void)
{
	const struct registers expected = undisturbed(70);
	struct whole *whole = new_meter();
	static uint8_t before[WHOLE_STORAGE_BYTES];
	unsigned int erased = 0;

	for (unsigned int half = 0; whole->wire.frame < 65 * WHOLE_SECOND; half++) {
		memcpy(before, whole->storage, sizeof(before));
		whole->power_fail_warning = half % 2 == 0;
		wire_wait(&whole->wire, 200 + random_below(400));
		for (unsigned int sector = 0; sector < WHOLE_STORAGE_BYTES; sector += 4096) {
			for (unsigned int i = 0; i < 4096; i++) {
				if ((whole->storage[sector + i] & ~before[sector + i]) != 0) {
					erased++;
					break;
				}
			}
		}
	}
	whole->power_fail_warning = 0;
	const struct registers found = read_registers(whole, 70 * WHOLE_SECOND);

	CU_ASSERT_EQUAL(memcmp(found.octets, expected.octets, REGISTERS), 0);
	CU_ASSERT_EQUAL(found.errors, expected.errors);
	/* some 300 warnings with up to four saves each, at least 24 records to a sector */
	CU_ASSERT(erased < 60);
	whole_power_up(whole);
	whole->power_fail_warning = 0;
	const struct registers after = read_registers(whole, WHOLE_SECOND);

	/* without warning a minute may be lost, here at 10.8 kW, and not what was warned of */
	CU_ASSERT(delivered_watt_hours(&after) >= 10800 * 64.0 / 3600 - 1);
	whole_free(whole);
}

/* Between a frame and 2 s of supply, two hundred times, without warning. */
static void a_supply_that_chatters_lets_no_register_fall(void)
{
	struct whole *whole = new_meter();
	struct registers last = read_registers(whole, 61 * WHOLE_SECOND); /* a minute is saved */
	double least = delivered_watt_hours(&last) - 10800.0 / 60;

	for (int life = 0; life < 200; life++) {
		whole->battery = 1 + random_below(2);
		whole->battery_ticks = random_below(100000);
		whole_power_up(whole);
		wire_wait(&whole->wire, 1 + random_below(2 * METER_FRAMES_PER_SECOND));
	}
	whole_power_up(whole);
	last = read_registers(whole, 5 * WHOLE_SECOND);
	CU_ASSERT(delivered_watt_hours(&last) >= least);
	CU_ASSERT_EQUAL(last.errors & 1u << 5, 0); /* the storage is whole */
	CU_ASSERT_EQUAL(last.mode, 1);
	whole_free(whole);
}

static void noise_on_both_ports_changes_nothing(void)
{
	const struct registers expected = undisturbed(90);
	struct whole *whole = new_meter();

	whole->contacts = EXCHANGE_CONTACT_MODULE;
	while (whole->wire.frame < 60 * WHOLE_SECOND) {
		static const uint8_t likely[] = {0xEE, 0x00, 0x20, 0x06, 0x15, 0x80, 0xC0, 0x01};

		if (!whole->has_received) {
			whole->is_at_module = random_below(2) != 0;
			whole->has_received = true;
			whole->received = random_below(2) != 0 ? likely[random_below(8)]
							       : (uint8_t)random_below(256);
		}
		wire_wait(&whole->wire, 1 + random_below(20));
	}
	whole->contacts = 0;
	whole_seconds(whole, 20); /* a session that came about has ended */
	const struct registers found = read_registers(whole, 90 * WHOLE_SECOND);

	CU_ASSERT_EQUAL(memcmp(found.octets, expected.octets, REGISTERS), 0);
	CU_ASSERT_EQUAL(found.errors, expected.errors);
	whole_free(whole);
}

/* Converters */

#define STOP_LOW (-8388608)
#define STOP_HIGH 8388607

enum extreme { AT_HIGH, AT_LOW, EACH_FRAME, CYCLE, OPPOSED, NOISE, EXTREMES };

static void make_extreme(struct whole *whole, enum extreme extreme)
{
	for (unsigned int i = 0; i < WHOLE_CYCLE_FRAMES; i++) {
		for (unsigned int phase = 0; phase < 3; phase++) {
			bool is_high = extreme == AT_HIGH || (extreme == EACH_FRAME && i % 2) ||
				       (extreme >= CYCLE && i < WHOLE_CYCLE_FRAMES / 2) ||
				       (extreme == NOISE && random_below(2));
			int32_t level = is_high ? STOP_HIGH : STOP_LOW;

			whole->cycle[i].volts[phase] = level;
			whole->cycle[i].amperes[phase] =
				extreme == OPPOSED ? -1 - level
				: extreme == NOISE ? (random_below(2) ? STOP_HIGH : STOP_LOW)
						   : level;
		}
	}
}

/* 500 V and 500 A, or 50 A of class 20, are 2^23 counts. */
static double most_watts(const struct meter_hardware *hardware)
{
	return 3.0 * METER_FULL_SCALE_VOLTS *
	       (hardware->class_amperes == 200 ? METER_FULL_SCALE_AMPERES_CLASS_200
					       : METER_FULL_SCALE_AMPERES_CLASS_20);
}

static double number48(const struct whole *whole, unsigned int offset)
{
	uint64_t number = whole_number(whole, offset, 6);

	CU_ASSERT(number >> 47 == 0); /* not negative */
	return (double)number;
}

/* ST23: delivered and received, mWh. True when there is something in both. */
static bool check_registers(struct whole *whole, double most_watt_hours)
{
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	double delivered = number48(whole, 1);
	double received = number48(whole, 7);

	CU_ASSERT(delivered <= most_watt_hours * 1e3);
	CU_ASSERT(received <= most_watt_hours * 1e3);
	whole_end_session(whole);
	return delivered > 0 && received > 0;
}

static void converters_at_their_stops_register_no_more_than_there_can_be(void)
{
	static const struct meter_hardware forms[] = {
		{"AX", "12S", "1", 200}, {"AX", "16S", "1", 200}, {"AX", "25S", "1", 200},
		{"AX", "5S", "1", 20},	 {"AX", "6S", "1", 20},	  {"AX", "9S", "1", 20},
		{"AX", "36S", "1", 20},	 {"AX", "45S", "1", 20},
	};

	for (unsigned int form = 0; form < 8; form++) {
		struct whole *whole = new_meter();
		bool has_both = false;

		whole->hardware = forms[form];
		memset(whole->storage, 0xFF, sizeof(whole->storage));
		whole_power_up(whole);
		for (unsigned int extreme = 0; extreme < EXTREMES; extreme++) {
			make_extreme(whole, (enum extreme)extreme);
			whole_seconds(whole, 6);
			double seconds = (double)whole->wire.frame / METER_FRAMES_PER_SECOND + 1;

			/* 2 1/2 elements: the voltage of B is the sum of two */
			has_both = check_registers(whole, 4.0 / 3.0 * most_watts(&whole->hardware) *
								  seconds / 3600);
		}
		/* 2 1/2 elements, all inputs alike: Va (Ia - Ib) + Vc (Ic - Ib) is 0 */
		CU_ASSERT(has_both || strstr("6S 36S", whole->hardware.form) != NULL);
		whole_free(whole);
	}
}

/* Ten seconds at the stops leave the reading of an ordinary load as it was before them. */
static void after_the_stops_a_load_is_metered_as_before(void)
{
	struct whole *whole = new_meter();
	struct registers before = read_registers(whole, 10 * WHOLE_SECOND);
	struct registers after = read_registers(whole, 70 * WHOLE_SECOND);
	double minute = delivered_watt_hours(&after) - delivered_watt_hours(&before);

	make_extreme(whole, CYCLE);
	whole_seconds(whole, 10);
	whole_load(whole, 120, 30);
	before = read_registers(whole, 90 * WHOLE_SECOND);
	after = read_registers(whole, 150 * WHOLE_SECOND);
	/* both readings lie on the same frames of a second; the resolution is that of a segment */
	CU_ASSERT_DOUBLE_EQUAL(delivered_watt_hours(&after) - delivered_watt_hours(&before), minute,
			       0.06);
	CU_ASSERT_DOUBLE_EQUAL(minute, 180, 0.2);
	whole_free(whole);
}

const char *const suite_name = "meter_bad_world";
const struct suite_case suite_cases[] = {
	CASE(switches_that_bounce_for_a_minute_ask_for_nothing),
	CASE(contacts_that_go_wild_change_no_energy_and_flood_no_log),
	CASE(a_switch_that_jams_acts_once),
	CASE(a_warning_that_chatters_loses_nothing_and_wears_little),
	CASE(a_supply_that_chatters_lets_no_register_fall),
	CASE(noise_on_both_ports_changes_nothing),
	CASE(converters_at_their_stops_register_no_more_than_there_can_be),
	CASE(after_the_stops_a_load_is_metered_as_before),
	CASES_END,
};

/* Test pulses: instants, highest rate, suppression, directions. The optical port is a double with a
 * switch. */
#include "interface/c1218_port.h"
#include "tests/support/metered_load.h"
#include "tests/support/suite.h"

static bool is_communicating;

void c1218_port_init(struct c1218_port *port, struct meter *meter, enum c1218_port_kind kind)
{
	(void)port;
	(void)meter;
	(void)kind;
	is_communicating = false;
}

void c1218_port_reset(struct c1218_port *port)
{
	(void)port;
}

void c1218_port_receive(struct c1218_port *port, uint8_t byte, uint64_t frame)
{
	(void)port;
	(void)byte;
	(void)frame;
}

void c1218_port_run(struct c1218_port *port, uint64_t frame)
{
	(void)port;
	(void)frame;
}

uint64_t c1218_port_next_event(const struct c1218_port *port)
{
	(void)port;
	return UINT64_MAX;
}

bool c1218_port_take_byte(struct c1218_port *port, uint64_t frame, uint8_t *byte)
{
	(void)port;
	(void)frame;
	(void)byte;
	return false;
}

bool c1218_port_is_open(const struct c1218_port *port)
{
	(void)port;
	return is_communicating;
}

/* A balanced load has constant power: pulses are 3600 K / P seconds apart, between frames too. */
static void pulses_of_constant_power_are_evenly_spaced_below_a_frame(void)
{
	static const double amperes[] = {240, 117.3, 30};

	for (int point = 0; point < 3; point++) {
		struct table_load load = table_balanced(277, amperes[point], 0, 60);
		struct table *table = table_new(200);
		double period = 3600 * 1.8 / (3 * 277 * amperes[point]) * METER_FRAMES_PER_SECOND;

		table_run(table, &load, 30); /* until no DC of the switching on is left */
		int settled = table->pulse_count;

		table_run(table, &load, 10);
		CU_ASSERT(table->pulse_count > settled + 30);
		for (int pulse = settled + 1; pulse < table->pulse_count; pulse++) {
			double spacing = table->pulses[pulse] - table->pulses[pulse - 1];

			CU_ASSERT_DOUBLE_EQUAL(spacing, period, 0.01);
		}
		table_free(table);
	}
}

static void kt_is_1_8_or_0_15_watt_hours(void)
{
	static const uint16_t classes[] = {200, 20};
	static const double kt[] = {1.8, 0.15};

	for (int class = 0; class < 2; class ++) {
		struct table_load load = table_balanced(120, 0.15 * classes[class], 60, 60);
		struct table *table = table_new(classes[class]);

		table_run(table, &load, 601);
		double expected = table_watts(&load) * 601 / 3600 / kt[class];

		CU_ASSERT_DOUBLE_EQUAL(table->pulse_count, expected, 1.01);
		table_free(table);
	}
}

static void pulses_and_registers_tell_the_same_energy(void)
{
	struct table_load load = table_balanced(240, 77, 40, 59.3);
	struct table *table = table_new(200);
	struct quantities shown;

	table_run(table, &load, 120);
	quantities_read(table->meter, &shown);
	CU_ASSERT(fabs((double)shown.delivered_counts * 1e-3 - table->pulse_count * 1.8) <
		  1.8 + 1.2);
	table_free(table);
}

static void received_energy_makes_the_same_pulses(void)
{
	struct table_load load = table_balanced(120, 100, 180, 60);
	struct table *table = table_new(200);

	table_run(table, &load, 54); /* 36 kW x 54 s = 540 Wh */
	CU_ASSERT(table->pulse_count == 300 || table->pulse_count == 299);
	table_free(table);
}

static void purely_reactive_power_makes_no_pulse(void)
{
	struct table_load load = {.hertz = 59.6,
				  .volts = {277, 0, 0},
				  .amperes = {200, 0, 0},
				  .amperes_lag = {90, 0, 0}};
	struct table *table = table_new(200);

	table_run(table, &load, 120);
	CU_ASSERT_EQUAL(table->pulse_count, 0);
	table_free(table);
}

static void more_than_50_pulses_per_second_are_never_put_out(void)
{
	struct table_load load =
		table_balanced(345, 345, 0, 60); /* 357 kW: 55 per second would be due */
	struct table_load off = table_balanced(345, 0, 0, 60);
	struct table *table = table_new(200);

	table_run(table, &load, 10);
	CU_ASSERT(table->pulse_count > 450 && table->pulse_count <= 500);
	for (int pulse = 1; pulse < table->pulse_count; pulse++) {
		CU_ASSERT(table->pulses[pulse] - table->pulses[pulse - 1] >=
			  METER_FRAMES_PER_SECOND / 50.0);
	}
	int loaded = table->pulse_count;

	table_run(table, &off, 10);
	CU_ASSERT(table->pulse_count <= loaded + 1);
	table_free(table);
}

static void pulses_during_communication_are_dropped_and_energy_goes_on(void)
{
	struct table_load load = table_balanced(120, 100, 0, 60); /* 5.56 pulses per second */
	struct table *table = table_new(200);
	struct quantities shown;

	table_run(table, &load, 20);
	int before = table->pulse_count;

	is_communicating = true;
	table_run(table, &load, 20);
	CU_ASSERT_EQUAL(table->pulse_count, before);
	is_communicating = false;
	table_run(table, &load, 20);
	CU_ASSERT(abs(table->pulse_count - 2 * before) <= 1);
	/* The first one afterwards keeps step with those before: nothing was saved up. */
	double steps = (table->pulses[before] - table->pulses[before - 1]) /
		       (METER_FRAMES_PER_SECOND * 0.18);

	CU_ASSERT_DOUBLE_EQUAL(steps, round(steps), 0.001);
	quantities_read(table->meter, &shown);
	CU_ASSERT_DOUBLE_EQUAL((double)shown.delivered_counts * 1e-3, 600, 1);
	table_free(table);
}

static void the_meter_returns_right_after_the_frame_of_a_pulse_when_asked(void)
{
	static struct sample_frame frames[TABLE_BLOCK];
	struct table_load load = table_balanced(277, 240, 0, 60);
	struct table *table = table_new(200);
	struct exchange exchange = {.frames = frames, .frame_count = TABLE_BLOCK};

	table_fill(table, &load, frames, TABLE_BLOCK);
	exchange.return_after = EXCHANGE_RETURN_AFTER_PULSE;
	meter_run(table->meter, &exchange);
	CU_ASSERT_EQUAL(exchange.pulse_count, 1);
	CU_ASSERT_EQUAL(exchange.frames_consumed, exchange.pulses[0].frame + 1);
	exchange.return_after = 0;
	meter_run(table->meter, &exchange);
	CU_ASSERT_EQUAL(exchange.frames_consumed, TABLE_BLOCK);
	CU_ASSERT(exchange.pulse_count >= 12);
	table_free(table);
}

static void a_full_list_of_pulses_ends_the_block(void)
{
	enum { COUNT = 3 * TABLE_BLOCK };
	static struct sample_frame frames[COUNT];
	struct table_load load = table_balanced(277, 240, 0, 60);
	struct table *table = table_new(200);
	struct exchange exchange = {.frames = frames, .frame_count = COUNT};

	table_fill(table, &load, frames, COUNT);
	meter_run(table->meter, &exchange);
	CU_ASSERT_EQUAL(exchange.pulse_count, EXCHANGE_PULSES);
	CU_ASSERT_EQUAL(exchange.frames_consumed, exchange.pulses[EXCHANGE_PULSES - 1].frame + 1);
	table_free(table);
}

const char *const suite_name = "meter_pulse";
const struct suite_case suite_cases[] = {
	CASE(pulses_of_constant_power_are_evenly_spaced_below_a_frame),
	CASE(kt_is_1_8_or_0_15_watt_hours),
	CASE(pulses_and_registers_tell_the_same_energy),
	CASE(received_energy_makes_the_same_pulses),
	CASE(purely_reactive_power_makes_no_pulse),
	CASE(more_than_50_pulses_per_second_are_never_put_out),
	CASE(pulses_during_communication_are_dropped_and_energy_goes_on),
	CASE(the_meter_returns_right_after_the_frame_of_a_pulse_when_asked),
	CASE(a_full_list_of_pulses_ends_the_block),
	CASES_END,
};

/* bench/virtual_lab/hosted_meter and meter_supply: when the firmware has supply, what it is told of
 * it, and that nothing reaches it without. The firmware here only writes down what it is given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/virtual_lab/hosted_meter.h"
#include "tests/support/suite.h"

#define LIVES 4
#define BYTES 16

/* What the firmware has been told between a power-up and the next, frames counted from there. */
struct life {
	int64_t frames;
	int64_t warned_from, warned_frames, warnings;
	uint32_t battery;
	uint64_t battery_ticks;
	int byte_count;
	uint8_t bytes[BYTES];
	int64_t byte_frames[BYTES];
};

struct noting_meter {
	struct meter_backend backend;
	int power_ups; /* the first is only asked whether it knows its form */
	struct life lives[LIVES];
	struct sample_frame frames[METER_BACKEND_FRAMES];
};

static struct noting_meter noted;

static enum status note_power_up(struct meter_backend *backend,
				 const struct meter_hardware *hardware)
{
	(void)backend;
	(void)hardware;
	CU_ASSERT_FATAL(noted.power_ups < LIVES);
	noted.power_ups++;
	return STATUS_OK;
}

static struct life *life(int number)
{
	return &noted.lives[number];
}

static enum status note_run(struct meter_backend *backend, struct exchange *exchange)
{
	struct life *now = life(noted.power_ups - 1);
	bool was_warned = now->frames > 0 && now->warned_frames > 0 &&
			  now->warned_from + now->warned_frames == now->frames;

	(void)backend;
	if (!now->frames) {
		now->battery = exchange->battery;
		now->battery_ticks = exchange->battery_ticks;
	}
	if (exchange->power_fail_warning) {
		CU_ASSERT_EQUAL(exchange->power_fail_frame, 0);
		if (!was_warned) {
			now->warned_from = now->frames;
			now->warned_frames = 0;
			now->warnings++;
		}
		now->warned_frames += exchange->frame_count;
	}
	for (uint32_t i = 0; i < exchange->received_count && now->byte_count < BYTES; i++) {
		now->bytes[now->byte_count] = exchange->received[i].byte;
		now->byte_frames[now->byte_count++] = now->frames + exchange->received[i].frame;
	}
	now->frames += exchange->frame_count;
	exchange->frames_consumed = exchange->frame_count;
	exchange->received_consumed = exchange->received_count;
	exchange->sent_count = exchange->pulse_count = 0;
	return STATUS_OK;
}

static void forget_nothing(struct meter_backend *backend)
{
	(void)backend;
}

static const struct meter_backend_kind noting_kind = {note_power_up, note_run, forget_nothing};

struct laboratory {
	struct virtual_time *time;
	struct world *world;
	struct virtual_line *line;
	struct hosted_meter *meter;
	char log[512];
};

static void keep_line(void *context, const char *line)
{
	struct laboratory *lab = context;
	size_t used = strlen(lab->log);

	snprintf(lab->log + used, sizeof(lab->log) - used, "%s;", line);
}

static void begin(struct laboratory *lab, const char *form, enum meter_supply_kind supply,
		  enum meter_battery battery, uint32_t block)
{
	struct hosted_meter_options options = {
		.hardware = {"AX", form, "1", 200},
		.sensors = {.form = form_find(form),
			    .full_scale_volts = 500,
			    .full_scale_amperes = 500,
			    .celsius = 25},
		.channel = 1,
		.supply = supply,
		.battery = battery,
		.block_frames = block,
	};

	memset(&noted, 0, sizeof(noted));
	memset(lab, 0, sizeof(*lab));
	noted.backend = (struct meter_backend){&noting_kind, noted.frames, NULL};
	lab->time = virtual_time_new(0);
	lab->world = world_new();
	world_set_log(lab->world, keep_line, lab);
	lab->line = virtual_line_new(lab->time, "optical", &(struct port_line){9600, 1});
	CU_ASSERT_EQUAL_FATAL(hosted_meter_new(lab->time, lab->world, lab->line, &options,
					       &noted.backend, &lab->meter),
			      STATUS_OK);
}

static void end(struct laboratory *lab)
{
	hosted_meter_free(lab->meter);
	virtual_line_free(lab->line);
	world_free(lab->world);
	virtual_time_free(lab->time);
}

static void run_until(struct laboratory *lab, double seconds)
{
	struct instant until = instant_after((struct instant){0}, seconds);

	CU_ASSERT_EQUAL(clock_sleep_until(virtual_time_clock(lab->time), until), STATUS_OK);
}

/* At once, or over `ramp_seconds`. */
static void set_volts(struct laboratory *lab, double a, double b, double c, double slope)
{
	const double volts[3] = {a, b, c};
	struct load_segment segment = {.start = virtual_time_now(lab->time), .hertz = 60};

	for (int i = 0; i < 3; i++) {
		segment.volts[i] = (struct ramped_phasor){volts[i], slope, 120.0 * i};
	}
	world_append(lab->world, &segment);
}

/* Frame f stands at f/3840 s, and one at the very end of a span belongs to it: 120 V from 1 s on
 * are there in frame 3841, 1920 frames before the first of the firmware. */
static void voltage_for_half_a_second_starts_the_meter(void)
{
	struct laboratory lab;

	begin(&lab, "16S", METER_SUPPLY_MEASURED, METER_BATTERY_GOOD, 0);
	run_until(&lab, 1);
	set_volts(&lab, 120, 120, 120, 0);
	run_until(&lab, 1.4);
	CU_ASSERT_EQUAL(hosted_meter_frames(lab.meter), 0);
	CU_ASSERT_EQUAL(noted.power_ups, 1);
	run_until(&lab, 2);
	CU_ASSERT_EQUAL(noted.power_ups, 2);
	CU_ASSERT_EQUAL(life(0)->frames, 0);
	CU_ASSERT_EQUAL(life(1)->frames, 7681 - 5761);
	CU_ASSERT_EQUAL(hosted_meter_frames(lab.meter), 7681 - 5761);
	CU_ASSERT_EQUAL(life(1)->warnings, 0);
	CU_ASSERT_EQUAL(life(1)->battery, EXCHANGE_BATTERY_SILENT);
	CU_ASSERT_STRING_EQUAL(lab.log, "1.000000 volts ABC amperes none;1.500260 meter 1 on;");
	end(&lab);
}

/* Gone in frame 38401: warned 77 frames later, off 768 after that. */
static void its_end_is_announced_200_ms_before(void)
{
	struct laboratory lab;

	begin(&lab, "16S", METER_SUPPLY_MEASURED, METER_BATTERY_GOOD, 0);
	set_volts(&lab, 120, 120, 120, 0);
	run_until(&lab, 10);
	set_volts(&lab, 0, 0, 0, 0);
	run_until(&lab, 30);
	CU_ASSERT_EQUAL(life(1)->warned_from, 38401 + 77 - 1920);
	CU_ASSERT_EQUAL(life(1)->warned_frames, 768);
	CU_ASSERT_EQUAL(life(1)->warnings, 1);
	CU_ASSERT_EQUAL(life(1)->frames, 38401 + 77 + 768 - 1920);
	CU_ASSERT_STRING_EQUAL(lab.log, "0.000000 volts ABC amperes none;0.500000 meter 1 on;"
					"10.000000 dead;10.220313 meter 1 off;");
	end(&lab);
}

static void a_dip_below_20_ms_is_not_noticed_and_a_longer_one_warns(void)
{
	struct laboratory lab;

	begin(&lab, "16S", METER_SUPPLY_MEASURED, METER_BATTERY_GOOD, 0);
	set_volts(&lab, 120, 120, 120, 0);
	run_until(&lab, 2);
	set_volts(&lab, 71.9, 71.9, 71.9, 0);
	run_until(&lab, 2.019);
	set_volts(&lab, 72.1, 0, 0, 0);
	run_until(&lab, 3);
	CU_ASSERT_EQUAL(life(1)->warnings, 0);
	set_volts(&lab, 0, 0, 0, 0);
	run_until(&lab, 3.15);
	set_volts(&lab, 120, 120, 120, 0);
	run_until(&lab, 4);
	CU_ASSERT_EQUAL(life(1)->warnings, 1);
	/* 150 ms less the 20 of its beginning, and 20 more at its end */
	CU_ASSERT_EQUAL(life(1)->warned_frames, 576);
	CU_ASSERT_EQUAL(noted.power_ups, 2);
	end(&lab);
}

/* 100 V a second from 1 s on: 72 V after 0.72 s, so in frame 6605; down again from 5 s on: below it
 * after 0.28 s, in frame 20276. */
static void a_ramp_counts_from_where_it_crosses_72_v(void)
{
	struct laboratory lab;

	begin(&lab, "9S", METER_SUPPLY_MEASURED, METER_BATTERY_GOOD, 0);
	run_until(&lab, 1);
	set_volts(&lab, 0, 0, 0, 100);
	run_until(&lab, 2);
	set_volts(&lab, 100, 100, 100, 0);
	run_until(&lab, 5);
	set_volts(&lab, 100, 100, 100, -100);
	run_until(&lab, 6);
	set_volts(&lab, 0, 0, 0, 0);
	run_until(&lab, 7);
	CU_ASSERT_STRING_EQUAL(lab.log, "1.000000 volts ABC amperes none;2.220052 meter 1 on;"
					"5.500260 meter 1 off;6.000000 dead;");
	end(&lab);
}

/* 2 1/2 elements have no voltage B; any one of the connected ones is enough. */
static void only_the_voltages_of_the_form_feed_the_meter(void)
{
	struct laboratory lab;

	begin(&lab, "6S", METER_SUPPLY_MEASURED, METER_BATTERY_GOOD, 0);
	set_volts(&lab, 71, 120, 71, 0);
	run_until(&lab, 5);
	CU_ASSERT_EQUAL(noted.power_ups, 1);
	set_volts(&lab, 0, 120, 120, 0);
	run_until(&lab, 6);
	CU_ASSERT_EQUAL(noted.power_ups, 2);
	end(&lab);
}

/* Off from frame 38401 + 845 to on at 76801 + 1920: 39475 frames, of which each is 128/15 ticks. */
static void the_battery_clock_counts_the_time_without_supply(void)
{
	static const struct {
		enum meter_battery battery;
		uint32_t told;
		uint64_t ticks;
	} cases[] = {{METER_BATTERY_GOOD, EXCHANGE_BATTERY_KEPT, 39475u * 128u / 15u},
		     {METER_BATTERY_EMPTY, EXCHANGE_BATTERY_LOST, 0},
		     {METER_BATTERY_ABSENT, EXCHANGE_BATTERY_SILENT, 0}};

	for (int i = 0; i < 3; i++) {
		struct laboratory lab;

		begin(&lab, "16S", METER_SUPPLY_MEASURED, cases[i].battery, 0);
		set_volts(&lab, 120, 120, 120, 0);
		run_until(&lab, 10);
		set_volts(&lab, 0, 0, 0, 0);
		run_until(&lab, 20);
		set_volts(&lab, 120, 120, 120, 0);
		run_until(&lab, 30);
		CU_ASSERT_EQUAL_FATAL(noted.power_ups, 3);
		CU_ASSERT_EQUAL(life(1)->battery, EXCHANGE_BATTERY_SILENT);
		CU_ASSERT_EQUAL(life(2)->battery, cases[i].told);
		CU_ASSERT_EQUAL(life(2)->battery_ticks, cases[i].ticks);
		end(&lab);
	}
}

static void send(struct laboratory *lab, uint8_t byte)
{
	virtual_line_inject(lab->line, &byte, 1);
}

static void bytes_before_its_start_are_lost(void)
{
	struct laboratory lab;

	begin(&lab, "16S", METER_SUPPLY_MEASURED, METER_BATTERY_GOOD, 0);
	send(&lab, 'a');
	run_until(&lab, 1);
	set_volts(&lab, 120, 120, 120, 0);
	send(&lab, 'b');
	run_until(&lab, 1.4995);
	send(&lab, 'c'); /* complete at 1.4995 s + 10/9600 s, before frame 5763 */
	run_until(&lab, 1.6);
	send(&lab, 'd');
	run_until(&lab, 2);
	set_volts(&lab, 0, 0, 0, 0);
	run_until(&lab, 2.1);
	send(&lab, 'e'); /* held up */
	run_until(&lab, 2.5);
	send(&lab, 'f');
	run_until(&lab, 3);
	CU_ASSERT_EQUAL(life(1)->byte_count, 3);
	CU_ASSERT(!memcmp(life(1)->bytes, "cde", 3));
	CU_ASSERT_EQUAL(life(1)->byte_frames[0], 5763 - 5761);
	end(&lab);
}

static void the_size_of_blocks_changes_nothing(void)
{
	static const uint32_t blocks[] = {1, 7, 16, 1536};
	static struct life first[LIVES];

	for (int i = 0; i < 4; i++) {
		struct laboratory lab;

		begin(&lab, "16S", METER_SUPPLY_MEASURED, METER_BATTERY_GOOD, blocks[i]);
		run_until(&lab, 0.3);
		set_volts(&lab, 0, 0, 0, 100);
		run_until(&lab, 2.2);
		set_volts(&lab, 190, 190, 190, -200);
		send(&lab, 'x');
		run_until(&lab, 3.15);
		set_volts(&lab, 0, 0, 0, 0);
		run_until(&lab, 3.3);
		set_volts(&lab, 120, 120, 120, 0);
		run_until(&lab, 5);
		CU_ASSERT_EQUAL(noted.power_ups, 3);
		if (i == 0) {
			memcpy(first, noted.lives, sizeof(first));
		}
		CU_ASSERT(!memcmp(first, noted.lives, sizeof(first)));
		end(&lab);
	}
}

static void an_auxiliary_supply_is_there_from_the_beginning(void)
{
	struct laboratory lab;

	begin(&lab, "16S", METER_SUPPLY_AUXILIARY, METER_BATTERY_GOOD, 0);
	run_until(&lab, 1);
	set_volts(&lab, 120, 120, 120, 0);
	run_until(&lab, 2);
	set_volts(&lab, 0, 0, 0, 0);
	run_until(&lab, 3);
	CU_ASSERT_EQUAL(noted.power_ups, 2);
	CU_ASSERT_EQUAL(life(1)->frames, 3 * 3840 + 1);
	CU_ASSERT_EQUAL(life(1)->warnings, 0);
	end(&lab);
}

const char *const suite_name = "hosted_meter";
const struct suite_case suite_cases[] = {
	CASE(voltage_for_half_a_second_starts_the_meter),
	CASE(its_end_is_announced_200_ms_before),
	CASE(a_dip_below_20_ms_is_not_noticed_and_a_longer_one_warns),
	CASE(a_ramp_counts_from_where_it_crosses_72_v),
	CASE(only_the_voltages_of_the_form_feed_the_meter),
	CASE(the_battery_clock_counts_the_time_without_supply),
	CASE(bytes_before_its_start_are_lost),
	CASE(the_size_of_blocks_changes_nothing),
	CASE(an_auxiliary_supply_is_there_from_the_beginning),
	CASES_END,
};

/*
 * The error calculator of the simulated ZERA MT. The first pulse after AEB opens the gate, the one
 * `pulses` later closes it; both the pulses and this standard's own energy between them are looked
 * up when somebody asks.
 */
#include <stdio.h>
#include <string.h>

#include "bench/virtual_lab/virtual_zera_mt_parts.h"

#define ERROR_OVERFLOW_PERCENT 100.0
#define CONSTANT_SCALE 1e5

/* Of how many pulses a pick-up that loses or doubles some has told, when `pulses` have come. */
static int64_t told_of(const struct virtual_zera_faults *faults, int64_t pulses)
{
	pulses -= faults->pick_up_loses ? pulses / faults->pick_up_loses : 0;
	return pulses + (faults->pick_up_doubles ? pulses / faults->pick_up_doubles : 0);
}

/* The index of the number-th pulse after `first` that the counter is told of. */
static int64_t told_index(const struct virtual_zera_faults *faults, int64_t first, int64_t number)
{
	int64_t index = first + number;
	int64_t lost = faults->lost_pulse - 1;

	if (faults->pick_up_loses || faults->pick_up_doubles) {
		int64_t wanted = told_of(faults, first) + number;

		index = first + number / 2;
		while (told_of(faults, index + 1) <= wanted) {
			index++;
		}
	}
	return lost >= first && index >= lost ? index + 1 : index;
}

/* The number-th pulse (0 = first) that the counter saw since arming, if it had come by then. */
static bool seen_pulse(const struct virtual_zera_mt *zera, int64_t number, struct instant by,
		       struct world_pulse *pulse)
{
	const struct virtual_zera_faults *faults = &zera->options.faults;
	int64_t index = told_index(faults, zera->gate.first_index, number);

	if (index >= world_pulse_count(zera->world, zera->channel)) {
		return false;
	}
	*pulse = world_pulse_at(zera->world, zera->channel, index);
	return !instant_before(by, pulse->at);
}

/* Whether the meter is simulated a little ahead of the line or behind it, arming counts from its
 * own instant. */
static void find_first_pulse(struct virtual_zera_mt *zera)
{
	struct zera_gate *gate = &zera->gate;

	while (gate->first_index > 0 &&
	       instant_before(
		       gate->armed_at,
		       world_pulse_at(zera->world, zera->channel, gate->first_index - 1).at)) {
		gate->first_index--;
	}
	while (gate->first_index < world_pulse_count(zera->world, zera->channel) &&
	       !instant_before(gate->armed_at,
			       world_pulse_at(zera->world, zera->channel, gate->first_index).at)) {
		gate->first_index++;
	}
}

static int64_t pulses_seen(struct virtual_zera_mt *zera, struct instant by)
{
	struct world_pulse pulse;

	find_first_pulse(zera);
	int64_t pulses = world_pulse_count(zera->world, zera->channel);
	const struct virtual_zera_faults *faults = &zera->options.faults;
	int64_t seen = told_of(faults, pulses) - told_of(faults, zera->gate.first_index);
	while (seen > 0 && !seen_pulse(zera, seen - 1, by, &pulse)) {
		seen--;
	}
	return seen;
}

/* Asynchronous counting: whole counts at the end less whole counts at the beginning. */
static double counted_between(struct virtual_zera_mt *zera, struct world_pulse first,
			      struct world_pulse last)
{
	struct zera_gate *gate = &zera->gate;
	double counts = zera_counts_per_watt_hour(zera, last.at);
	double before =
		virtual_reference_standard_watt_hours(zera->standard, gate->span.from, first);
	double after = virtual_reference_standard_span(zera->standard, &gate->span, last);

	return (zera_whole_counts(after, counts) - zera_whole_counts(before, counts)) / counts *
	       (1 + zera->options.faults.gate_gain_percent / 100);
}

enum gate_phase { PHASE_IDLE, PHASE_ACTIVE, PHASE_RUNNING, PHASE_FINISHED };

struct gate_reading {
	enum gate_phase phase;
	int64_t done; /* pulse intervals of the running or finished measurement */
	double watt_hours;
	bool has_error;
	double error_percent;
};

static double error_percent(const struct zera_gate *gate, double watt_hours)
{
	double size = watt_hours < 0 ? -watt_hours : watt_hours;
	double registered = (double)gate->pulses * 1000 / gate->pulses_per_kilowatt_hour;

	return size > 0 ? (registered / size - 1) * 100 : ERROR_OVERFLOW_PERCENT;
}

/* Energy of the measurement that began with pulse number `first`, complete or up to now. */
static double measured(struct virtual_zera_mt *zera, int64_t first, bool is_complete,
		       struct instant at)
{
	struct world_pulse opening = {.at = at};
	struct world_pulse closing = {.at = at};

	seen_pulse(zera, first, at, &opening);
	if (is_complete) {
		seen_pulse(zera, first + zera->gate.pulses, at, &closing);
	}
	return counted_between(zera, opening, closing);
}

static void read_running(struct virtual_zera_mt *zera, int64_t intervals, struct instant at,
			 struct gate_reading *reading)
{
	int64_t pulses = zera->gate.pulses;
	int64_t complete = intervals / pulses;

	reading->phase = PHASE_RUNNING;
	reading->done = intervals % pulses;
	if (complete > 0) {
		double last = measured(zera, (complete - 1) * pulses, true, at);

		reading->has_error = true;
		reading->error_percent = error_percent(&zera->gate, last);
	}
	reading->watt_hours = measured(zera, complete * pulses, false, at);
}

static void read_gate(struct virtual_zera_mt *zera, struct instant at, struct gate_reading *reading)
{
	struct zera_gate *gate = &zera->gate;
	int64_t seen = gate->is_armed ? pulses_seen(zera, at) : 0;

	*reading = (struct gate_reading){.phase = gate->is_armed ? PHASE_ACTIVE : PHASE_IDLE};
	if (gate->is_armed && !gate->has_result && !gate->is_continuous && seen > gate->pulses) {
		gate->result_watt_hours = measured(zera, 0, true, at);
		gate->has_result = true;
	}
	if (gate->has_result) {
		*reading = (struct gate_reading){
			.phase = PHASE_FINISHED,
			.done = gate->pulses,
			.watt_hours = gate->result_watt_hours,
			.has_error = true,
			.error_percent = error_percent(gate, gate->result_watt_hours),
		};
	} else if (seen > 0) {
		read_running(zera, seen - 1, at, reading);
	}
}

bool zera_is_counting(struct virtual_zera_mt *zera, struct instant at)
{
	bool is_counting = zera->dose.is_running;

	for (; zera && !is_counting; zera = zera->next_calculator) {
		struct gate_reading reading;

		read_gate(zera, at, &reading);
		is_counting = reading.phase == PHASE_ACTIVE || reading.phase == PHASE_RUNNING;
	}
	return is_counting;
}

static double power_of_ten(int64_t exponent)
{
	double power = 1;

	for (int64_t i = 0; i < exponent; i++) {
		power *= 10;
	}
	return power;
}

/* "555556;02;110;0": value of at most six digits, its power of ten. */
static bool take_scaled(const char **text, int exponent_digits, int64_t exponent_maximum,
			double *number)
{
	int64_t value;
	int64_t exponent;

	if (!zera_take_whole(text, 6, &value) || *(*text)++ != ';' ||
	    !zera_take_whole(text, exponent_digits, &exponent) || exponent > exponent_maximum) {
		return false;
	}
	*number = (double)value * power_of_ten(exponent);
	return true;
}

static void set_parameters(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	double constant;
	double pulses;
	bool is_read = take_scaled(&argument, 2, 10, &constant) && *argument++ == ';' &&
		       take_scaled(&argument, 1, 5, &pulses) && !*argument;

	if (!is_read || constant == 0 || pulses == 0) {
		zera_reply(zera, at, "AEPNAK");
		return;
	}
	zera->gate = (struct zera_gate){
		.pulses_per_kilowatt_hour = constant / CONSTANT_SCALE,
		.pulses = (int64_t)pulses,
	};
	zera_reply(zera, at, "AEPACK");
}

static void begin(struct virtual_zera_mt *zera, bool is_continuous, struct instant at)
{
	struct zera_gate *gate = &zera->gate;

	if (gate->pulses_per_kilowatt_hour == 0) {
		zera_reply(zera, at, "AEBNAK");
		return;
	}
	gate->is_armed = true;
	gate->has_result = false;
	gate->is_continuous = is_continuous;
	gate->armed_at = at;
	gate->first_index = world_pulse_count(zera->world, zera->channel);
	gate->span = energy_span_from((struct world_pulse){.at = at});
	zera_reply(zera, at, "AEBACK");
}

static void begin_single(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	begin(zera, false, at);
}

static void begin_continuous(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	begin(zera, true, at);
}

static void end(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	zera->gate.is_armed = false;
	zera->gate.has_result = false;
	zera_reply(zera, at, "AEEACK");
}

static const char *error_text(const struct gate_reading *reading, char text[ZERA_TEXT_LENGTH])
{
	if (!reading->has_error) {
		return "--.--";
	}
	if (reading->error_percent >= ERROR_OVERFLOW_PERCENT ||
	    reading->error_percent <= -ERROR_OVERFLOW_PERCENT) {
		return "oo.oo";
	}
	snprintf(text, ZERA_TEXT_LENGTH, "%.2f", reading->error_percent);
	return text;
}

static void send_status(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	struct gate_reading reading;
	char text[ZERA_TEXT_LENGTH];
	int64_t pulses = zera->gate.pulses > 0 ? zera->gate.pulses : 1;

	(void)argument;
	read_gate(zera, at, &reading);
	zera_reply(zera, at, "0%d", (int)reading.phase);
	zera_reply(zera, at, "%s", error_text(&reading, text));
	zera_reply(zera, at, "%d%%;%s", (int)(reading.done * 100 / pulses),
		   zera_number_text(reading.watt_hours, 9, text));
	zera_reply(zera, at, "AESACK");
}

const struct zera_command zera_gate_commands[] = {
	{"AEP", true, set_parameters},	   {"AEB0", false, begin_single},
	{"AEB1", false, begin_continuous}, {"AEE", false, end},
	{"AES1", false, send_status},	   {NULL, false, NULL},
};

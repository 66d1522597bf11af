/* Hands the firmware its frames, never beyond the instant at which somebody could answer what it
 * has sent. */
#include "bench/virtual_lab/hosted_meter.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/virtual_lab/frame_bytes.h"

/*
 * While the line is in use the meter runs in steps of one byte time at most, for this long after
 * the last byte: longer than the 2 s after which an unacknowledged meter speaks again by itself.
 */
#define LINE_IN_USE_NANOSECONDS (3 * NANOSECONDS_PER_SECOND)
#define BYTE_FRAMES 4
/*
 * While something may lead to a pulse of the service switch (a byte of the module, a contact, a
 * pulse before) it runs in steps shorter than the relay's travel: what the relay changes must not
 * lie in the past of another meter.
 */
#define SWITCH_FRAMES 64
#define BATTERY_HERTZ 32768u

struct hosted_meter {
	struct participant participant;
	struct virtual_time *time;
	struct world *world;
	struct virtual_line *line;
	struct hosted_meter_options options;
	struct sensors *sensors;
	struct meter_backend *backend;
	bool is_lost; /* the firmware runs no more, and the bench has been told */
	struct meter_supply supply;
	bool is_running;	     /* the firmware has supply */
	bool was_running;	     /* before: there is a time without supply to count */
	int64_t off_frame;	     /* since when it has been without */
	int64_t next_frame;	     /* of the crystal, which counts on without supply, too */
	int64_t frame_count;	     /* consumed */
	struct instant line_used_at; /* the optical one */
	struct instant touched_at;   /* by module or hand */
	struct frame_bytes optical_bytes;
	struct frame_bytes module_bytes;
	uint32_t contacts; /* those that somebody has closed */
	struct service_switch *service_switch;
	struct meter_module_wire module_wire;
	bool is_module_warned;
	char display[EXCHANGE_DISPLAY_BYTES];
	struct exchange exchange;
};

static int64_t frame_of_byte(const struct hosted_meter *meter, struct instant complete_at)
{
	int64_t frame = sensors_frame_at(meter->sensors, complete_at) + 1;

	return frame > meter->next_frame ? frame : meter->next_frame;
}

static void meter_receive(void *context, uint8_t byte, struct instant at)
{
	struct hosted_meter *meter = context;

	meter->line_used_at = at;
	frame_bytes_put(&meter->optical_bytes, byte, frame_of_byte(meter, at));
}

void hosted_meter_module_byte(struct hosted_meter *meter, uint8_t byte, struct instant complete_at)
{
	meter->touched_at = complete_at;
	frame_bytes_put(&meter->module_bytes, byte, frame_of_byte(meter, complete_at));
}

static struct instant frame_instant(const struct hosted_meter *meter, int64_t frame)
{
	double seconds = sensors_frame_seconds(meter->sensors, frame);

	return (struct instant){(int64_t)(seconds * 1e9) + 1};
}

static const struct instant long_ago = {INT64_MIN / 4};

static bool is_recent(const struct hosted_meter *meter, struct instant at)
{
	return frame_instant(meter, meter->next_frame).nanoseconds - at.nanoseconds <=
	       LINE_IN_USE_NANOSECONDS;
}

static struct instant meter_next_event(void *context)
{
	struct hosted_meter *meter = context;
	bool is_held = (meter->contacts & EXCHANGE_CONTACT_SCROLL) != 0;
	int64_t step = 0;

	if (is_recent(meter, meter->line_used_at)) {
		step = BYTE_FRAMES;
	} else if (is_held || is_recent(meter, meter->touched_at)) {
		step = SWITCH_FRAMES;
	}
	if (meter->is_lost || !meter->is_running || !step) {
		return INSTANT_NEVER;
	}
	return frame_instant(meter, meter->next_frame + step - 1);
}

static void take_pulses(struct hosted_meter *meter)
{
	const struct exchange *exchange = &meter->exchange;

	for (uint32_t i = 0; i < exchange->pulse_count; i++) {
		const struct exchange_pulse *pulse = &exchange->pulses[i];
		double fraction = (double)pulse->fraction_q32 / 4294967296.0;
		double frames = (double)(meter->next_frame + pulse->frame) - 1.0 + fraction;
		double nanoseconds = sensors_frame_nanoseconds(meter->sensors, frames);
		int64_t whole = (int64_t)nanoseconds;
		int64_t seen_until = meter->options.pulses_until_seconds * NANOSECONDS_PER_SECOND;

		if (seen_until && whole >= seen_until) {
			continue;
		}
		world_add_pulse(meter->world, meter->options.channel,
				(struct world_pulse){{whole}, nanoseconds - (double)whole});
	}
}

static void take_bytes(struct hosted_meter *meter)
{
	const struct exchange *exchange = &meter->exchange;

	for (uint32_t i = 0; i < exchange->sent_count; i++) {
		struct instant at =
			frame_instant(meter, meter->next_frame + exchange->sent[i].frame);
		int64_t silent = meter->options.silent_after_seconds * NANOSECONDS_PER_SECOND;

		meter->line_used_at = at;
		if (silent && at.nanoseconds >= silent) {
			continue;
		}
		virtual_line_send(meter->line, &exchange->sent[i].byte, 1, at);
	}
}

/* A byte to the module is complete a byte time after the frame that names it. */
static void take_module_bytes(struct hosted_meter *meter)
{
	const struct exchange *exchange = &meter->exchange;
	const struct meter_module_wire *wire = &meter->module_wire;

	for (uint32_t i = 0; i < exchange->module_sent_count; i++) {
		int64_t frame = meter->next_frame + exchange->module_sent[i].frame;

		meter->touched_at = frame_instant(meter, frame);
		if (wire->receive) {
			wire->receive(wire->context, exchange->module_sent[i].byte,
				      frame_instant(meter, frame + BYTE_FRAMES));
		}
	}
	bool is_warned = exchange->module_warning != 0;
	if (is_warned != meter->is_module_warned) {
		int64_t frame = meter->next_frame + exchange->module_warning_frame;

		meter->is_module_warned = is_warned;
		if (wire->warn) {
			wire->warn(wire->context, is_warned, frame_instant(meter, frame));
		}
	}
}

static void take_switches(struct hosted_meter *meter)
{
	const struct exchange *exchange = &meter->exchange;

	for (uint32_t i = 0; i < exchange->switch_count; i++) {
		struct instant at =
			frame_instant(meter, meter->next_frame + exchange->switches[i].frame);

		meter->touched_at = at;
		if (meter->service_switch) {
			service_switch_pulse(meter->service_switch, exchange->switches[i].coil, at);
		}
	}
}

static void take_display(struct hosted_meter *meter)
{
	if (meter->exchange.display_is_new) {
		memcpy(meter->display, meter->exchange.display, sizeof(meter->display));
	}
}

/* Contacts of the whole block; shortens it to where the detectors of the switch change. */
static void give_contacts(struct hosted_meter *meter, uint32_t *count)
{
	struct exchange *exchange = &meter->exchange;

	exchange->contacts = meter->contacts;
	if (meter->service_switch) {
		exchange->contacts |= service_switch_contacts(meter->service_switch, meter->sensors,
							      meter->next_frame, count);
	}
}

static void lose(struct hosted_meter *meter)
{
	meter->is_lost = true;
	virtual_time_fail(meter->time, STATUS_IO);
}

/* One block, in which the supply does not change; returns false when the firmware has put out a
 * byte or moved its switch, which others may want to answer, or is lost. */
static bool run_block(struct hosted_meter *meter, int64_t end)
{
	struct exchange *exchange = &meter->exchange;
	uint32_t most = meter->options.block_frames;
	uint32_t count = end - meter->next_frame < (int64_t)most
				 ? (uint32_t)(end - meter->next_frame)
				 : most;

	give_contacts(meter, &count);
	sensors_sample(meter->sensors, meter->next_frame, count, meter->backend->frames);
	exchange->frames = meter->backend->frames;
	exchange->frame_count = count;
	exchange->return_after = EXCHANGE_RETURN_AFTER_BYTE | EXCHANGE_RETURN_AFTER_SWITCH;
	exchange->power_fail_warning = meter->supply.level == METER_SUPPLY_WARNED;
	exchange->received_count = frame_bytes_give(&meter->optical_bytes, meter->next_frame, count,
						    exchange->received);
	exchange->module_received_count = frame_bytes_give(&meter->module_bytes, meter->next_frame,
							   count, exchange->module_received);
	if (meter->backend->kind->run(meter->backend, exchange)) {
		lose(meter);
		return false;
	}
	exchange->battery_count = 0; /* the crystal of the frames counts it on */
	take_pulses(meter);
	take_bytes(meter);
	take_module_bytes(meter);
	take_switches(meter);
	take_display(meter);
	frame_bytes_consumed(&meter->optical_bytes, exchange->received_consumed);
	frame_bytes_consumed(&meter->module_bytes, exchange->module_received_consumed);
	meter->next_frame += exchange->frames_consumed;
	meter->frame_count += exchange->frames_consumed;
	return exchange->sent_count == 0 && exchange->module_sent_count == 0 &&
	       exchange->switch_count == 0;
}

static void forget_bytes(struct hosted_meter *meter, int64_t frame)
{
	frame_bytes_forget(&meter->optical_bytes, frame);
	frame_bytes_forget(&meter->module_bytes, frame);
}

static void note_supply(struct hosted_meter *meter, const char *state)
{
	char words[32];

	snprintf(words, sizeof(words), "meter %d %s", meter->options.channel, state);
	world_note(meter->world, frame_instant(meter, meter->next_frame), words);
}

/* The battery clock counts on the meter's own crystal. Nobody has counted before the first
 * power-up. */
static void tell_outage(struct hosted_meter *meter)
{
	static const uint32_t told[] = {
		[METER_BATTERY_GOOD] = EXCHANGE_BATTERY_KEPT,
		[METER_BATTERY_EMPTY] = EXCHANGE_BATTERY_LOST,
		[METER_BATTERY_ABSENT] = EXCHANGE_BATTERY_SILENT,
	};
	struct exchange *exchange = &meter->exchange;
	bool is_counted = meter->was_running && meter->options.battery == METER_BATTERY_GOOD;
	uint64_t frames = (uint64_t)(meter->next_frame - meter->off_frame);

	exchange->battery =
		meter->was_running ? told[meter->options.battery] : EXCHANGE_BATTERY_SILENT;
	exchange->battery_ticks = is_counted ? frames * BATTERY_HERTZ / METER_FRAMES_PER_SECOND : 0;
	/* its battery was put in a second before the laboratory's first instant */
	exchange->battery_count = meter->options.battery == METER_BATTERY_GOOD
					  ? BATTERY_HERTZ + (uint64_t)meter->next_frame *
								    BATTERY_HERTZ /
								    METER_FRAMES_PER_SECOND
					  : 0;
}

static void tell_module(struct hosted_meter *meter, bool is_on)
{
	const struct meter_module_wire *wire = &meter->module_wire;

	if (wire->supply) {
		wire->supply(wire->context, is_on, frame_instant(meter, meter->next_frame));
	}
}

static void power_up(struct hosted_meter *meter)
{
	forget_bytes(meter, meter->next_frame);
	tell_outage(meter);
	meter->is_running = meter->was_running = true;
	if (meter->backend->kind->power_up(meter->backend, &meter->options.hardware)) {
		lose(meter);
		return;
	}
	note_supply(meter, "on");
	tell_module(meter, true);
}

static void power_down(struct hosted_meter *meter)
{
	meter->is_running = false;
	meter->off_frame = meter->next_frame;
	note_supply(meter, "off");
	meter->display[0] = '\0';
	meter->is_module_warned = false;
	tell_module(meter, false);
}

/* Power-up and the end of the hold-up fall between two blocks. */
static void follow_supply(struct hosted_meter *meter)
{
	meter_supply_update(&meter->supply, meter->next_frame);
	bool is_supplied = meter->supply.level != METER_SUPPLY_OFF;

	if (is_supplied && !meter->is_running) {
		power_up(meter);
	} else if (!is_supplied && meter->is_running) {
		power_down(meter);
	}
}

static struct instant meter_advance(void *context, struct instant until)
{
	struct hosted_meter *meter = context;
	int64_t end = sensors_frame_at(meter->sensors, until) + 1;

	while (!meter->is_lost && meter->next_frame < end) {
		follow_supply(meter);
		int64_t stop = meter_supply_until(&meter->supply, meter->next_frame, end);

		if (!meter->is_running) {
			meter->next_frame = stop;
			forget_bytes(meter, stop);
		} else if (!meter->is_lost && !run_block(meter, stop) && !meter->is_lost &&
			   meter->next_frame < end) {
			return instant_earlier(until, frame_instant(meter, meter->next_frame - 1));
		}
	}
	return until;
}

enum status hosted_meter_new(struct virtual_time *time, struct world *world,
			     struct virtual_line *line, const struct hosted_meter_options *options,
			     struct meter_backend *backend, struct hosted_meter **meter)
{
	struct hosted_meter *self = calloc(1, sizeof(*self));

	assert(self);
	self->time = time;
	self->world = world;
	self->line = line;
	self->line_used_at = self->touched_at = long_ago;
	self->options = *options;
	self->backend = backend;
	if (!self->options.block_frames || self->options.block_frames > METER_BACKEND_FRAMES) {
		self->options.block_frames = METER_BACKEND_FRAMES;
	}
	/* only to hear whether it is a form of this firmware: a power-up alone writes nothing */
	enum status status = backend->kind->power_up(backend, &self->options.hardware);
	if (status) {
		hosted_meter_free(self);
		return status;
	}
	self->sensors = sensors_new(world, &self->options.sensors);
	meter_supply_init(&self->supply, options->supply, self->sensors);
	virtual_line_attach(line, &(struct virtual_device){self, meter_receive});
	self->participant = (struct participant){self, meter_next_event, meter_advance};
	virtual_time_add(time, &self->participant);
	*meter = self;
	return STATUS_OK;
}

void hosted_meter_free(struct hosted_meter *meter)
{
	if (!meter) {
		return;
	}
	sensors_free(meter->sensors);
	meter->backend->kind->free(meter->backend);
	free(meter);
}

void hosted_meter_set_celsius(struct hosted_meter *meter, struct instant at, double celsius)
{
	sensors_set_celsius(meter->sensors, sensors_frame_at(meter->sensors, at) + 1, celsius);
}

int64_t hosted_meter_frames(const struct hosted_meter *meter)
{
	return meter->frame_count;
}

void hosted_meter_contact(struct hosted_meter *meter, uint32_t contact, bool is_closed)
{
	meter->contacts = is_closed ? meter->contacts | contact : meter->contacts & ~contact;
	meter->touched_at = virtual_time_now(meter->time);
}

const char *hosted_meter_display(const struct hosted_meter *meter)
{
	return meter->display;
}

bool hosted_meter_is_running(const struct hosted_meter *meter)
{
	return meter->is_running && !meter->is_lost;
}

void hosted_meter_fit_switch(struct hosted_meter *meter, struct service_switch *service_switch)
{
	meter->service_switch = service_switch;
}

void hosted_meter_fit_module(struct hosted_meter *meter, const struct meter_module_wire *wire)
{
	meter->module_wire = *wire;
}

/*
 * A command is logged and kept before its pulse, so that a loss of supply at the pulse leaves a
 * difference between commanded and sensed and never an unknown command.
 */
#include "service/service_disconnect.h"

#include "meter_state.h"

#define SETTLE_FRAMES 192u /* 50 ms */
#define SECONDS_ALIKE 3u   /* before what is sensed changes without an operation */
#define LOAD_SIDE_A 1u
#define LOAD_SIDE_C 2u
#define LOAD_SIDES 3u
#define LIVE_LINE_MV 60000u /* half of the smallest rated voltage */
#define LEAST_NOMINAL_VOLTS 120u

static uint64_t seconds_on(const struct meter *meter, uint32_t seconds)
{
	return meter->frame + (uint64_t)seconds * METER_FRAMES_PER_SECOND;
}

void service_disconnect_init(struct service_disconnect *disconnect, bool is_fitted)
{
	*disconnect = (struct service_disconnect){
		.is_fitted = is_fitted,
		.ready_frame = (uint64_t)DISCONNECT_REST_SECONDS * METER_FRAMES_PER_SECOND,
	};
}

/* Sensing */

static bool line_is_at_least(const struct meter *meter, uint32_t millivolts)
{
	for (int input = 0; input < DEVICE_ELEMENTS; input++) {
		if (device_form_has_volts(meter->form, input) &&
		    meter->live.volts_mv[input] < millivolts) {
			return false;
		}
	}
	return true;
}

static enum disconnect_sensed observe(const struct meter *meter)
{
	const struct service_disconnect *disconnect = &meter->disconnect;

	if (!line_is_at_least(meter, LIVE_LINE_MV)) {
		return SENSED_NOTHING;
	}
	if (disconnect->settled == 0) {
		return SENSED_OPEN;
	}
	if (disconnect->was_seen_open) {
		return SENSED_LIVE_WHILE_OPEN;
	}
	return disconnect->settled == LOAD_SIDES ? SENSED_CLOSED : SENSED_ONE_SIDE;
}

static void set_sensed(struct service_disconnect *disconnect, enum disconnect_sensed sensed)
{
	disconnect->sensed = (uint8_t)sensed;
	disconnect->other_seconds = 0;
	disconnect->was_seen_open = disconnect->was_seen_open || sensed == SENSED_OPEN;
}

/* A line that fails takes the voltage behind the switch along before its reading falls: one second
 * alone tells nothing. */
static void follow_load_side(struct meter *meter)
{
	struct service_disconnect *disconnect = &meter->disconnect;
	enum disconnect_sensed observed = observe(meter);

	if (observed == disconnect->sensed) {
		disconnect->other_seconds = 0;
		return;
	}
	disconnect->other_seconds =
		observed == disconnect->other ? (uint8_t)(disconnect->other_seconds + 1u) : 1u;
	disconnect->other = (uint8_t)observed;
	if (disconnect->other_seconds >= SECONDS_ALIKE) {
		set_sensed(disconnect, observed);
	}
}

static enum disconnect_sensed expected(const struct service_disconnect *disconnect)
{
	return disconnect->commanded == COMMANDED_CLOSED ? SENSED_CLOSED : SENSED_OPEN;
}

static void raise_alarm(struct meter *meter, uint8_t alarm, uint16_t event)
{
	struct service_disconnect *disconnect = &meter->disconnect;

	if ((disconnect->alarms & alarm) == 0) {
		disconnect->alarms = (uint8_t)(disconnect->alarms | alarm);
		(void)event_log_add(&meter->event_log, event,
				    disconnect->commanded | (uint64_t)disconnect->sensed << 8 |
					    (uint64_t)disconnect->settled << 16);
	}
}

static void clear_alarms(struct service_disconnect *disconnect, uint32_t alarms)
{
	disconnect->alarms = (uint8_t)(disconnect->alarms & ~alarms);
}

static void compare(struct meter *meter)
{
	struct service_disconnect *disconnect = &meter->disconnect;

	if (disconnect->sensed == SENSED_LIVE_WHILE_OPEN) {
		raise_alarm(meter, DISCONNECT_ALARM_LIVE_LOAD, EVENT_SWITCH_DIFFERS);
	} else {
		clear_alarms(disconnect, DISCONNECT_ALARM_LIVE_LOAD);
	}
	if (disconnect->sensed == expected(disconnect)) {
		clear_alarms(disconnect, DISCONNECT_ALARM_FAILED | DISCONNECT_ALARM_DIFFERS);
	} else if ((disconnect->alarms & DISCONNECT_ALARM_FAILED) == 0 &&
		   (disconnect->sensed != SENSED_LIVE_WHILE_OPEN ||
		    expected(disconnect) == SENSED_CLOSED)) {
		raise_alarm(meter, DISCONNECT_ALARM_DIFFERS, EVENT_SWITCH_DIFFERS);
	}
}

void service_disconnect_tick(struct meter *meter)
{
	struct service_disconnect *disconnect = &meter->disconnect;

	if (!disconnect->is_fitted || disconnect->pulses > 0) {
		return;
	}
	follow_load_side(meter);
	if (disconnect->sensed == SENSED_NOTHING) {
		return;
	}
	if (disconnect->commanded == COMMANDED_NOTHING) { /* as the factory left it */
		disconnect->commanded =
			disconnect->sensed == SENSED_OPEN ? COMMANDED_OPEN : COMMANDED_CLOSED;
	}
	compare(meter);
}

void service_disconnect_set_contacts(struct meter *meter, uint32_t contacts)
{
	struct service_disconnect *disconnect = &meter->disconnect;
	uint8_t load_side =
		(uint8_t)(((contacts & EXCHANGE_CONTACT_LOAD_VOLTAGE_A) != 0 ? LOAD_SIDE_A : 0) |
			  ((contacts & EXCHANGE_CONTACT_LOAD_VOLTAGE_C) != 0 ? LOAD_SIDE_C : 0));

	if (load_side != disconnect->load_side) {
		disconnect->load_side = load_side;
		disconnect->changed_frame = meter->frame;
	}
}

/* Operations */

static uint32_t lowest_millivolts(const struct meter *meter)
{
	uint32_t nominal = meter->service.locked.kind != SERVICE_NONE
				   ? meter->service.locked.nominal_volts
				   : LEAST_NOMINAL_VOLTS;

	return nominal * 10u * DISCONNECT_LOWEST_PERCENT;
}

/* What forbids a pulse to this coil, whatever the time: a voltage that is not yet settled counts,
 * too. */
static enum disconnect_result forbids(const struct meter *meter, uint32_t coil)
{
	const struct service_disconnect *disconnect = &meter->disconnect;

	if (coil == EXCHANGE_SWITCH_CLOSE && (disconnect->load_side | disconnect->settled) != 0) {
		return DISCONNECT_LOAD_VOLTAGE;
	}
	if (meter->nonvolatile.is_warned) {
		return DISCONNECT_SUPPLY_FAILING;
	}
	return line_is_at_least(meter, lowest_millivolts(meter)) ? DISCONNECT_DONE
								 : DISCONNECT_LOW_VOLTAGE;
}

static enum disconnect_result judge_pulse(const struct meter *meter, uint32_t coil)
{
	enum disconnect_result reason = forbids(meter, coil);

	if (reason != DISCONNECT_DONE) {
		return reason;
	}
	return meter->frame < meter->disconnect.ready_frame ? DISCONNECT_TOO_SOON : DISCONNECT_DONE;
}

/* An armed switch that is open opens by forgetting that it was armed. */
static enum disconnect_result judge_open(const struct meter *meter)
{
	const struct service_disconnect *disconnect = &meter->disconnect;

	if (disconnect->sensed == SENSED_OPEN && disconnect->commanded != COMMANDED_CLOSED) {
		return disconnect->commanded == COMMANDED_ARMED ? DISCONNECT_DONE
								: DISCONNECT_ALREADY;
	}
	return judge_pulse(meter, EXCHANGE_SWITCH_OPEN);
}

static enum disconnect_result judge_close(const struct meter *meter)
{
	const struct service_disconnect *disconnect = &meter->disconnect;

	if (disconnect->sensed == SENSED_CLOSED && disconnect->commanded == COMMANDED_CLOSED) {
		return DISCONNECT_ALREADY;
	}
	return judge_pulse(meter, EXCHANGE_SWITCH_CLOSE);
}

static enum disconnect_result judge_arm(const struct meter *meter)
{
	const struct service_disconnect *disconnect = &meter->disconnect;

	if (disconnect->commanded == COMMANDED_ARMED) {
		return DISCONNECT_ALREADY;
	}
	if (disconnect->sensed == SENSED_NOTHING) {
		return line_is_at_least(meter, LIVE_LINE_MV) ? DISCONNECT_TOO_SOON
							     : DISCONNECT_LOW_VOLTAGE;
	}
	return disconnect->was_seen_open ? DISCONNECT_DONE : DISCONNECT_NOT_OPEN;
}

static enum disconnect_result judge(const struct meter *meter, uint8_t command)
{
	if (!meter->disconnect.is_fitted) {
		return DISCONNECT_NOT_FITTED;
	}
	if (command < DISCONNECT_COMMAND_OPEN || command > DISCONNECT_COMMAND_ARM) {
		return DISCONNECT_NO_SUCH_COMMAND;
	}
	if (meter->disconnect.pulses > 0) {
		return DISCONNECT_BUSY;
	}
	switch (command) {
	case DISCONNECT_COMMAND_OPEN:
		return judge_open(meter);
	case DISCONNECT_COMMAND_CLOSE:
		return judge_close(meter);
	default:
		return judge_arm(meter);
	}
}

static void give_pulse(struct meter *meter, uint32_t coil)
{
	struct service_disconnect *disconnect = &meter->disconnect;

	disconnect->coil = coil;
	disconnect->pulses++;
	disconnect->deadline = seconds_on(meter, DISCONNECT_CONFIRM_SECONDS);
	disconnect->ready_frame = seconds_on(meter, DISCONNECT_REST_SECONDS);
	if (coil == EXCHANGE_SWITCH_CLOSE) {
		disconnect->was_seen_open = false;
	}
}

static void obey(struct meter *meter, uint8_t command)
{
	struct service_disconnect *disconnect = &meter->disconnect;
	bool needs_pulse =
		command == DISCONNECT_COMMAND_CLOSE ||
		(command == DISCONNECT_COMMAND_OPEN &&
		 (disconnect->sensed != SENSED_OPEN || disconnect->commanded == COMMANDED_CLOSED));

	disconnect->commanded = command == DISCONNECT_COMMAND_CLOSE  ? COMMANDED_CLOSED
				: command == DISCONNECT_COMMAND_OPEN ? COMMANDED_OPEN
								     : COMMANDED_ARMED;
	if (needs_pulse && disconnect->operations < UINT16_MAX) {
		disconnect->operations++;
	}
	nonvolatile_save(meter);
	if (needs_pulse) {
		give_pulse(meter, command == DISCONNECT_COMMAND_CLOSE ? EXCHANGE_SWITCH_CLOSE
								      : EXCHANGE_SWITCH_OPEN);
	}
}

enum disconnect_result service_disconnect_command(struct meter *meter, uint8_t command,
						  enum disconnect_origin origin)
{
	struct service_disconnect *disconnect = &meter->disconnect;
	enum disconnect_result result = judge(meter, command);
	uint64_t asked = command | (uint64_t)origin << 8;

	if (result == DISCONNECT_NOT_FITTED || result == DISCONNECT_NO_SUCH_COMMAND) {
		return result;
	}
	disconnect->last_command = command;
	disconnect->last_origin = (uint8_t)origin;
	disconnect->last_result = (uint8_t)result;
	if (result == DISCONNECT_DONE) {
		(void)event_log_add(&meter->event_log, EVENT_SWITCH_COMMANDED, asked);
		obey(meter, command);
	} else if (result != DISCONNECT_ALREADY) {
		(void)event_log_add(&meter->event_log, EVENT_SWITCH_REFUSED,
				    asked | (uint64_t)result << 16);
	}
	return result;
}

bool service_disconnect_press(struct meter *meter)
{
	if (!meter->disconnect.is_fitted || meter->disconnect.commanded != COMMANDED_ARMED) {
		return false;
	}
	(void)service_disconnect_command(meter, DISCONNECT_COMMAND_CLOSE, DISCONNECT_BY_BUTTON);
	return true;
}

/* The end of an operation */

static void end_operation(struct meter *meter, bool has_followed)
{
	struct service_disconnect *disconnect = &meter->disconnect;
	bool is_closing = disconnect->commanded == COMMANDED_CLOSED;

	set_sensed(disconnect, observe(meter));
	clear_alarms(disconnect, DISCONNECT_ALARM_FAILED | DISCONNECT_ALARM_DIFFERS);
	if (has_followed) {
		(void)event_log_add(&meter->event_log,
				    is_closing ? EVENT_SWITCH_CLOSED : EVENT_SWITCH_OPENED,
				    disconnect->pulses);
	} else {
		raise_alarm(meter, DISCONNECT_ALARM_FAILED, EVENT_SWITCH_FAILED);
	}
	disconnect->pulses = 0;
}

static void watch_operation(struct meter *meter)
{
	struct service_disconnect *disconnect = &meter->disconnect;
	bool is_closing = disconnect->commanded == COMMANDED_CLOSED;
	uint32_t coil = is_closing ? EXCHANGE_SWITCH_CLOSE : EXCHANGE_SWITCH_OPEN;

	if (observe(meter) == expected(disconnect)) {
		end_operation(meter, true);
	} else if (meter->frame >= disconnect->deadline) {
		if (disconnect->pulses > 1 || forbids(meter, coil) != DISCONNECT_DONE) {
			end_operation(meter, false);
		} else {
			give_pulse(meter, coil);
		}
	}
}

uint64_t service_disconnect_next_event(const struct service_disconnect *disconnect)
{
	uint64_t settles = disconnect->load_side == disconnect->settled
				   ? UINT64_MAX
				   : disconnect->changed_frame + SETTLE_FRAMES;
	uint64_t deadline = disconnect->pulses > 0 ? disconnect->deadline : UINT64_MAX;

	if (disconnect->coil != 0) {
		return 0;
	}
	return settles < deadline ? settles : deadline;
}

bool service_disconnect_run(struct meter *meter, struct exchange *exchange, uint32_t index)
{
	struct service_disconnect *disconnect = &meter->disconnect;

	if (disconnect->load_side != disconnect->settled &&
	    meter->frame >= disconnect->changed_frame + SETTLE_FRAMES) {
		disconnect->settled = disconnect->load_side;
	}
	if (disconnect->pulses > 0 && disconnect->coil == 0) {
		watch_operation(meter);
	}
	if (disconnect->coil == 0) {
		return false;
	}
	exchange->switches[exchange->switch_count++] =
		(struct exchange_switch){.frame = index, .coil = disconnect->coil};
	disconnect->coil = 0;
	return true;
}

/* Kept and shown */

void service_disconnect_save(const struct service_disconnect *disconnect,
			     uint8_t bytes[SERVICE_DISCONNECT_BYTES])
{
	bytes[0] = disconnect->commanded;
	bytes[1] = 0;
	bytes[2] = (uint8_t)(disconnect->operations & 0xFFu);
	bytes[3] = (uint8_t)(disconnect->operations >> 8);
}

void service_disconnect_restore(struct service_disconnect *disconnect,
				const uint8_t bytes[SERVICE_DISCONNECT_BYTES])
{
	if (bytes[0] <= COMMANDED_ARMED) {
		disconnect->commanded = bytes[0];
		disconnect->operations = (uint16_t)(bytes[2] | bytes[3] << 8);
	}
}

struct disconnect_report disconnect_report_of(const struct meter *meter)
{
	const struct service_disconnect *disconnect = &meter->disconnect;
	struct disconnect_report report = {
		.is_fitted = disconnect->is_fitted,
		.commanded = disconnect->commanded,
		.sensed = disconnect->sensed,
		.pulses = disconnect->pulses,
		.load_side = disconnect->settled,
		.alarms = disconnect->alarms,
		.open_inhibit = (uint8_t)judge(meter, DISCONNECT_COMMAND_OPEN),
		.close_inhibit = (uint8_t)judge(meter, DISCONNECT_COMMAND_CLOSE),
		.last_command = disconnect->last_command,
		.last_origin = disconnect->last_origin,
		.last_result = disconnect->last_result,
		.operations = disconnect->operations,
	};

	if (disconnect->ready_frame > meter->frame) {
		report.rest_seconds = (uint8_t)((disconnect->ready_frame - meter->frame +
						 METER_FRAMES_PER_SECOND - 1u) /
						METER_FRAMES_PER_SECOND);
	}
	return report;
}

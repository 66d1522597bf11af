/*
 * The meter as its host runs it: saves, bytes, timers of the two ports and frames in the order
 * of the frame number. Frames go to the metering in runs that end where something else has to
 * happen, so an idle port costs nothing per frame.
 */
#include "meter.h"

#include <string.h>

#include "meter_state.h"
#include "registers/seconds.h"

#define MILLIWATT_HOURS_OF_HUNDREDTH 10 /* of a watt-hour */
#define BATTERY_HERTZ 32768u		/* ticks of the battery clock */
#define LIVE_VOLTS_MV 30000u		/* a voltage that can tell the frequency */

size_t meter_size(void)
{
	return sizeof(struct meter);
}

/* Blank padded to `width`, cut there, then NUL. */
static void set_text(char *field, size_t width, const char *text)
{
	size_t length = strnlen(text, width);

	memset(field, ' ', width);
	memcpy(field, text, length);
	field[width] = '\0';
}

static void set_nameplate(struct meter *meter, const struct meter_hardware *hardware)
{
	const struct device_form *form = meter->form;
	struct nameplate *nameplate = &meter->nameplate;

	set_text(nameplate->model, sizeof(nameplate->model) - 1, hardware->model);
	set_text(nameplate->form, sizeof(nameplate->form) - 1, hardware->form);
	set_text(nameplate->serial, sizeof(nameplate->serial) - 1, hardware->serial);
	nameplate->class_amperes = form->class_amperes;
	nameplate->test_amperes_hundredths = form->test_amperes_hundredths;
	nameplate->kh_hundredths = form->kh_hundredths;
	nameplate->kt_hundredths = form->kt_hundredths;
	nameplate->elements = form->elements;
}

_Static_assert(ADJUSTMENT_BYTES + SETTINGS_BYTES == PROTECTED_RECORD_BYTES, "one record");

/*
 * A record that does not read back whole and in range is not used: the meter then measures
 * unadjusted and says so, and it is sealed, because known passwords would open it.
 */
static void load_adjustment(struct meter *meter)
{
	uint8_t record[PROTECTED_RECORD_BYTES];
	struct adjustment stored;
	struct settings settings;

	meter->adjustment_state = protected_storage_load(meter->board, record);
	if (meter->adjustment_state == PROTECTED_FOUND) {
		adjustment_decode(&stored, record);
		settings_decode(&settings, record + ADJUSTMENT_BYTES);
		if (adjustment_is_in_range(&stored) && settings_are_in_range(&settings)) {
			meter->adjustment = stored;
			meter->control.settings = settings;
		} else {
			meter->adjustment_state = PROTECTED_DAMAGED;
		}
	}
	if (meter->adjustment_state == PROTECTED_DAMAGED) {
		meter->control.settings.is_sealed = 1;
	}
	metering_adjust(&meter->metering, &meter->adjustment);
}

/* AXR and AXR-SD: the R is the pulse recorder. */
static bool has_recorder(const struct meter_hardware *hardware)
{
	return strncmp(hardware->model, "AXR", 3) == 0;
}

/* AX-SD and AXR-SD. */
static bool has_service_switch(const struct meter_hardware *hardware)
{
	size_t length = strlen(hardware->model);

	return length > 3 && strcmp(hardware->model + length - 3, "-SD") == 0;
}

const char *meter_refusal(const struct meter_hardware *hardware)
{
	const struct device_form *form = device_form_find(hardware->form, hardware->class_amperes);

	if (!form) {
		return "the device has no such form in this class";
	}
	if (has_service_switch(hardware) && !form->takes_service_switch) {
		return "a service switch (-SD) goes with two elements and three wires only, forms "
		       "12S and 25S of class 200";
	}
	return NULL;
}

struct meter *meter_init(void *memory, const struct board *board,
			 const struct meter_hardware *hardware)
{
	const struct device_form *form = device_form_find(hardware->form, hardware->class_amperes);
	struct meter *meter = memory;

	if (meter_refusal(hardware) != NULL) {
		return NULL;
	}
	memset(meter, 0, sizeof(*meter));
	meter->board = board;
	meter->form = form;
	set_nameplate(meter, hardware);
	metering_init(&meter->metering, form);
	control_init(&meter->control);
	load_adjustment(meter);
	meter->pulses.weight_q4 = form->kt_hundredths * INT64_C(10) * form->milliwatt_hour_q4;
	energy_init(&meter->energy, form);
	energy_init(&meter->test_energy, form);
	billing_init(&meter->billing);
	service_disconnect_init(&meter->disconnect, has_service_switch(hardware));
	nonvolatile_restore(meter);
	event_log_open(&meter->event_log, board);
	utility_information_open(&meter->utility, board);
	if (has_recorder(hardware)) {
		load_profile_open(&meter->load_profile, board,
				  (uint16_t)(form->kt_hundredths * MILLIWATT_HOURS_OF_HUNDREDTH),
				  meter->energy.delivered.counts, meter->energy.received.counts);
	}
	frequency_init(&meter->frequency);
	phasors_init(&meter->phasors, &meter->observation);
	c1218_port_init(&meter->optical_port, meter, C1218_OPTICAL_PORT);
	c1218_port_init(&meter->module_port, meter, C1218_MODULE_PORT);
	module_init(&meter->module, meter->event_log.module_kind);
	panel_init(&meter->panel);
	display_init(&meter->display);
	self_supervision_init(meter);
	return meter;
}

static void watch_first_live_voltage(struct meter *meter)
{
	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		if (meter->live.volts_mv[element] >= LIVE_VOLTS_MV) {
			frequency_watch(&meter->frequency, (uint32_t)element,
					metering_volts_offset(&meter->metering.elements[element]));
			return;
		}
	}
	frequency_watch(&meter->frequency, FREQUENCY_NO_CHANNEL, 0);
}

static void close_segment(struct meter *meter)
{
	struct energy *energy =
		meter->control.mode == METER_MODE_NORMAL ? &meter->energy : &meter->test_energy;

	meter->pulses.energy_q4 -= energy_add_segment(energy, meter->metering.energy_q4);
	if (live_values_add_segment(&meter->live, &meter->metering, meter->form)) {
		watch_first_live_voltage(meter);
	}
	const struct energy_totals totals = billing_totals_of(meter);

	bool is_second = billing_add_segment(&meter->billing, &totals);

	metering_next_segment(&meter->metering);
	if (is_second) {
		meter_begin_second(meter);
	}
}

static void observe_service(struct meter *meter)
{
	phasors_take(&meter->phasors, meter->form, &meter->live, &meter->observation);
	(void)service_detection_observe(&meter->service, meter->form, &meter->observation);
	diagnostics_observe(&meter->diagnostics, meter->form, &meter->service, &meter->observation);
}

/* Meters frames `index` to `end` - 1 or fewer. Returns the index of the first one not metered. */
static uint32_t meter_frames(struct meter *meter, struct exchange *exchange, uint32_t index,
			     uint32_t end)
{
	const struct sample_frame *frames = &exchange->frames[index];
	int64_t power_q4;
	uint32_t fraction_q32;
	uint32_t count =
		metering_run(&meter->metering, &meter->pulses, frames, end - index, &power_q4);

	frequency_run(&meter->frequency, frames, count, meter->frame);
	bool is_observed = phasors_run(&meter->phasors, frames, count);

	meter->frame += count;
	index += count;
	if (pulse_output_is_due(meter->pulses.energy_q4, meter->pulses.weight_q4) &&
	    pulse_output_take(&meter->pulses, meter->frame - 1, power_q4, &fraction_q32) &&
	    !c1218_port_is_open(&meter->optical_port)) { /* which uses the emitter */
		exchange->pulses[exchange->pulse_count++] =
			(struct exchange_pulse){.frame = index - 1, .fraction_q32 = fraction_q32};
	}
	if (meter->metering.segment_frames == SEGMENT_FRAMES) {
		close_segment(meter);
	}
	if (is_observed) {
		observe_service(meter);
	}
	return index;
}

/* Received bytes complete before this frame go to the port, or with none are forgotten. */
static uint32_t receive_bytes(struct c1218_port *port, const struct exchange_byte *bytes,
			      uint32_t count, uint32_t index, uint64_t frame)
{
	uint32_t taken = 0;

	while (taken < count && bytes[taken].frame <= index) {
		if (port != NULL) {
			c1218_port_receive(port, bytes[taken].byte, frame);
		}
		taken++;
	}
	return taken;
}

static void receive(struct meter *meter, struct exchange *exchange, uint32_t index)
{
	uint32_t first = exchange->received_consumed;
	uint32_t module_first = exchange->module_received_consumed;
	struct c1218_port *module_port =
		meter->module.state != MODULE_NONE ? &meter->module_port : NULL;

	exchange->received_consumed +=
		receive_bytes(&meter->optical_port, &exchange->received[first],
			      exchange->received_count - first, index, meter->frame);
	exchange->module_received_consumed +=
		receive_bytes(module_port, &exchange->module_received[module_first],
			      exchange->module_received_count - module_first, index, meter->frame);
}

/* True when a coil of the service switch got its pulse. */
static bool run_service_switch(struct meter *meter, struct exchange *exchange, uint32_t index)
{
	return service_disconnect_next_event(&meter->disconnect) <= meter->frame &&
	       service_disconnect_run(meter, exchange, index);
}

/* How many bytes, none or one, were handed to the transmitter. */
static uint32_t run_port(struct c1218_port *port, uint64_t frame, uint32_t index,
			 struct exchange_byte *sent)
{
	if (c1218_port_next_event(port) > frame) {
		return 0;
	}
	c1218_port_run(port, frame);
	sent->frame = index;
	return c1218_port_take_byte(port, frame, &sent->byte) ? 1 : 0;
}

/* True when a byte was handed to a transmitter. */
static bool run_ports(struct meter *meter, struct exchange *exchange, uint32_t index)
{
	uint32_t sent = run_port(&meter->optical_port, meter->frame, index,
				 &exchange->sent[exchange->sent_count]);
	uint32_t module_sent = run_port(&meter->module_port, meter->frame, index,
					&exchange->module_sent[exchange->module_sent_count]);

	exchange->sent_count += sent;
	exchange->module_sent_count += module_sent;
	return sent + module_sent > 0;
}

/* What the supply says before frame `index`, to the module first, then the save that is due. */
static void run_storage(struct meter *meter, struct exchange *exchange, uint32_t index)
{
	bool is_warned = exchange->power_fail_warning != 0;

	if (is_warned != meter->nonvolatile.is_warned && exchange->power_fail_frame <= index) {
		exchange->module_warning = exchange->power_fail_warning;
		exchange->module_warning_frame = index;
		nonvolatile_warn(meter, is_warned);
	}
	if (meter->nonvolatile.next_save <= meter->frame) {
		nonvolatile_save(meter);
	}
}

/* The index before which nothing but metering happens; at least one frame on. */
static uint32_t end_of_run(const struct meter *meter, const struct exchange *exchange,
			   uint32_t index)
{
	uint64_t port_event = c1218_port_next_event(&meter->optical_port);
	uint64_t panel_event = meter->panel.next_event;
	uint64_t save = meter->nonvolatile.next_save;
	uint64_t module_event = c1218_port_next_event(&meter->module_port);
	uint64_t switching = service_disconnect_next_event(&meter->disconnect);
	uint64_t event = port_event < panel_event ? port_event : panel_event;

	event = event < save ? event : save;
	event = event < module_event ? event : module_event;
	event = event < switching ? event : switching;

	uint64_t quiet = event > meter->frame ? event - meter->frame : 1;
	uint32_t end = exchange->frame_count;

	if (quiet < end - index) {
		end = index + (uint32_t)quiet;
	}
	if (exchange->power_fail_frame > index && exchange->power_fail_frame < end) {
		end = exchange->power_fail_frame;
	}
	if (exchange->received_consumed < exchange->received_count &&
	    exchange->received[exchange->received_consumed].frame < end) {
		end = exchange->received[exchange->received_consumed].frame;
	}
	if (exchange->module_received_consumed < exchange->module_received_count &&
	    exchange->module_received[exchange->module_received_consumed].frame < end) {
		end = exchange->module_received[exchange->module_received_consumed].frame;
	}
	return end;
}

/*
 * The outage that has ended is logged now, power down with the time that it had: an entry at the
 * early warning would have to race the supply. The first power-up of a meter ends none.
 */
static void log_outage(struct meter *meter, const struct exchange *exchange)
{
	struct event_log *log = &meter->event_log;
	bool is_known = exchange->battery == EXCHANGE_BATTERY_KEPT;
	uint64_t seconds = is_known ? exchange->battery_ticks / BATTERY_HERTZ : 0;

	log->now_seconds = meter_seconds(meter);
	uint32_t outage = seconds < log->now_seconds ? (uint32_t)seconds : log->now_seconds;

	if (log->sequence > 0) {
		(void)event_log_add_at(log, log->now_seconds - outage, EVENT_POWER_DOWN, 0);
		self_supervision_note_outage(meter);
	}
	(void)event_log_add(log, EVENT_POWER_UP,
			    (seconds & UINT32_MAX) | (is_known ? EVENT_OUTAGE_IS_KNOWN : 0));
}

void meter_run(struct meter *meter, struct exchange *exchange)
{
	uint32_t index = 0;

	if (exchange->contacts != meter->panel.contacts) {
		panel_set_contacts(meter, exchange->contacts);
	}
	exchange->received_consumed = 0;
	exchange->sent_count = 0;
	exchange->pulse_count = 0;
	exchange->module_received_consumed = 0;
	exchange->module_sent_count = 0;
	exchange->switch_count = 0;
	exchange->module_warning = meter->nonvolatile.is_warned ? 1 : 0;
	exchange->module_warning_frame = 0;
	exchange->display_is_new = 0;
	if (!meter->nonvolatile.is_outage_noted) {
		nonvolatile_note_outage(meter, exchange);
		log_outage(meter, exchange);
		meter_begin_second(meter);
	} else if (exchange->battery_count != 0) {
		nonvolatile_tell_battery(meter, exchange->battery_count);
	}
	while (index < exchange->frame_count && exchange->sent_count < EXCHANGE_BYTES &&
	       exchange->module_sent_count < EXCHANGE_BYTES &&
	       exchange->pulse_count < EXCHANGE_PULSES &&
	       exchange->switch_count < EXCHANGE_SWITCHES) {
		run_storage(meter, exchange, index);
		if (meter->panel.next_event <= meter->frame) {
			panel_run(meter, exchange);
		}
		receive(meter, exchange, index);
		bool is_byte_sent = run_ports(meter, exchange, index);
		uint32_t pulses_before = exchange->pulse_count;
		bool is_switched = run_service_switch(meter, exchange, index);
		bool returns =
			(is_byte_sent && exchange->return_after & EXCHANGE_RETURN_AFTER_BYTE) ||
			(is_switched && exchange->return_after & EXCHANGE_RETURN_AFTER_SWITCH);
		uint32_t end = returns ? index + 1 : end_of_run(meter, exchange, index);

		index = meter_frames(meter, exchange, index, end);
		if (returns || (exchange->pulse_count > pulses_before &&
				exchange->return_after & EXCHANGE_RETURN_AFTER_PULSE)) {
			break;
		}
	}
	if (index == exchange->frame_count) {
		run_storage(meter, exchange, index);
	}
	exchange->frames_consumed = index;
}

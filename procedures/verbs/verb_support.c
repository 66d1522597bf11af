/* Shared by the verbs: entries, loads, settling, optical sessions. */
#include "procedures/verbs/verb_support.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/verbs/verbs.h"
#include "procedures/verbs/voltage_balance.h"

#define SETTLING_SECONDS_MAXIMUM 60.0
#define SETTLING_READINGS 3
/* Spread of the last readings and departure from what was asked, relative to the expected value. */
#define STEADY_RELATIVE 0.001
#define EXPECTED_RELATIVE 0.05
#define READING_SECONDS 1.0
/* Below this part of its least rated voltage no meter can be expected to work. */
#define SUPPLY_FRACTION 0.5
/* How far an influence test may go below the least rated voltage, and from the rated frequency. */
#define INFLUENCE_LOWEST_VOLTS 0.8
#define INFLUENCE_HERTZ 0.05

static const char *const access_passwords[] = {
	[METER_ACCESS_READ] = "READ",
	[METER_ACCESS_OPERATE] = "OPERATE",
	[METER_ACCESS_PROGRAM] = "PROGRAM",
	[METER_ACCESS_FACTORY] = "FACTORY",
};

enum status verb_memory_provide(struct step_context *context)
{
	if (!context->memory) {
		context->memory = calloc(1, sizeof(struct verb_memory));
	}
	return context->memory ? STATUS_OK : status_fail(STATUS_IO, "no memory for the verbs");
}

/* ---- entries ---- */

void entry_begin(const struct step_context *context, struct record_draft *draft, const char *kind,
		 int position)
{
	char utc[21];

	record_draft_begin(draft, kind);
	record_draft_text(draft, "utc", clock_utc_text(context->lab->clock, utc));
	if (position) {
		record_draft_text(draft, "form", context->form->name);
		record_draft_integer(draft, "position", position);
	}
}

enum status entry_add(struct step_context *context, const struct record_draft *draft)
{
	return run_store_add(context->store, draft, NULL);
}

enum status record_note(struct step_context *context, const char *format, ...)
{
	char text[600];
	struct record_draft draft;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	entry_begin(context, &draft, "note", 0);
	record_draft_text(&draft, "text", text);
	return entry_add(context, &draft);
}

enum status record_request(struct step_context *context, const char *format, ...)
{
	char text[200];
	struct record_draft draft;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	entry_begin(context, &draft, "request", 0);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_text(&draft, "text", text);
	enum status status = entry_add(context, &draft);
	return status ? status : run_store_commit(context->store);
}

/* ---- the load of a step ---- */

int service_phases(enum service service)
{
	return service == SERVICE_NETWORK_3_WIRE || service == SERVICE_SINGLE_PHASE_3_WIRE ? 2 : 3;
}

static enum status read_direction(const char *text, bool *is_received)
{
	*is_received = !strcmp(text, "received");
	if (*is_received || !strcmp(text, "delivered")) {
		return STATUS_OK;
	}
	return status_fail(STATUS_BAD_INPUT, "direction=\"%s\" is neither delivered nor received",
			   text);
}

static enum status read_element(const char *text, struct load_point *point)
{
	static const char letters[] = "ABC";

	point->single_element = -1;
	point->is_line_to_line = !strcmp(text, "A-C");
	if (!strcmp(text, "all") || point->is_line_to_line) {
		return STATUS_OK;
	}
	if (strlen(text) == 1 && strchr(letters, text[0])) {
		point->single_element = (int)(strchr(letters, text[0]) - letters);
		return STATUS_OK;
	}
	return status_fail(STATUS_BAD_INPUT, "element=\"%s\" is none of all, A, B, C and A-C",
			   text);
}

/* What the meter bears in this step. */
struct rated {
	double least_volts, most_volts;
	double least_hertz, most_hertz;
};

static struct rated rated_of(const struct device_type *device, unsigned freedom)
{
	if (!(freedom & LOAD_INFLUENCE)) {
		return (struct rated){device->minimum_volts, device->maximum_volts, device->hertz,
				      device->hertz};
	}
	return (struct rated){device->minimum_volts * INFLUENCE_LOWEST_VOLTS,
			      device->maximum_volts * device->influence_volts_factor,
			      device->hertz * (1 - INFLUENCE_HERTZ),
			      device->hertz * (1 + INFLUENCE_HERTZ)};
}

static enum status check_ratings(const struct step_context *context, const struct load_point *point,
				 const struct rated *rated)
{
	const struct device_type *device = context->device;
	const struct device_form *form = context->form;

	if (point->volts < rated->least_volts * (1 - 1e-9) ||
	    point->volts > rated->most_volts * (1 + 1e-9)) {
		return status_fail(STATUS_LIMIT, "%g V are outside the rating of %s, %g V to %g V",
				   point->volts, device->title, rated->least_volts,
				   rated->most_volts);
	}
	if (point->amperes > form->class_amperes) {
		return status_fail(STATUS_LIMIT, "%g A are above the class of form %s, %g A",
				   point->amperes, form->name, form->class_amperes);
	}
	if (point->amperes > form->maximum_amperes) {
		return status_fail(STATUS_LIMIT,
				   "%g A are above the maximum current of form %s, %g A",
				   point->amperes, form->name, form->maximum_amperes);
	}
	if (point->hertz < rated->least_hertz - 1e-6 || point->hertz > rated->most_hertz + 1e-6) {
		return status_fail(STATUS_LIMIT, "%g Hz are not the rated frequency of %s, %g Hz%s",
				   point->hertz, device->title, device->hertz,
				   rated->most_hertz > device->hertz
					   ? ", or within 5 % of it for an influence test"
					   : "");
	}
	return STATUS_OK;
}

/* Also of a source that is not open yet. */
static bool gives_harmonics(const struct instrument *source)
{
	if (source && source->power_source) {
		return source->power_source->shape != NULL;
	}
	return source && source->driver && source->driver->gives_harmonics;
}

static enum status check_shape(const struct step_context *context, const struct load_point *point)
{
	const struct instrument *source = context->lab->power_source;

	if (!point->harmonic.order || gives_harmonics(source)) {
		return STATUS_OK;
	}
	return status_fail(STATUS_BAD_INPUT,
			   "source %s of lab %s gives sines only, so harmonics cannot be tested in "
			   "this laboratory",
			   source ? source->name : "(none)", context->lab->name);
}

static enum status check_lab(const struct step_context *context, const struct load_point *point,
			     const struct three_phase *phasors)
{
	const struct lab_limits *limits = &context->lab->limits;

	for (int phase = 0; phase < 3; phase++) {
		if (phasors->volts[phase].rms > limits->volts_maximum * (1 + 1e-9)) {
			return status_fail(STATUS_LIMIT,
					   "%g V on phase %c are above the limit of this lab, %g V",
					   phasors->volts[phase].rms, 'A' + phase,
					   limits->volts_maximum);
		}
		if (phasors->amperes[phase].rms > limits->amperes_maximum * (1 + 1e-9)) {
			return status_fail(STATUS_LIMIT,
					   "%g A are above the limit of this lab, %g A",
					   phasors->amperes[phase].rms, limits->amperes_maximum);
		}
	}
	if (limits->hertz_maximum > 0 &&
	    (point->hertz < limits->hertz_minimum || point->hertz > limits->hertz_maximum)) {
		return status_fail(STATUS_LIMIT, "%g Hz are outside %g Hz to %g Hz of this lab",
				   point->hertz, limits->hertz_minimum, limits->hertz_maximum);
	}
	return STATUS_OK;
}

/* What the rating says of an element counts for the high leg of a four-wire delta, too. */
static enum status check_legs(const struct step_context *context, const struct verb_load *load)
{
	for (int phase = 0; phase < 3; phase++) {
		double volts = load->phasors.volts[phase].rms;
		if (volts > load->ceiling.volts_maximum * (1 + 1e-9)) {
			return status_fail(STATUS_LIMIT,
					   "%.4g V on phase %c of a %s service with %g V are above "
					   "the rating of %s, %g V",
					   volts, 'A' + phase, service_name(context->form->service),
					   load->point.volts, context->device->title,
					   load->ceiling.volts_maximum);
		}
	}
	return STATUS_OK;
}

static enum status certified_error_at(const struct step_context *context, struct verb_load *load)
{
	const struct load_point *point = &load->point;

	if (point->amperes == 0) {
		return STATUS_OK;
	}
	if (!context->lab->reference_certificate) {
		return status_fail(STATUS_BAD_INPUT,
				   "the reference standard of lab %s has no certificate",
				   context->lab->name);
	}
	return certificate_at(context->lab->reference_certificate, point->volts, point->amperes,
			      point->power_factor, point->side == POWER_FACTOR_LEADING,
			      &load->certified);
}

/* What the transformers of the positions are certified for. */
static enum status check_isolation(const struct step_context *context,
				   const struct load_point *point)
{
	const struct lab *lab = context->lab;
	enum status status = STATUS_OK;

	for (int i = 0; !status && point->amperes > 0 && i < lab->position_count; i++) {
		struct certified_error error;

		if (!lab->positions[i].isolation) {
			continue;
		}
		status = certificate_at(lab->positions[i].isolation, point->volts, point->amperes,
					point->power_factor, point->side == POWER_FACTOR_LEADING,
					&error);
		if (status) {
			status_prefix(status,
				      "isolation of position %d: ", lab->positions[i].number);
		}
	}
	return status;
}

static void describe(struct verb_load *load, double maximum_amperes)
{
	const struct load_point *point = &load->point;

	load_point_format(point, load->text, sizeof(load->text));
	snprintf(load->power_factor, sizeof(load->power_factor), "%.4g%s", point->power_factor,
		 point->side == POWER_FACTOR_LAGGING   ? "L"
		 : point->side == POWER_FACTOR_LEADING ? "C"
						       : "");
	load->percent_of_maximum = 100 * point->amperes / maximum_amperes;
	load->watts = fabs(load_point_watts(point, &load->phasors));
}

enum status verb_load_from_point(const struct step_context *context, const struct load_point *point,
				 struct verb_load *load)
{
	return verb_load_freely(context, point, LOAD_RATED, load);
}

enum status verb_load_freely(const struct step_context *context, const struct load_point *point,
			     unsigned freedom, struct verb_load *load)
{
	struct rated rated = rated_of(context->device, freedom);

	*load = (struct verb_load){.point = *point,
				   .ceiling = {.volts_maximum = rated.most_volts,
					       .amperes_maximum = context->form->maximum_amperes,
					       .hertz_minimum = rated.least_hertz,
					       .hertz_maximum = rated.most_hertz}};
	enum status status = check_ratings(context, point, &rated);
	if (!status) {
		status = service_phasors(context->form->service, point, &load->phasors);
	}
	if (!status) {
		status = check_legs(context, load);
	}
	if (!status) {
		status = check_lab(context, point, &load->phasors);
	}
	if (!status) {
		status = check_shape(context, point);
	}
	if (!status && !(freedom & LOAD_UNCERTIFIED)) {
		status = certified_error_at(context, load);
	}
	if (!status && !(freedom & LOAD_UNCERTIFIED)) {
		status = check_isolation(context, point);
	}
	if (!status) {
		describe(load, context->form->maximum_amperes);
	}
	return status;
}

enum status load_point_from_arguments(const struct step_context *context,
				      const struct step_argument *arguments,
				      struct load_point *point)
{
	*point = (struct load_point){
		.phases = service_phases(context->form->service),
		.volts = arguments[LOAD_VOLTS].number,
		.amperes = arguments[LOAD_PERCENT].number / 100 * context->form->maximum_amperes,
		.power_factor = arguments[LOAD_POWER_FACTOR].number,
		.side = arguments[LOAD_POWER_FACTOR].side,
		.hertz = arguments[LOAD_HERTZ].number,
	};
	enum status status = read_direction(arguments[LOAD_DIRECTION].text, &point->is_received);

	return status ? status : read_element(arguments[LOAD_ELEMENT].text, point);
}

enum status verb_load_from_arguments(const struct step_context *context,
				     const struct step_argument *arguments, struct verb_load *load)
{
	struct load_point point;
	enum status status = load_point_from_arguments(context, arguments, &point);

	return status ? status : verb_load_from_point(context, &point, load);
}

static double largest_rms(const struct phasor phasors[3])
{
	double rms = 0;

	for (int phase = 0; phase < 3; phase++) {
		rms = phasors[phase].rms > rms ? phasors[phase].rms : rms;
	}
	return rms;
}

enum status set_standard_range(struct step_context *context, const struct verb_load *load)
{
	struct instrument *standard = context->lab->reference_standard;

	return standard->reference_standard->set_range(standard, largest_rms(load->phasors.volts),
						       largest_rms(load->phasors.amperes));
}

/* What has to become steady: the power, or the voltage of phase A where no current flows. */
static enum status read_steady_quantity(struct step_context *context, bool is_power,
					double *reading)
{
	struct instrument *standard = context->lab->reference_standard;
	struct standard_indication indication;
	enum status status = standard->reference_standard->read(standard, &indication);

	if (!status) {
		*reading = is_power ? indication.total_watts : indication.volts[0];
	}
	return status;
}

static bool is_steady(const double readings[SETTLING_READINGS], double expected)
{
	double least = readings[0];
	double most = readings[0];

	for (int i = 0; i < SETTLING_READINGS; i++) {
		if (!(fabs(readings[i] - expected) <= EXPECTED_RELATIVE * fabs(expected))) {
			return false;
		}
		least = readings[i] < least ? readings[i] : least;
		most = readings[i] > most ? readings[i] : most;
	}
	return most - least <= STEADY_RELATIVE * fabs(expected);
}

static enum status wait_until_steady(struct step_context *context, const struct verb_load *load)
{
	struct lab *lab = context->lab;
	bool is_power = load->watts > 0;
	double expected = is_power ? load_point_watts(&load->point, &load->phasors)
				   : load->phasors.volts[0].rms;
	double readings[SETTLING_READINGS] = {0};
	struct instant deadline = instant_after(clock_now(lab->clock), SETTLING_SECONDS_MAXIMUM);

	for (int count = 1;; count++) {
		enum status status = read_steady_quantity(context, is_power,
							  &readings[count % SETTLING_READINGS]);
		if (status) {
			return status;
		}
		if (count >= SETTLING_READINGS && is_steady(readings, expected)) {
			return STATUS_OK;
		}
		if (!instant_before(clock_now(lab->clock), deadline)) {
			const char *unit = is_power ? "W" : "V";
			return status_fail(
				STATUS_TIMEOUT,
				"source %s: %s did not become steady within %g s: standard %s "
				"reads %.6g %s "
				"instead of %.6g %s; check source, wiring and the standard's range",
				lab->power_source->name, load->text, SETTLING_SECONDS_MAXIMUM,
				lab->reference_standard->name, readings[count % SETTLING_READINGS],
				unit, expected, unit);
		}
		status = lab_wait_seconds(lab, READING_SECONDS);
		if (status) {
			return status;
		}
	}
}

void note_for_ledger(struct step_context *context, const struct verb_load *load)
{
	struct verb_memory *memory = context->memory;

	if (memory && context->lab->account) {
		ledger_note_load(&memory->ledger, &load->phasors,
				 load->certified.volts > 0 ? &load->certified : NULL);
	}
}

enum status shape_load(struct step_context *context, const struct verb_load *load)
{
	struct waveform volts, amperes;

	load_point_shapes(&load->point, &volts, &amperes);
	return lab_set_shape(context->lab, &volts, &amperes);
}

enum status apply_and_settle(struct step_context *context, const struct verb_load *load)
{
	enum status status = set_standard_range(context, load);

	if (!status) {
		status = record_request(context, "apply %s", load->text);
	}
	if (!status) {
		report_progress(context, "%s", load->text);
		note_for_ledger(context, load);
		status = shape_load(context, load);
	}
	if (!status) {
		status = balance_apply(context, load, lab_apply);
	}
	if (!status) {
		status = lab_wait_seconds(context->lab, context->lab->minimum_settling_seconds);
	}
	if (!status) {
		status = wait_until_steady(context, load);
	}
	return status ? status : balance_voltages(context, load, lab_apply);
}

/* ---- positions and their meters ---- */

int next_position(const struct lab *lab, int index)
{
	for (; index < lab->position_count; index++) {
		if (!lab->positions[index].is_dropped) {
			return index;
		}
	}
	return -1;
}

enum status drop_position(struct step_context *context, int index, enum status status)
{
	struct lab_position *position = &context->lab->positions[index];

	position->is_dropped = true;
	snprintf(position->drop_reason, sizeof(position->drop_reason), "%.399s", status_reason());
	if (next_position(context->lab, 0) < 0) {
		return status;
	}
	return record_note(context, "position %d dropped out: %s", position->number,
			   position->drop_reason);
}

enum status settle_position(struct step_context *context, int index, enum status status)
{
	if (!status || status == STATUS_ABORTED || status == STATUS_ALARM) {
		return status;
	}
	return drop_position(context, index, status);
}

enum status require_identified(const struct step_context *context)
{
	const struct verb_memory *memory = context->memory;

	for (int i = next_position(context->lab, 0); i >= 0;
	     i = next_position(context->lab, i + 1)) {
		if (!memory->is_identified[i]) {
			return status_fail(STATUS_BAD_INPUT,
					   "position %d: the meter was not identified, so its "
					   "constants are not known; "
					   "put a step with verb=\"identify\" before",
					   context->lab->positions[i].number);
		}
	}
	return STATUS_OK;
}

/*
 * A meter that is fed by the circuits that it measures cannot answer without voltage: then its
 * silence says nothing but what the step has forgotten.
 */
static enum status explain_silence(struct step_context *context, int index, enum status silence)
{
	const struct lab *lab = context->lab;
	const struct device_type *device = context->device;
	struct standard_indication shown;
	char reason[512];

	snprintf(reason, sizeof(reason), "%s", status_reason());
	if (lab->positions[index].has_auxiliary_supply ||
	    lab->reference_standard->reference_standard->read(lab->reference_standard, &shown)) {
		return status_fail(silence, "%s", reason);
	}
	double volts = fmax(shown.volts[0], fmax(shown.volts[1], shown.volts[2]));
	if (!(volts < SUPPLY_FRACTION * device->minimum_volts)) {
		return status_fail(silence, "%s; standard %s shows %.4g V at the meter", reason,
				   lab->reference_standard->name, volts);
	}
	return status_fail(silence,
			   "no voltage at the meter: standard %s shows at most %.3g V, and the "
			   "meter, rated %g V to %g V, is fed by the circuits that it measures; "
			   "apply a voltage before it is asked, or say supply=\"auxiliary\" in the "
			   "lab file (%s)",
			   lab->reference_standard->name, volts, device->minimum_volts,
			   device->maximum_volts, reason);
}

enum status session_begin(struct step_context *context, int index, enum meter_access access,
			  struct meter_client **client)
{
	struct lab_position *position = &context->lab->positions[index];

	*client = NULL;
	if (!position->optical) {
		return status_fail(STATUS_BAD_INPUT, "position %d of lab %s has no optical port",
				   position->number, context->lab->name);
	}
	enum status status = meter_client_open(position->optical, client);
	if (!status) {
		status = meter_client_connect(*client, access_passwords[access]);
	}
	if (status == STATUS_TIMEOUT) {
		status = explain_silence(context, index, status);
	}
	return status ? status_prefix(status, "position %d: ", position->number) : STATUS_OK;
}

enum status session_end(struct meter_client *client, enum status status)
{
	if (client && !status) {
		status = meter_client_disconnect(client);
	}
	meter_client_close(client);
	return status;
}

void report_progress(struct step_context *context, const char *format, ...)
{
	char text[200];
	va_list arguments;

	if (!context->progress) {
		return;
	}
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	context->progress(context->progress_context, text);
}

/* ---- the verb that every teardown has ---- */

/* Switching off comes first in importance: a record that cannot be written does not stop it. */
static enum status off_run(struct step_context *context, const struct step_argument *arguments)
{
	enum status recorded = record_request(context, "off");

	(void)arguments;
	enum status status = lab_off(context->lab);
	return status ? status : recorded;
}

const struct step_verb verb_off = {
	.name = "off",
	.purpose = "switches the source off and lets the reference standard confirm it",
	.run = off_run,
};

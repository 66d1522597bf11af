/*
 * service_detection: which service the meter says it is connected to (its table MT1), voltages
 * only: every service of the form that the notice covers, at every rated voltage, in both
 * rotations; services that the form is not for; and its own service with a potential missing, which
 * must never become another one.
 */
#include "procedures/verbs/result.h"
#include "procedures/verbs/service_alike.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEST, SETTLE_TIME };

#define SERVICE_TABLE 2049
#define SERVICE_BYTES 64
/* What the bench has to show of its own voltages before the meter is asked. */
#define VOLTS_RELATIVE 0.02
#define VOLTS_OFF 5.0
#define KINDS 5

/* Octets of MT1. */
enum {
	LOCKED_KIND,
	LOCKED_ROTATION,
	LOCKED_VOLTS,
	PRESENT_KIND = 4,
	PRESENT_ROTATION,
	PRESENT_VOLTS
};

struct seen_service {
	int kind, rotation, volts;
};

struct service_test {
	struct step_context *context;
	double settle_seconds;
	struct load_point point;
	enum service service; /* that is applied */
	struct three_phase phasors;
	char words[120]; /* of what is applied */
};

static const char *const kind_names[KINDS] = {"no service of this form", "4-wire wye",
					      "4-wire delta", "3-wire network", "3-wire delta"};

static int kind_of(enum service service)
{
	switch (service) {
	case SERVICE_WYE_4_WIRE:
		return 1;
	case SERVICE_DELTA_4_WIRE:
		return 2;
	case SERVICE_NETWORK_3_WIRE:
		return 3;
	case SERVICE_DELTA_3_WIRE:
		return 4;
	case SERVICE_SINGLE_PHASE_3_WIRE:
		break;
	}
	return 0;
}

/* ---- what is applied ---- */

static enum status make(struct service_test *test, enum service service, double volts,
			enum phase_sequence sequence)
{
	test->service = service;
	test->point = (struct load_point){
		.phases = service_phases(service),
		.volts = volts,
		.power_factor = 1,
		.side = POWER_FACTOR_UNITY,
		.hertz = test->context->device->hertz,
		.sequence = sequence,
		.single_element = -1,
	};
	snprintf(test->words, sizeof(test->words), "%s %g V %s", service_name(service), volts,
		 sequence == PHASE_SEQUENCE_ABC ? "ABC" : "CBA");
	return service_phasors(service, &test->point, &test->phasors);
}

static bool is_as_asked(const struct service_test *test, const struct standard_indication *read)
{
	for (int phase = 0; phase < 3; phase++) {
		double asked = test->phasors.volts[phase].rms;
		double allowed = asked > 0 ? VOLTS_RELATIVE * asked : VOLTS_OFF;

		if (!(fabs(read->volts[phase] - asked) <= allowed)) {
			return false;
		}
	}
	return true;
}

/* The standard sees the voltages, or the bench has a fault and the meter is not asked. */
static enum status prove(const struct service_test *test)
{
	struct instrument *standard = test->context->lab->reference_standard;
	struct standard_indication read;
	enum status status = standard->reference_standard->read(standard, &read);

	if (!status && !is_as_asked(test, &read)) {
		status = status_fail(STATUS_PROTOCOL,
				     "%s was asked for, but standard %s reads %.4g V, %.4g V and "
				     "%.4g V",
				     test->words, standard->name, read.volts[0], read.volts[1],
				     read.volts[2]);
	}
	return status;
}

static struct lab_limits ceiling_of(const struct step_context *context)
{
	return (struct lab_limits){.volts_maximum = context->device->maximum_volts,
				   .amperes_maximum = context->form->maximum_amperes,
				   .hertz_minimum = context->device->hertz,
				   .hertz_maximum = context->device->hertz};
}

static enum status apply(struct service_test *test)
{
	struct step_context *context = test->context;
	const struct lab_limits ceiling = ceiling_of(context);
	struct verb_load load = {.phasors = test->phasors};
	enum status status = set_standard_range(context, &load);

	if (!status) {
		status = record_request(context, "apply %s, no current", test->words);
	}
	if (!status) {
		report_progress(context, "%s", test->words);
		status = lab_apply(context->lab, &test->phasors, &ceiling);
	}
	if (!status) {
		status = lab_wait_seconds(context->lab, test->settle_seconds);
	}
	return status ? status : prove(test);
}

/* ---- what the meter says ---- */

static enum status read_service(struct service_test *test, int index, struct seen_service *present,
				struct seen_service *locked)
{
	uint8_t bytes[SERVICE_BYTES];
	size_t length = 0;
	struct meter_client *client;
	enum status status = session_begin(test->context, index, METER_ACCESS_READ, &client);

	if (!status) {
		status = meter_client_read_table(client, SERVICE_TABLE, bytes, sizeof(bytes),
						 &length);
	}
	if (!status && length < PRESENT_VOLTS + 2) {
		status = status_fail(STATUS_PROTOCOL, "MT1 has %zu octets instead of 22", length);
	}
	if (!status) {
		*locked = (struct seen_service){bytes[LOCKED_KIND], bytes[LOCKED_ROTATION],
						bytes[LOCKED_VOLTS] | bytes[LOCKED_VOLTS + 1] << 8};
		*present =
			(struct seen_service){bytes[PRESENT_KIND], bytes[PRESENT_ROTATION],
					      bytes[PRESENT_VOLTS] | bytes[PRESENT_VOLTS + 1] << 8};
	}
	return session_end(client, status);
}

static const char *describe(const struct seen_service *seen, char text[80])
{
	static const char *const rotations[] = {"", " ABC", " CBA"};

	if (seen->kind <= 0 || seen->kind >= KINDS) {
		snprintf(text, 80, "%s",
			 seen->kind ? "a service unknown to the documents" : kind_names[0]);
		return text;
	}
	snprintf(text, 80, "%s%s %d V", kind_names[seen->kind],
		 seen->rotation < 3 ? rotations[seen->rotation] : " ?", seen->volts);
	return text;
}

static enum status check(struct service_test *test, int index, const char *what,
			 const char *indicated, const char *expected)
{
	return record_check(test->context, &(struct check){.index = index,
							   .test = "service_detection",
							   .what = what,
							   .indicated = indicated,
							   .expected = expected});
}

/* ---- the form's own services ---- */

/* The rotation of two voltages to a neutral cannot be seen. */
static struct seen_service expected_of(const struct service_test *test)
{
	int rotation = test->point.sequence == PHASE_SEQUENCE_ABC ? 1 : 2;

	return (struct seen_service){kind_of(test->service),
				     test->service == SERVICE_NETWORK_3_WIRE ? 0 : rotation,
				     (int)(test->point.volts + 0.5)};
}

static enum status judge_service(struct service_test *test, const struct seen_service *expected)
{
	struct lab *lab = test->context->lab;
	enum status status = STATUS_OK;

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		struct seen_service present = {0}, locked = {0};
		char seen[80], wanted[80], what[160];

		status = read_service(test, i, &present, &locked);
		snprintf(what, sizeof(what), "service found at %s", test->words);
		if (!status) {
			status = check(test, i, what, describe(&present, seen),
				       describe(expected, wanted));
		}
		status = settle_position(test->context, i, status);
	}
	return status;
}

static enum status own_at(struct service_test *test, enum service service, double volts)
{
	enum status status = STATUS_OK;

	for (int s = PHASE_SEQUENCE_ABC; !status && s <= PHASE_SEQUENCE_CBA; s++) {
		status = make(test, service, volts, (enum phase_sequence)s);
		if (!status) {
			status = apply(test);
		}
		if (!status) {
			struct seen_service expected = expected_of(test);

			status = judge_service(test, &expected);
		}
	}
	return status;
}

static enum status test_own(struct service_test *test)
{
	const struct device_form *form = test->context->form;
	enum status status = STATUS_OK;

	for (int i = 0; i < form->service_count; i++) {
		const struct device_service *service = &form->services[i];

		for (int v = 0; !status && !*service->not_covered && v < service->voltage_count;
		     v++) {
			status = own_at(test, service->service, service->voltages[v]);
		}
	}
	return status;
}

/* ---- services that the form is not for ---- */

static bool is_own(const struct service_test *test)
{
	const struct device_form *form = test->context->form;

	for (int i = 0; i < form->service_count; i++) {
		const struct device_service *service = &form->services[i];

		for (int s = PHASE_SEQUENCE_ABC; s <= PHASE_SEQUENCE_CBA; s++) {
			struct service_test own = *test;

			if (!*service->not_covered &&
			    !make(&own, service->service, test->point.volts,
				  (enum phase_sequence)s) &&
			    services_look_alike(form->wiring, &own.phasors, &test->phasors)) {
				return true;
			}
		}
	}
	return false;
}

static enum status wrong_at(struct service_test *test, enum service service,
			    enum phase_sequence sequence)
{
	static const struct seen_service none = {0, 0, 0};
	enum status status = make(test, service, test->context->device->minimum_volts, sequence);

	if (status || is_own(test)) {
		return status;
	}
	status = apply(test);
	return status ? status : judge_service(test, &none);
}

static enum status test_wrong(struct service_test *test)
{
	enum status status = STATUS_OK;

	for (int service = SERVICE_WYE_4_WIRE; !status && service <= SERVICE_SINGLE_PHASE_3_WIRE;
	     service++) {
		for (int s = PHASE_SEQUENCE_ABC; !status && s <= PHASE_SEQUENCE_CBA; s++) {
			status = wrong_at(test, (enum service)service, (enum phase_sequence)s);
		}
	}
	return status;
}

/* ---- a potential missing ---- */

struct locked_services {
	struct seen_service of[LAB_POSITIONS];
};

static enum status read_locked(struct service_test *test, struct locked_services *locked)
{
	struct lab *lab = test->context->lab;
	struct seen_service present = {0};
	enum status status = STATUS_OK;

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status = settle_position(test->context, i,
					 read_service(test, i, &present, &locked->of[i]));
	}
	return status;
}

/* A meter may be fed by the phase that is lost: then it cannot be asked. */
static enum status cannot_be_asked(struct service_test *test, int index)
{
	char what[160], indicated[160];

	snprintf(what, sizeof(what), "service found at %s", test->words);
	snprintf(indicated, sizeof(indicated), "%.150s", status_reason());
	return record_check(test->context, &(struct check){.index = index,
							   .test = "service_detection",
							   .what = what,
							   .indicated = indicated,
							   .is_seen = true,
							   .seen = NOT_EVALUATED});
}

/* Its own service or none is found; the one that is locked stays. */
static enum status judge_lost_at(struct service_test *test, int index,
				 const struct seen_service *locked)
{
	int own = kind_of(test->service);
	struct seen_service present = {0}, now = {0};
	char seen[80], before[80], what[160];
	enum status status = read_service(test, index, &present, &now);

	if (status == STATUS_TIMEOUT) {
		return cannot_be_asked(test, index);
	}
	snprintf(what, sizeof(what), "service found at %s", test->words);
	if (!status) {
		status = record_check(
			test->context,
			&(struct check){.index = index,
					.test = "service_detection",
					.what = what,
					.indicated = describe(&present, seen),
					.expected = "none, or the same as before",
					.is_seen = true,
					.seen = present.kind == 0 || present.kind == own
							? CONFORMS
							: DOES_NOT_CONFORM});
	}
	snprintf(what, sizeof(what), "locked service at %s", test->words);
	return status ? status
		      : check(test, index, what, describe(&now, seen), describe(locked, before));
}

static enum status judge_lost(struct service_test *test, const struct locked_services *locked)
{
	struct lab *lab = test->context->lab;
	enum status status = STATUS_OK;

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status = settle_position(test->context, i, judge_lost_at(test, i, &locked->of[i]));
	}
	return status;
}

static bool is_measured(const struct form *form, int phase)
{
	for (int i = 0; i < form->wiring_count; i++) {
		if (form->wiring[i].volts[phase]) {
			return true;
		}
	}
	return false;
}

static enum status lose(struct service_test *test, int phase, double volts)
{
	struct locked_services locked;
	enum status status = make(test, test->context->form->service, volts, PHASE_SEQUENCE_ABC);

	if (!status) {
		status = apply(test);
	}
	if (!status) {
		status = read_locked(test, &locked);
	}
	if (status) {
		return status;
	}
	size_t used = strlen(test->words);

	snprintf(test->words + used, sizeof(test->words) - used, " without %c", 'A' + phase);
	test->phasors.volts[phase].rms = 0;
	status = apply(test);
	return status ? status : judge_lost(test, &locked);
}

static enum status test_lost(struct service_test *test)
{
	const struct device_form *form = test->context->form;
	double volts = form->voltages[0];
	enum status status = STATUS_OK;

	for (int phase = 0; !status && phase < 3; phase++) {
		if (is_measured(form->wiring, phase)) {
			status = lose(test, phase, volts);
		}
	}
	return status;
}

/* ---- the verb ---- */

static const struct kind_of_test {
	const char *name;
	enum status (*run)(struct service_test *test);
} tests[] = {
	{"own", test_own},
	{"wrong", test_wrong},
	{"lost", test_lost},
};

static const struct kind_of_test *find_test(const char *name)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (!strcmp(tests[i].name, name)) {
			return &tests[i];
		}
	}
	return NULL;
}

static enum status service_detection_check(const struct step_context *context,
					   const struct step_argument *arguments)
{
	if (!find_test(arguments[TEST].text)) {
		return status_fail(STATUS_BAD_INPUT, "test=\"%s\" is none of own, wrong and lost",
				   arguments[TEST].text);
	}
	for (int i = 0; i < context->device->table_count; i++) {
		if (context->device->tables[i].number == SERVICE_TABLE) {
			return STATUS_OK;
		}
	}
	return status_fail(STATUS_BAD_INPUT,
			   "device file %s names no table %d (service and diagnostics), which this "
			   "step reads",
			   context->device->id, SERVICE_TABLE);
}

static enum status service_detection_run(struct step_context *context,
					 const struct step_argument *arguments)
{
	struct service_test test = {.context = context,
				    .settle_seconds = arguments[SETTLE_TIME].number};
	enum status status = require_identified(context);

	return status ? status : find_test(arguments[TEST].text)->run(&test);
}

const struct step_verb verb_service_detection = {
	.name = "service_detection",
	.purpose = "which service the meter finds, right, wrong or with a potential missing",
	.parameters =
		{
			{"test", PARAMETER_TEXT, NULL, 0, 0, NULL, "own, wrong or lost"},
			{"settle_time", PARAMETER_QUANTITY, "s", 5, 600, "10 s",
			 "from the voltages to the question"},
		},
	.check = service_detection_check,
	.run = service_detection_run,
};

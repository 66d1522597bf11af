/*
 * check_standard: a second, certified standard in the same circuits measures the same doses of
 * energy as the bench's own. Within the limit and with |E_n| <= 1 the bench is right; otherwise
 * every result since the last good check is void, and the run ends as a fault of the bench
 * (EL-ENG-12-01 6.1.2.5, as P-E-01 6.1.1 tells it: weekly, within 0.1 %, on failure what was done
 * since is in doubt).
 */
#include "procedures/verbs/dose.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>

enum { RUNS = LOAD_ARGUMENTS, MINIMUM_TIME, LIMIT };

#define RUNS_OF_A_CHECK 20
#define SECONDS_PER_HOUR 3600.0
#define DAYS_PER_YEAR 365.25

/* What both standards indicated in one dose. */
struct both {
	double reference, check;		       /* Wh, absolute */
	double reference_resolution, check_resolution; /* Wh */
	double difference_percent;		       /* corrected for both certificates */
};

struct comparison {
	struct verb_load load;
	struct certified_error certified; /* of the check standard */
	int count;
	struct both runs[RUNS_OF_A_CHECK];
	double difference_percent, deviation_percent;
	double bench_uncertainty, check_uncertainty; /* expanded, per cent */
	double normalized_error;
};

static enum status certified_check(const struct step_context *context, const struct verb_load *load,
				   struct certified_error *certified)
{
	const struct load_point *point = &load->point;

	if (!context->lab->check_standard || !context->lab->check_certificate) {
		return status_fail(STATUS_BAD_INPUT,
				   "lab %s has no check standard with a certificate (role "
				   "check_standard in the lab file)",
				   context->lab->name);
	}
	return certificate_at(context->lab->check_certificate, point->volts, point->amperes,
			      point->power_factor, point->side == POWER_FACTOR_LEADING, certified);
}

static enum status check_standard_check(const struct step_context *context,
					const struct step_argument *arguments)
{
	struct verb_load load;
	struct certified_error certified;
	enum status status = verb_load_from_arguments(context, arguments, &load);

	if (!status) {
		status = certified_check(context, &load, &certified);
	}
	if (!status && !(load.watts > 0)) {
		status = status_fail(STATUS_BAD_INPUT, "%s carries no active power", load.text);
	}
	if (!status && !context->lab->energy_dose) {
		status = status_fail(STATUS_BAD_INPUT,
				     "lab %s has no instrument that gives an energy dose",
				     context->lab->name);
	}
	return status;
}

/* ---- measuring ---- */

static enum status start_both(struct lab *lab)
{
	struct instrument *check = lab->check_standard;
	enum status status = lab_energy_start(lab);

	return status ? status : check->reference_standard->energy_start(check);
}

static enum status stop_and_read(struct lab *lab, struct instrument *standard, double *watt_hours,
				 double *resolution)
{
	const struct reference_standard *role = standard->reference_standard;
	enum status status;

	if (standard == lab->reference_standard) {
		status = lab_energy_stop(lab, watt_hours, resolution);
	} else if (!(status = role->energy_stop(standard))) {
		status = role->energy_read(standard, watt_hours, resolution);
	}
	*watt_hours = fabs(*watt_hours);
	if (!status && !(*watt_hours > 0)) {
		status = status_fail(STATUS_PROTOCOL, "standard %s measured no energy in a dose",
				     standard->name);
	}
	return status;
}

/* Both registers run from before the currents until they are off, so nobody has to be quick. */
static enum status measure_dose(struct step_context *context, const struct comparison *comparison,
				double watt_hours, struct both *both)
{
	struct lab *lab = context->lab;
	enum status status = start_both(lab);

	if (!status) {
		status = dose_give(context, &comparison->load, watt_hours);
	}
	if (!status) {
		status = lab_wait_seconds(lab, lab->minimum_settling_seconds);
	}
	if (!status) {
		status = stop_and_read(lab, lab->reference_standard, &both->reference,
				       &both->reference_resolution);
	}
	if (!status) {
		status = stop_and_read(lab, lab->check_standard, &both->check,
				       &both->check_resolution);
	}
	if (!status) {
		double reference =
			both->reference / (1 + comparison->load.certified.error_percent / 100);
		double check = both->check / (1 + comparison->certified.error_percent / 100);
		both->difference_percent = 100 * (reference / check - 1);
	}
	return status;
}

static enum status record_dose(struct step_context *context, const struct comparison *comparison,
			       const struct both *both, int number)
{
	struct record_draft draft;

	entry_begin(context, &draft, "check_indication", 0);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_integer(&draft, "run", number);
	record_draft_text(&draft, "load", comparison->load.text);
	record_draft_number(&draft, "reference_watt_hours", both->reference);
	record_draft_number(&draft, "reference_resolution_watt_hours", both->reference_resolution);
	record_draft_number(&draft, "reference_error_percent",
			    comparison->load.certified.error_percent);
	record_draft_number(&draft, "check_watt_hours", both->check);
	record_draft_number(&draft, "check_resolution_watt_hours", both->check_resolution);
	record_draft_number(&draft, "check_error_percent", comparison->certified.error_percent);
	record_draft_number(&draft, "difference_percent", both->difference_percent);
	return entry_add(context, &draft);
}

/* The check standard's own range; the other one's is set by preparing the dose. */
static enum status set_check_range(struct step_context *context, const struct verb_load *load)
{
	struct instrument *check = context->lab->check_standard;
	double volts = 0;
	double amperes = 0;

	for (int phase = 0; phase < 3; phase++) {
		volts = fmax(volts, load->phasors.volts[phase].rms);
		amperes = fmax(amperes, load->phasors.amperes[phase].rms);
	}
	return check->reference_standard->set_range(check, volts, amperes);
}

static enum status measure_all(struct step_context *context, double seconds,
			       struct comparison *comparison, int runs)
{
	double watt_hours = comparison->load.watts * seconds / SECONDS_PER_HOUR;
	enum status status = set_check_range(context, &comparison->load);

	for (int run = 0; !status && run < runs; run++) {
		struct both *both = &comparison->runs[run];
		status = dose_prepare(context, &comparison->load);
		if (!status) {
			status = measure_dose(context, comparison, watt_hours, both);
		}
		if (!status) {
			status = record_dose(context, comparison, both, run + 1);
		}
		comparison->count = run + 1;
	}
	return status;
}

/* ---- judging the bench ---- */

static enum status add_drift(const struct step_context *context,
			     const struct certificate *certificate, const char *name,
			     struct uncertainty_budget *budget)
{
	char today[21];
	int64_t days;

	clock_utc_text(context->lab->clock, today);
	today[10] = '\0';
	enum status status = days_between(certificate->date, today, &days);
	if (!status) {
		budget_add(budget, name, DISTRIBUTION_RECTANGULAR,
			   certificate->drift_percent_per_year * (double)days / DAYS_PER_YEAR, 1,
			   INFINITE_DEGREES_OF_FREEDOM);
	}
	return status;
}

static void add_certified(const struct certified_error *certified, const char *calibration,
			  const char *interpolation, struct uncertainty_budget *budget)
{
	budget_add(budget, calibration, DISTRIBUTION_NORMAL,
		   certified->standard_uncertainty_percent, 1, INFINITE_DEGREES_OF_FREEDOM);
	budget_add(budget, interpolation, DISTRIBUTION_RECTANGULAR,
		   certified->interpolation_percent, 1, INFINITE_DEGREES_OF_FREEDOM);
}

/* The bench: its standard, both registers' counts, scatter. The certificate: the check standard. */
static enum status uncertainties(const struct step_context *context, struct comparison *comparison)
{
	const struct both *first = &comparison->runs[0];
	struct uncertainty_budget bench = {.count = 0};
	struct uncertainty_budget check = {.count = 0};
	enum status status = budget_add_standard(context, &comparison->load, &bench);

	budget_add_counting(&bench, first->reference_resolution, first->reference);
	budget_add_counting(&bench, first->check_resolution, first->check);
	budget_add(&bench, "repeatability", DISTRIBUTION_STUDENT,
		   comparison->deviation_percent / sqrt(comparison->count), 1,
		   comparison->count - 1);
	add_certified(&comparison->certified, "check_calibration", "check_interpolation", &check);
	if (!status) {
		status = add_drift(context, context->lab->check_certificate, "check_drift", &check);
	}
	comparison->bench_uncertainty = budget_combine(&bench).expanded_uncertainty;
	comparison->check_uncertainty = budget_combine(&check).expanded_uncertainty;
	return status;
}

static enum status evaluate(const struct step_context *context, struct comparison *comparison)
{
	double differences[RUNS_OF_A_CHECK];

	for (int i = 0; i < comparison->count; i++) {
		differences[i] = comparison->runs[i].difference_percent;
	}
	mean_and_deviation(differences, comparison->count, &comparison->difference_percent,
			   &comparison->deviation_percent);
	enum status status = uncertainties(context, comparison);
	double bench = comparison->bench_uncertainty;
	double check = comparison->check_uncertainty;
	comparison->normalized_error =
		comparison->difference_percent / sqrt(bench * bench + check * check);
	return status;
}

static enum status record_check_of_bench(struct step_context *context,
					 const struct comparison *comparison, double limit_percent,
					 bool is_good)
{
	struct record_draft draft;

	entry_begin(context, &draft, "check_standard", 0);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_text(&draft, "instrument", context->lab->check_standard->name);
	record_draft_text(&draft, "certificate", context->lab->check_certificate->number);
	record_draft_text(&draft, "load", comparison->load.text);
	record_draft_integer(&draft, "runs", comparison->count);
	record_draft_number(&draft, "difference_percent", comparison->difference_percent);
	record_draft_number(&draft, "deviation_percent", comparison->deviation_percent);
	record_draft_number(&draft, "limit_percent", limit_percent);
	record_draft_number(&draft, "bench_uncertainty_percent", comparison->bench_uncertainty);
	record_draft_number(&draft, "check_uncertainty_percent", comparison->check_uncertainty);
	record_draft_number(&draft, "normalized_error", comparison->normalized_error);
	record_draft_flag(&draft, "is_good", is_good);
	return entry_add(context, &draft);
}

/* Where the step serves a requirement, the good bench is what every position needs for it. */
static enum status record_good(struct step_context *context, const struct comparison *comparison,
			       double limit_percent)
{
	const struct lab *lab = context->lab;
	char what[180], indicated[80], expected[80];
	enum status status = STATUS_OK;

	if (!context->requirement || !*context->requirement) {
		return STATUS_OK;
	}
	snprintf(what, sizeof(what), "bench against its check standard, %s", comparison->load.text);
	snprintf(indicated, sizeof(indicated), "%+.4f %%, E_n = %+.2f",
		 comparison->difference_percent, comparison->normalized_error);
	snprintf(expected, sizeof(expected), "within %.4g %%, E_n within 1", limit_percent);
	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status = record_check(context, &(struct check){.index = i,
							       .test = "check_standard",
							       .what = what,
							       .indicated = indicated,
							       .expected = expected,
							       .is_seen = true,
							       .seen = CONFORMS});
	}
	return status;
}

/* Void is no verdict on the meter: those results are taken back from the counts. */
static enum status record_void(struct step_context *context, int64_t first, const char *reason)
{
	struct record_draft draft;

	if (first > context->tally->results) {
		return STATUS_OK;
	}
	entry_begin(context, &draft, "void", 0);
	record_draft_integer(&draft, "from_result", first);
	record_draft_integer(&draft, "to_result", context->tally->results);
	record_draft_text(&draft, "reason", reason);
	return entry_add(context, &draft);
}

static enum status fail_bench(struct step_context *context, const struct comparison *comparison,
			      double limit_percent)
{
	int64_t first = tally_void(context->tally);
	char reason[400], results[80] = "no result was taken since the last good check";

	if (first <= context->tally->results) {
		snprintf(results, sizeof(results),
			 "results %lld to %lld, since the last good check, are void",
			 (long long)first, (long long)context->tally->results);
	}
	snprintf(
		reason, sizeof(reason),
		"check standard %s at %s: the bench departs by %+.4f %% (within %.4g %% is asked), "
		"E_n = %+.2f (within 1); %s; do not use this bench before the cause is found",
		context->lab->check_standard->name, comparison->load.text,
		comparison->difference_percent, limit_percent, comparison->normalized_error,
		results);
	enum status status = record_void(context, first, reason);
	return status ? status : status_fail(STATUS_PROTOCOL, "%s", reason);
}

static enum status check_standard_run(struct step_context *context,
				      const struct step_argument *arguments)
{
	struct comparison comparison = {.count = 0};
	double limit = arguments[LIMIT].number;
	enum status status = verb_load_from_arguments(context, arguments, &comparison.load);

	if (!status) {
		status = certified_check(context, &comparison.load, &comparison.certified);
	}
	if (!status) {
		status = measure_all(context, arguments[MINIMUM_TIME].number, &comparison,
				     (int)arguments[RUNS].number);
	}
	if (!status) {
		status = evaluate(context, &comparison);
	}
	if (status) {
		return status;
	}
	bool is_good = fabs(comparison.difference_percent) <= limit &&
		       fabs(comparison.normalized_error) <= 1;
	status = record_check_of_bench(context, &comparison, limit, is_good);
	if (status || !is_good) {
		return status ? status : fail_bench(context, &comparison, limit);
	}
	status = record_good(context, &comparison, limit);
	tally_mark_good(context->tally, clock_utc_seconds(context->lab->clock));
	return status;
}

const struct step_verb verb_check_standard = {
	.name = "check_standard",
	.purpose =
		"the bench against a certified second standard; on failure the results since the "
		"last good check are void",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"runs", PARAMETER_INTEGER, NULL, 2, RUNS_OF_A_CHECK, "3",
			 "doses of energy that both standards measure"},
			{"minimum_time", PARAMETER_QUANTITY, "s", 1, 3600, "30 s",
			 "duration of one dose"},
			{"limit", PARAMETER_QUANTITY, "%", 0.001, 5, "0.1 %",
			 "the most that the bench may depart (EL-ENG-12-01 6.1.2.5)"},
		},
	.check = check_standard_check,
	.run = check_standard_run,
};

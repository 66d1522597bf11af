/*
 * From a number to a judged result: the budget's parts that come from the standard, the entries
 * `result`, `contribution`, `judgement`, and the tally.
 */
#ifndef PROCEDURES_VERBS_RESULT_H
#define PROCEDURES_VERBS_RESULT_H

#include "procedures/verbs/verb_support.h"
#include "reference_source/uncertainty.h"

struct measured {
	int index;	       /* of the position */
	const char *test;      /* "load_performance", "register" */
	const char *direction; /* "delivered", "received", "net" */
	const struct verb_load *load;
	int runs;
	bool has_deviation;
	double error_percent, deviation_percent;
	struct uncertainty_budget budget;
	const char *remark; /* joined to the reason; may be NULL */
	bool is_wrong;	    /* something that no uncertainty excuses; the remark says what */
	/* A requirement and limit of the result's own instead of the step's and the limits file's;
	 * may be NULL. */
	const char *requirement;
	const struct limit *limit;
};

/* Calibration, drift since calibration (on the clock's day) and interpolation of the standard. */
enum status budget_add_standard(const struct step_context *context, const struct verb_load *load,
				struct uncertainty_budget *budget);
/* One count of the standard in `watt_hours`. */
void budget_add_counting(struct uncertainty_budget *budget, double resolution_watt_hours,
			 double watt_hours);

/* What the limit and the interval rule say; NOT_EVALUATED where there is no row. */
enum conformity judge(const struct step_context *context, const struct measured *measured,
		      struct limit *limit, struct combined_uncertainty *combined);

/* Judges, adds the entries and counts. */
enum status record_result(struct step_context *context, const struct measured *measured);

#endif

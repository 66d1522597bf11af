/*
 * From a number to a judged result: the entries `result`, `contribution`, `judgement`, and the
 * tally. Four kinds: an error in per cent, a shift of it, a value in a unit of its own, a check
 * without uncertainty. Each carries all that judging it again needs.
 */
#ifndef PROCEDURES_VERBS_RESULT_H
#define PROCEDURES_VERBS_RESULT_H

#include "procedures/judgement.h"
#include "procedures/shift.h"
#include "procedures/verbs/verb_support.h"

/* ---- an error of indication ---- */

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

/* What the judgement would be, without recording anything. */
enum status judge_measured(const struct step_context *context, const struct measured *measured,
			   struct judgement *judgement);

/* Judges, adds the entries and counts. */
enum status record_result(struct step_context *context, const struct measured *measured);

/* ---- a shift between two conditions: the standard's calibration cancels ---- */

/* Kept by the verb, one per position: the load, when it was measured, and the runs. */
struct measured_condition {
	struct verb_load load;
	struct instant at;
	double balance_left_percent; /* voltage_balance.h */
	struct shift_condition runs;
};

/* Right after measure_in_two_stages (or measure_by_pulses): keeps what the position's runs at
 * `load` gave. */
void condition_keep(const struct step_context *context, const struct verb_load *load, int index,
		    struct measured_condition *condition);

struct measured_shift {
	int index;
	const char *test;      /* "voltage_variation", "phase_sequence" ... */
	const char *direction; /* of both */
	const struct measured_condition *reference, *changed;
	/* What the change does to the standard, INFLUENCE_NONE where it stays outside (the meter's
	 * own temperature, self-heating). */
	enum standard_influence influence;
	const char *remark; /* may be NULL, as the two below */
	const char *requirement;
	const struct limit *limit;
};

/* The shift and its correlated budget, without recording. */
double measured_shift_budget(const struct step_context *context, const struct measured_shift *shift,
			     struct uncertainty_budget *budget);
/* What the judgement would be, without recording anything. */
enum status judge_shift(const struct step_context *context, const struct measured_shift *shift,
			struct judgement *judgement);
enum status record_shift(struct step_context *context, const struct measured_shift *shift);

/* ---- a value in a unit of its own: "s", "Wh", "W", "VA", "counts", "percent/K" ---- */

struct measured_value {
	int index;
	const char *test;
	const char *what;	      /* "clock against reference, with supply" */
	const struct verb_load *load; /* may be NULL */
	const char *direction;	      /* may be NULL */
	double value;
	const char *unit;
	int runs;			  /* 0: does not apply */
	struct uncertainty_budget budget; /* in the unit; empty: exact */
	const char *remark;		  /* may be NULL */
	bool is_wrong;
	const char *requirement;   /* NULL: the step's */
	const struct limit *limit; /* NULL: the limits file's row for the test, in the same unit */
};

enum status record_value(struct step_context *context, const struct measured_value *value);

/* ---- a check: equal or not, seen or not ---- */

struct check {
	int index;
	const char *test;
	const char *what; /* "display item 4", "table 3 after a cold start with the seal closed" */
	const char *indicated; /* what the meter showed, or what a person saw */
	const char *expected;  /* equal to `indicated` or not: that decides */
	/* Not a comparison of texts but what somebody or the verb found; then `is_seen`, and
	 * `expected` may be NULL. */
	bool is_seen;
	enum conformity seen;
	const char *remark;	 /* may be NULL */
	const char *requirement; /* NULL: the step's */
	/* Document, clause, provenance of what is expected; the figure is not used. May be NULL. */
	const struct limit *basis;
};

enum status record_check(struct step_context *context, const struct check *check);

#endif

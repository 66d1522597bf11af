/*
 * Two and a half elements leave out what three voltages carry that do not sum to zero: 0.02 degrees
 * of the source are 0.02 % of the meter's error, turned round with the phase sequence. So for these
 * forms the source's voltages are trimmed by what the standard reads, and what is left enters the
 * budget. Other forms are not touched.
 */
#ifndef PROCEDURES_VERBS_VOLTAGE_BALANCE_H
#define PROCEDURES_VERBS_VOLTAGE_BALANCE_H

#include "procedures/verbs/verb_support.h"
#include "reference_source/uncertainty.h"

/* lab_apply or lab_prepare_dose. */
typedef enum status apply_function(struct lab *lab, const struct three_phase *load,
				   const struct lab_limits *ceiling);

/* Gives the source the load with the voltages as trimmed so far. */
enum status balance_apply(struct step_context *context, const struct verb_load *load,
			  apply_function *apply);

/* With the voltages there and settled: reads them, trims and applies once more where the form asks
 * for it, at most twice. */
enum status balance_voltages(struct step_context *context, const struct verb_load *load,
			     apply_function *apply);

/* What the voltages of the load that was applied last may have left, half width, per cent of the
 * reading; 0 for other forms. */
double balance_left_percent(const struct step_context *context, const struct verb_load *load);
/* The line `voltage_balance` of a budget; none for other forms. */
void budget_add_balance(const struct step_context *context, const struct verb_load *load,
			struct uncertainty_budget *budget);

#endif

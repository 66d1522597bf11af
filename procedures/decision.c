/* The rules, the order of severity, and the words for both axes. */
#include "procedures/decision.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const conformity_names[] = {
	[CONFORMS] = "conforms",
	[NOT_EVALUATED] = "not evaluated",
	[INCONCLUSIVE] = "inconclusive",
	[DOES_NOT_CONFORM] = "does not conform",
};

static const char *const run_state_names[] = {
	[RUN_COMPLETE] = "complete",
	[RUN_ABORTED] = "aborted",
	[RUN_BENCH_FAULT] = "bench fault",
};

static bool is_wholly_inside(const struct decision_question *question)
{
	return question->value + question->expanded_uncertainty <= question->upper &&
	       question->value - question->expanded_uncertainty >= question->lower;
}

static bool is_wholly_outside(const struct decision_question *question)
{
	return question->value - question->expanded_uncertainty > question->upper ||
	       question->value + question->expanded_uncertainty < question->lower;
}

static bool is_inside_less(const struct decision_question *question, double guard)
{
	return question->value <= question->upper - guard &&
	       question->value >= question->lower + guard;
}

static enum conformity decide_by_rule(const struct decision_rule *rule,
				      const struct decision_question *question)
{
	double guard = rule->guard_factor * question->expanded_uncertainty;

	switch (rule->kind) {
	case RULE_SIMPLE:
		return is_inside_less(question, 0) ? CONFORMS : DOES_NOT_CONFORM;
	case RULE_GUARDED:
		return is_inside_less(question, guard) ? CONFORMS : DOES_NOT_CONFORM;
	case RULE_INTERVAL:
		break;
	}
	if (is_wholly_inside(question)) {
		return CONFORMS;
	}
	return is_wholly_outside(question) ? DOES_NOT_CONFORM : INCONCLUSIVE;
}

enum conformity decide(const struct decision_rule *rule, const struct decision_question *question)
{
	if (!isfinite(question->value) || !isfinite(question->lower) ||
	    !isfinite(question->upper) || !isfinite(question->expanded_uncertainty) ||
	    question->expanded_uncertainty < 0) {
		return NOT_EVALUATED;
	}
	if (rule->ratio_fails && ratio_is_too_small(rule, question) &&
	    !is_wholly_outside(question)) {
		return INCONCLUSIVE;
	}
	return decide_by_rule(rule, question);
}

double test_uncertainty_ratio(const struct decision_question *question)
{
	return (question->upper - question->lower) / 2 / question->expanded_uncertainty;
}

/* A product, so that an exact comparison (U = 0) is never too coarse, whatever the limit. */
bool ratio_is_too_small(const struct decision_rule *rule, const struct decision_question *question)
{
	return (question->upper - question->lower) / 2 <
	       rule->minimum_ratio * question->expanded_uncertainty;
}

const char *decision_rule_text(const struct decision_rule *rule, char *text, size_t size)
{
	switch (rule->kind) {
	case RULE_SIMPLE:
		snprintf(text, size, "simple acceptance (JCGM 106)");
		break;
	case RULE_GUARDED:
		snprintf(text, size, "guarded acceptance, guard band %.3g U (JCGM 106)",
			 rule->guard_factor);
		break;
	case RULE_INTERVAL:
		snprintf(text, size, "interval rule (ISO 10576-1)");
		break;
	}
	return text;
}

enum conformity decide_interval_rule(double error_percent, double expanded_uncertainty_percent,
				     double limit_percent)
{
	static const struct decision_rule rule = {.kind = RULE_INTERVAL};
	struct decision_question question = {error_percent, expanded_uncertainty_percent,
					     -limit_percent, limit_percent};

	return decide(&rule, &question);
}

enum conformity conformity_worst(enum conformity a, enum conformity b)
{
	return a > b ? a : b;
}

const char *conformity_name(enum conformity conformity)
{
	return conformity_names[conformity];
}

enum conformity conformity_from_name(const char *name)
{
	for (size_t i = 0; i < sizeof(conformity_names) / sizeof(conformity_names[0]); i++) {
		if (!strcmp(conformity_names[i], name)) {
			return (enum conformity)i;
		}
	}
	return NOT_EVALUATED;
}

const char *run_state_name(enum run_state state)
{
	return run_state_names[state];
}

int exit_status_of(enum conformity worst, enum run_state state)
{
	if (worst == DOES_NOT_CONFORM) {
		return 1;
	}
	if (state != RUN_COMPLETE) {
		return 4;
	}
	return worst == CONFORMS ? 0 : 3;
}

/* The rules, the order of severity, and the words for both axes. */
#include "procedures/decision.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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

enum status decision_rule_parse(const char *words, struct decision_rule *rule)
{
	char *end = "";
	double factor = 1;

	if (!strncmp(words, "guarded ", 8)) {
		factor = strtod(words + 8, &end);
		if (!(factor > 0 && factor <= 5) || *end) {
			return status_fail(STATUS_BAD_INPUT,
					   "rule \"%s\": a factor above 0 and up to 5 is expected, "
					   "the guard band as a share of U: \"guarded 0.8\"",
					   words);
		}
	}
	if (!strcmp(words, "interval") || !strcmp(words, "simple")) {
		rule->kind = *words == 's' ? RULE_SIMPLE : RULE_INTERVAL;
		rule->guard_factor = 0;
		return STATUS_OK;
	}
	if (strncmp(words, "guarded", 7) != 0 || (words[7] && words[7] != ' ')) {
		return status_fail(
			STATUS_BAD_INPUT,
			"rule \"%s\": interval, simple, guarded or guarded FACTOR is expected",
			words);
	}
	rule->kind = RULE_GUARDED;
	rule->guard_factor = factor;
	return STATUS_OK;
}

const char *decision_rule_words(const struct decision_rule *rule, char *text, size_t size)
{
	static const char *const kinds[] = {
		[RULE_INTERVAL] = "interval", [RULE_SIMPLE] = "simple", [RULE_GUARDED] = "guarded"};

	if (rule->kind == RULE_GUARDED) {
		snprintf(text, size, "guarded %.6g", rule->guard_factor);
	} else {
		snprintf(text, size, "%s", kinds[rule->kind]);
	}
	return text;
}

const char *decision_rule_sentence(const struct decision_rule *rule, char *text, size_t size)
{
	int used = 0;

	switch (rule->kind) {
	case RULE_INTERVAL:
		used = snprintf(
			text, size,
			"interval rule (ISO 10576-1): a result conforms only if its whole "
			"interval, value and expanded uncertainty U (95 %%), lies within the "
			"limits, does not conform only if it lies wholly outside, and is "
			"inconclusive otherwise; an inconclusive point is measured once "
			"more, pooled, and then final");
		break;
	case RULE_SIMPLE:
		used = snprintf(text, size,
				"simple acceptance (JCGM 106): a result conforms if its value lies "
				"within the limits; the risk that U brings is shared");
		break;
	case RULE_GUARDED:
		used = snprintf(
			text, size,
			"guarded acceptance (JCGM 106): a result conforms if its value lies "
			"within the limits less a guard band of %.6g times U (95 %%), "
			"otherwise it does not",
			rule->guard_factor);
		break;
	}
	if (rule->minimum_ratio > 0 && (size_t)used < size) {
		snprintf(text + used, size - (size_t)used,
			 "; where the test uncertainty ratio (limit by U) is below %.3g %s",
			 rule->minimum_ratio,
			 rule->ratio_fails ? "nothing is accepted" : "the result is marked");
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

enum run_state run_state_from_name(const char *name)
{
	for (int state = RUN_COMPLETE; state < RUN_BENCH_FAULT; state++) {
		if (!strcmp(run_state_names[state], name)) {
			return (enum run_state)state;
		}
	}
	return RUN_BENCH_FAULT;
}

void tally_count(struct run_tally *tally, bool is_informative, enum conformity outcome)
{
	int64_t *const counters[] = {
		[CONFORMS] = &tally->conforms,
		[NOT_EVALUATED] = &tally->not_evaluated,
		[INCONCLUSIVE] = &tally->inconclusive,
		[DOES_NOT_CONFORM] = &tally->does_not_conform,
	};

	if (is_informative) {
		tally->informative++;
		return;
	}
	++*counters[outcome];
	tally->worst = conformity_worst(tally->worst, outcome);
}

void tally_mark_good(struct run_tally *tally, int64_t utc_seconds)
{
	tally->good = (struct outcome_counts){
		.results = tally->results,
		.conforms = tally->conforms,
		.not_evaluated = tally->not_evaluated,
		.inconclusive = tally->inconclusive,
		.does_not_conform = tally->does_not_conform,
		.informative = tally->informative,
		.worst = tally->worst,
		.judged_count = tally->judged_count,
	};
	tally->checked_utc_seconds = utc_seconds;
}

int64_t tally_void(struct run_tally *tally)
{
	const struct outcome_counts *good = &tally->good;

	tally->voided += tally->results - good->results;
	tally->conforms = good->conforms;
	tally->not_evaluated = good->not_evaluated;
	tally->inconclusive = good->inconclusive;
	tally->does_not_conform = good->does_not_conform;
	tally->informative = good->informative;
	tally->worst = good->worst;
	tally->judged_count =
		good->judged_count < tally->judged_count ? good->judged_count : tally->judged_count;
	return good->results + 1;
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

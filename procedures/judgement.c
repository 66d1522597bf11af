/* Facts from the entry's texts, limit, decision, and the sentence that says it. */
#include "procedures/judgement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A result in per cent names its figures so; any other one has a unit of its own. */
struct figure_names {
	const char *limit, *lower, *standard, *expanded;
};

static const struct figure_names percent_names = {"limit_percent", "limit_lower_percent",
						  "standard_uncertainty_percent",
						  "expanded_uncertainty_percent"};
static const struct figure_names unit_names = {"limit", "limit_lower", "standard_uncertainty",
					       "expanded_uncertainty"};

static const char *text_of(const struct record_entry *entry, const char *name)
{
	const char *text = record_text(entry, name);

	return text ? text : "";
}

static bool is_kind(const struct record_entry *result, const char *kind)
{
	return !strcmp(text_of(result, "kind"), kind);
}

static bool is_percent(const struct record_entry *result)
{
	return !strcmp(text_of(result, "unit"), "percent");
}

static const struct figure_names *names_of(const struct record_entry *result)
{
	return is_percent(result) ? &percent_names : &unit_names;
}

static double value_of(const struct record_entry *result)
{
	return record_number(result, is_kind(result, "value") ? "value" : "error_percent");
}

void decision_rule_write(const struct decision_rule *rule, struct record_draft *draft)
{
	char text[600];

	record_draft_text(draft, "decision_rule", decision_rule_sentence(rule, text, sizeof(text)));
	record_draft_text(draft, "rule", decision_rule_words(rule, text, sizeof(text)));
	record_draft_number(draft, "minimum_ratio", rule->minimum_ratio);
	record_draft_flag(draft, "ratio_fails", rule->ratio_fails);
}

enum status decision_rule_read(const struct record_entry *entry, struct decision_rule *rule)
{
	*rule = (struct decision_rule){.minimum_ratio = record_number(entry, "minimum_ratio"),
				       .ratio_fails = record_flag(entry, "ratio_fails")};
	return decision_rule_parse(text_of(entry, "rule"), rule);
}

enum status budget_read_line(const struct record_entry *contribution,
			     struct uncertainty_budget *budget)
{
	const char *degrees = record_text(contribution, "degrees_of_freedom");
	const char *percent = record_text(contribution, percent_names.standard);
	const char *standard = percent ? percent : record_text(contribution, unit_names.standard);

	if (!degrees || !standard || budget->count == UNCERTAINTY_CONTRIBUTIONS) {
		return status_fail(STATUS_BAD_INPUT,
				   "record: entry %lld is no readable line of a budget of up to %d",
				   (long long)contribution->number, UNCERTAINTY_CONTRIBUTIONS);
	}
	double freedom = strcmp(degrees, "infinite") != 0 ? strtod(degrees, NULL)
							  : INFINITE_DEGREES_OF_FREEDOM;
	budget->contributions[budget->count++] = (struct contribution){
		.name = text_of(contribution, "name"),
		.standard_uncertainty = strtod(standard, NULL),
		.sensitivity = record_number(contribution, "sensitivity"),
		.degrees_of_freedom = freedom,
	};
	return STATUS_OK;
}

/* A comparison of whole numbers has no uncertainty at all. */
static struct combined_uncertainty combine(const struct uncertainty_budget *budget)
{
	if (!budget->count) {
		return (struct combined_uncertainty){
			.effective_degrees_of_freedom = INFINITE_DEGREES_OF_FREEDOM,
			.coverage_factor = student_t95(INFINITE_DEGREES_OF_FREEDOM),
		};
	}
	return budget_combine(budget);
}

static void read_own_limit(const struct record_entry *result, struct limit *limit)
{
	*limit = (struct limit){.has_row = *text_of(result, "own_limit")};
	limit->limit_percent = record_number(result, "own_limit");
	limit->has_lower = *text_of(result, "own_limit_lower");
	limit->lower = record_number(result, "own_limit_lower");
	snprintf(limit->unit, sizeof(limit->unit), "%s", text_of(result, "unit"));
	snprintf(limit->document, sizeof(limit->document), "%s",
		 text_of(result, "own_limit_document"));
	snprintf(limit->clause, sizeof(limit->clause), "%s", text_of(result, "own_limit_clause"));
	snprintf(limit->note, sizeof(limit->note), "%s", text_of(result, "own_limit_note"));
	provenance_from_name(text_of(result, "own_limit_provenance"), &limit->provenance);
}

/* The ratio of a quantity in the changed condition to that in the reference condition; 0: no shift.
 */
static void ratios_of(const struct record_entry *result, const struct load_point *changed,
		      struct limit_question *question)
{
	struct load_point reference;
	const char *load = text_of(result, "reference_load");

	if (*load && !load_point_parse(load, &reference)) {
		question->volts_ratio = changed->volts / reference.volts;
		question->hertz_ratio = changed->hertz / reference.hertz;
	}
}

/* The result's own limit, otherwise the row of the limits for its test and load. */
static enum status find_limit(const struct record_entry *result, const struct limit_set *limits,
			      struct limit *limit)
{
	struct load_point point = {.single_element = -1, .power_factor = 1};
	const char *load = text_of(result, "load");

	if (record_text(result, "own_limit") || is_kind(result, "check")) {
		read_own_limit(result, limit);
		return STATUS_OK;
	}
	if (*load && load_point_parse(load, &point)) {
		return status_prefix(STATUS_BAD_INPUT,
				     "record: result %s: ", text_of(result, "result"));
	}
	struct limit_question question = {
		.test = text_of(result, "test"),
		.amperes = record_number(result, "amperes"),
		.maximum_amperes = record_number(result, "maximum_amperes"),
		.power_factor = point.power_factor,
		.side = point.side,
		.is_single_element = point.single_element >= 0,
		.volts = record_number(result, "volts"),
		.elements = (int)record_integer(result, "elements"),
	};
	ratios_of(result, &point, &question);
	limit_find(limits, &question, limit);
	const char *unit = *limit->unit ? limit->unit : "percent";
	if (limit->has_row && strcmp(unit, text_of(result, "unit")) != 0) {
		return status_fail(STATUS_BAD_INPUT,
				   "limits: the row for %s (%s, %s) is given in %s, the result in "
				   "%s; correct the row",
				   text_of(result, "test"), limit->document, limit->clause, unit,
				   text_of(result, "unit"));
	}
	return STATUS_OK;
}

static struct decision_question question_of(const struct record_entry *result,
					    const struct judgement *judgement)
{
	const struct limit *limit = &judgement->limit;

	return (struct decision_question){
		.value = value_of(result),
		.expanded_uncertainty = judgement->combined.expanded_uncertainty,
		.lower = limit->has_lower ? limit->lower : -limit->limit_percent,
		.upper = limit->limit_percent,
	};
}

/* Two texts that have to be equal, or what somebody saw. */
static enum conformity decide_check(const struct record_entry *result)
{
	const char *seen = text_of(result, "seen");

	if (*seen) {
		return conformity_from_name(seen);
	}
	return !strcmp(text_of(result, "indicated"), text_of(result, "expected"))
		       ? CONFORMS
		       : DOES_NOT_CONFORM;
}

static enum conformity decide_result(const struct record_entry *result,
				     const struct judgement *judgement)
{
	struct decision_question question = question_of(result, judgement);

	if (record_flag(result, "is_wrong")) {
		return DOES_NOT_CONFORM;
	}
	if (is_kind(result, "check")) {
		return decide_check(result);
	}
	return judgement->limit.has_row ? decide(&judgement->rule, &question) : NOT_EVALUATED;
}

/* "±0.2 %", "-100 % to 10 %"; returns `text`. */
static const char *limit_text(const struct limit *limit, const char *unit, char *text, size_t size)
{
	if (limit->has_lower) {
		snprintf(text, size, "%.4g %s to %.4g %s", limit->lower, unit, limit->limit_percent,
			 unit);
	} else {
		snprintf(text, size, "\302\261%.4g %s", limit->limit_percent, unit);
	}
	return text;
}

static const char *where_text(const struct judgement *judgement)
{
	static const char *const interval[] = {
		[CONFORMS] = "lies wholly within",
		[NOT_EVALUATED] = "is not compared with",
		[INCONCLUSIVE] = "lies partly outside",
		[DOES_NOT_CONFORM] = "lies wholly outside",
	};
	static const char *const value[] = {
		[CONFORMS] = "is accepted within",
		[NOT_EVALUATED] = "is not compared with",
		[INCONCLUSIVE] = "is not decided against",
		[DOES_NOT_CONFORM] = "is not accepted within",
	};

	return (judgement->rule.kind == RULE_INTERVAL ? interval : value)[judgement->outcome];
}

static void explain_ratio(const struct judgement *judgement,
			  const struct decision_question *question, char *text, size_t size)
{
	text[0] = '\0';
	if (judgement->limit.has_row && ratio_is_too_small(&judgement->rule, question)) {
		snprintf(text, size,
			 "; test uncertainty ratio %.2f, below the programme's minimum of %.3g%s",
			 test_uncertainty_ratio(question), judgement->rule.minimum_ratio,
			 judgement->rule.ratio_fails ? ", so nothing is accepted on it" : "");
	}
}

static void explain_interval(const struct record_entry *result, struct judgement *judgement)
{
	struct decision_question question = question_of(result, judgement);
	const char *unit = is_percent(result) ? "%" : text_of(result, "unit");
	int digits = is_percent(result) ? 4 : 6;
	char *text = judgement->reason;
	size_t size = sizeof(judgement->reason);
	char limit[80], ratio[160];
	const char *remark = text_of(result, "remark");
	const char *join = *remark ? "; " : "";
	size_t used;

	used = (size_t)snprintf(text, size,
				is_percent(result) ? "the interval %.*f %s \302\261 %.*f %s"
						   : "the interval %.*g %s \302\261 %.*g %s",
				digits, question.value, unit, digits, question.expanded_uncertainty,
				unit);
	explain_ratio(judgement, &question, ratio, sizeof(ratio));
	if (judgement->limit.has_row) {
		snprintf(text + used, size - used, " %s %s%s%s%s", where_text(judgement),
			 limit_text(&judgement->limit, unit, limit, sizeof(limit)), ratio, join,
			 remark);
	} else if (judgement->limit.is_to_be_entered) {
		snprintf(text + used, size - used,
			 "; the figure is to be entered by the laboratory from %s, %s%s%s",
			 judgement->limit.document, judgement->limit.clause, join, remark);
	} else {
		snprintf(text + used, size - used, "; the limits have no row for this point%s%s",
			 join, remark);
	}
}

static void explain_check(const struct record_entry *result, struct judgement *judgement)
{
	const char *remark = text_of(result, "remark");
	const char *expected = text_of(result, "expected");

	snprintf(judgement->reason, sizeof(judgement->reason), "%s \"%.200s\"%s%.200s%s%s%.160s",
		 *text_of(result, "seen") ? "seen:" : "indicated:", text_of(result, "indicated"),
		 *expected ? ", expected: \"" : "", expected, *expected ? "\"" : "",
		 *remark ? "; " : "", remark);
}

static void explain(const struct record_entry *result, struct judgement *judgement)
{
	if (record_flag(result, "is_wrong")) {
		snprintf(judgement->reason, sizeof(judgement->reason), "%s",
			 text_of(result, "remark"));
	} else if (is_kind(result, "check")) {
		explain_check(result, judgement);
	} else {
		explain_interval(result, judgement);
	}
}

static bool is_complete(const struct record_entry *result)
{
	return record_text(result, "kind") && record_text(result, "test") &&
	       record_text(result, "is_informative") && record_text(result, "is_wrong") &&
	       record_text(result, "unit");
}

enum status judge_result(const struct record_entry *result, const struct uncertainty_budget *budget,
			 const struct limit_set *limits, const struct decision_rule *rule,
			 struct judgement *judgement)
{
	if (!is_complete(result)) {
		return status_fail(STATUS_BAD_INPUT,
				   "record: result %s does not hold what judging needs; an older "
				   "program wrote it",
				   text_of(result, "result"));
	}
	*judgement = (struct judgement){.rule = *rule, .combined = combine(budget)};
	enum status status = find_limit(result, limits, &judgement->limit);
	if (status) {
		return status;
	}
	judgement->outcome = decide_result(result, judgement);
	judgement->is_informative =
		record_flag(result, "is_informative") ||
		(!judgement->limit.has_row && !judgement->limit.is_to_be_entered &&
		 !is_kind(result, "check") && !record_flag(result, "is_wrong"));
	explain(result, judgement);
	return STATUS_OK;
}

static void write_limit(const struct judgement *judgement, const struct figure_names *names,
			struct record_draft *draft)
{
	const struct limit *limit = &judgement->limit;

	if (limit->has_row) {
		record_draft_number(draft, names->limit, limit->limit_percent);
	} else {
		record_draft_text(draft, names->limit, "");
	}
	if (limit->has_lower) {
		record_draft_number(draft, names->lower, limit->lower);
	}
	record_draft_text(draft, "limit_document", limit->document);
	record_draft_text(draft, "limit_clause", limit->clause);
	record_draft_text(draft, "limit_provenance",
			  *limit->document && !limit->is_to_be_entered
				  ? provenance_name(limit->provenance)
				  : "");
	record_draft_text(draft, "limit_note", limit->note);
}

static void write_uncertainty(const struct record_entry *result, const struct judgement *judgement,
			      const struct figure_names *names, struct record_draft *draft)
{
	const struct combined_uncertainty *combined = &judgement->combined;
	struct decision_question question = question_of(result, judgement);
	double degrees = combined->effective_degrees_of_freedom;

	record_draft_number(draft, names->standard, combined->standard_uncertainty);
	record_draft_number(draft, "effective_degrees_of_freedom",
			    degrees < INFINITE_DEGREES_OF_FREEDOM / 2 ? degrees : INFINITY);
	record_draft_number(draft, "coverage_factor", combined->coverage_factor);
	record_draft_number(draft, names->expanded, combined->expanded_uncertainty);
	if (judgement->limit.has_row && question.expanded_uncertainty > 0) {
		record_draft_number(draft, "test_uncertainty_ratio",
				    test_uncertainty_ratio(&question));
	} else {
		record_draft_text(draft, "test_uncertainty_ratio", "");
	}
}

void judgement_write(const struct judgement *judgement, const struct record_entry *result,
		     struct record_draft *draft)
{
	const struct figure_names *names = names_of(result);
	char rule[96];

	record_draft_text(draft, "result", text_of(result, "result"));
	record_draft_text(draft, "requirement", text_of(result, "requirement"));
	record_draft_flag(draft, "is_informative", judgement->is_informative);
	write_limit(judgement, names, draft);
	record_draft_text(draft, "rule", decision_rule_text(&judgement->rule, rule, sizeof(rule)));
	write_uncertainty(result, judgement, names, draft);
	record_draft_text(draft, "outcome", conformity_name(judgement->outcome));
	record_draft_text(draft, "reason", judgement->reason);
}

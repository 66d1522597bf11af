/* Hand-written results that are no errors: a shift, values in seconds and watt-hours, checks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/example_record.h"

static struct record_draft draft;

/* "name=value" pairs, ended by NULL. */
static void add(struct run_record *record, const char *kind, const char *const *fields)
{
	record_draft_begin(&draft, kind);
	record_draft_text(&draft, "utc", "2026-01-06T09:00:00Z");
	for (; fields[0]; fields += 2) {
		record_draft_text(&draft, fields[0], fields[1]);
	}
	example_add(record, &draft);
}
#define ADD(record, kind, ...) add(record, kind, (const char *const[]){__VA_ARGS__, NULL, NULL})
#define RESULT(number, result_kind, test)                                                          \
	"result", number, "step", "9", "form", "16S", "position", "1", "kind", result_kind,        \
		"test", test
#define FACTS(unit)                                                                                \
	"unit", unit, "requirement", "R-1", "is_informative", "no", "is_wrong", "no", "remark", ""
#define BASIS(document, provenance)                                                                \
	"limit_document", document, "limit_clause", "7", "limit_provenance", provenance,           \
		"limit_note", "", "rule", "interval rule (ISO 10576-1)"

static void add_shift(struct run_record *record)
{
	ADD(record, "result", RESULT("9001", "shift", "phase_sequence"), "direction", "delivered",
	    "load", "3x120V 20A 1 60Hz CBA", "volts", "120", "amperes", "20", "percent_of_maximum",
	    "10", "maximum_amperes", "200", "power_factor", "1", "runs", "5", "reference_load",
	    "3x120V 20A 1 60Hz", "reference_runs", "5", "at_reference_percent", "0.0512",
	    "at_changed_percent", "0.0737", "influence_on_standard", "phase_sequence",
	    "error_percent", "0.0225", "deviation_percent", "", FACTS("percent"));
	ADD(record, "contribution", "result", "9001", "name", "reference_influence", "distribution",
	    "rectangular", "standard_uncertainty_percent", "0.00123", "sensitivity", "1",
	    "degrees_of_freedom", "infinite");
	ADD(record, "judgement", "result", "9001", "requirement", "R-1", "is_informative", "no",
	    "limit_percent", "0.05", BASIS("IEC 62053-22", "stand-in"),
	    "standard_uncertainty_percent", "0.00123", "effective_degrees_of_freedom", "infinite",
	    "coverage_factor", "1.959964", "expanded_uncertainty_percent", "0.002411",
	    "test_uncertainty_ratio", "20.7", "outcome", "conforms", "reason", "within");
}

static void add_values(struct run_record *record)
{
	ADD(record, "result", RESULT("9002", "value", "clock"), "direction", "", "what",
	    "clock after a day, with supply", "value", "0.7312", FACTS("s"));
	ADD(record, "contribution", "result", "9002", "name", "timing", "distribution",
	    "rectangular", "standard_uncertainty", "0.0577", "sensitivity", "1",
	    "degrees_of_freedom", "infinite");
	ADD(record, "judgement", "result", "9002", "requirement", "R-1", "is_informative", "no",
	    "limit", "0.5", BASIS("IEC 62054-21", "recalled"), "standard_uncertainty", "0.0577",
	    "effective_degrees_of_freedom", "infinite", "coverage_factor", "1.959964",
	    "expanded_uncertainty", "0.113", "test_uncertainty_ratio", "4.42", "outcome",
	    "does not conform", "reason", "outside");
	ADD(record, "result", RESULT("9003", "value", "clock"), "direction", "", "what",
	    "supply below rating", "value", "-42", FACTS("s"));
	ADD(record, "judgement", "result", "9003", "requirement", "R-1", "is_informative", "no",
	    "limit", "10", "limit_lower", "-100", BASIS("IEC 62053-22", "stand-in"),
	    "standard_uncertainty", "0", "effective_degrees_of_freedom", "infinite",
	    "coverage_factor", "1.959964", "expanded_uncertainty", "0", "test_uncertainty_ratio",
	    "", "outcome", "conforms", "reason", "within");
}

static void add_checks(struct run_record *record)
{
	ADD(record, "result", RESULT("9004", "check", "display"), "direction", "", "what",
	    "firmware version", "indicated", "05.35", "expected", "05.34", "seen", "", FACTS(""));
	ADD(record, "judgement", "result", "9004", "requirement", "R-1", "is_informative", "no",
	    "limit", "", BASIS("notice of approval", "read"), "outcome", "does not conform",
	    "reason", "indicated: \"05.35\", expected: \"05.34\"");
	ADD(record, "result", RESULT("9005", "check", "display"), "direction", "", "what",
	    "sealing points", "indicated", "two, diametrically opposite", "expected", "", "seen",
	    "conforms", FACTS(""));
	ADD(record, "judgement", "result", "9005", "requirement", "R-1", "is_informative", "no",
	    "limit", "", BASIS("notice of approval", "read"), "outcome", "conforms", "reason",
	    "seen: \"two, diametrically opposite\"");
}

void example_values(struct run_record *record)
{
	add_shift(record);
	add_values(record);
	add_checks(record);
}

/* Hand-written facts, in the order of procedures/RECORD.md. Plausible figures, invented here. */
#include "tests/support/example_record.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

static struct record_draft draft;
static int seconds; /* of the example's own clock */

void example_add(struct run_record *record, const struct record_draft *entry_draft)
{
	struct record_entry entry = {.number = (int64_t)record->count + 1,
				     .kind = entry_draft->kind,
				     .field_count = entry_draft->field_count,
				     .fields = (struct record_field *)entry_draft->fields};
	char zeros[65];

	memset(zeros, '0', 64);
	zeros[64] = '\0';
	record_entry_hash(&entry, record->count ? record->entries[record->count - 1].hash : zeros,
			  entry.hash);
	CU_ASSERT_EQUAL_FATAL(record_draft_check(entry_draft), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_record_append(record, entry.number, entry.kind, entry.fields,
						entry.field_count, entry.hash),
			      STATUS_OK);
}

static void begin(const char *kind)
{
	char utc[64];

	seconds += 7;
	snprintf(utc, sizeof(utc), "2026-01-05T%02d:%02d:%02dZ", 8 + seconds / 3600,
		 seconds / 60 % 60, seconds % 60);
	record_draft_begin(&draft, kind);
	record_draft_text(&draft, "utc", utc);
}

static void text(const char *name, const char *value)
{
	record_draft_text(&draft, name, value);
}

static void number(const char *name, double value)
{
	record_draft_number(&draft, name, value);
}

static void integer(const char *name, int64_t value)
{
	record_draft_integer(&draft, name, value);
}

static void add_run(struct run_record *record, const struct example_choice *choice)
{
	begin("run");
	text("program", "mcbench");
	text("program_version", "0.1.0");
	text("revision", "9f3c2a7d1e");
	integer("record_format", 1);
	text("programme", "procedures/programmes/load_performance.xml");
	text("programme_title", choice->programme_title
					? choice->programme_title
					: "Load performance and registers, all forms");
	text("device", "procedures/devices/focus_ax.xml");
	text("device_title", "FOCUS AX Polyphase, multi-function electricity meter");
	text("model", "FOCUS AX");
	text("forms", "9S 16S");
	integer("seed", 20260105);
	text("lab", choice->is_virtual ? "labs/virtual.xml" : "labs/example_laboratory.xml");
	record_draft_flag(&draft, "is_virtual", choice->is_virtual);
	text("decision_rule", "interval rule: conforms only if error ± U lies wholly inside the "
			      "limit, does not conform "
			      "only if it lies wholly outside, otherwise inconclusive");
	text("wanted_uncertainty_note", "expanded uncertainty at most one fifth of the limit");
	text("operator", choice->is_virtual ? "" : "Example Operator");
	example_add(record, &draft);
}

static void add_files(struct run_record *record)
{
	static const char *const files[][3] = {
		{"programme", "procedures/programmes/load_performance.xml", "3b"},
		{"procedure", "procedures/load_performance.xml", "a1"},
		{"procedure", "procedures/registers.xml", "77"},
		{"limits", "procedures/limits/provisional.xml", "c4"},
		{"device", "procedures/devices/focus_ax.xml", "0e"},
		{"lab", "labs/virtual.xml", "5d"},
		{"certificate", "labs/certificates/standard.xml", "91"},
		{"schema", "procedures/procedure.xsd", "e8"},
	};
	char hash[65];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		for (size_t j = 0; j < 32; j++) {
			memcpy(hash + 2 * j, files[i][2], 2);
		}
		hash[64] = '\0';
		begin("file");
		text("role", files[i][0]);
		text("name", files[i][1]);
		text("sha256", hash);
		example_add(record, &draft);
	}
}

static void add_instrument(struct run_record *record, const char *const facts[7], bool is_virtual)
{
	static const char *const names[] = {"id",    "driver", "roles",	 "maker",
					    "model", "serial", "version"};

	begin("instrument");
	for (size_t i = 0; i < 7; i++) {
		text(names[i], facts[i]);
	}
	text("resource_kind", is_virtual ? "VIRTUAL" : "ASRL");
	example_add(record, &draft);
}

static void add_certificate(struct run_record *record, const char *const facts[7], bool is_valid)
{
	static const char *const names[] = {"instrument", "number", "issuer",  "model",
					    "serial",	  "date",   "due_date"};

	begin("certificate");
	for (size_t i = 0; i < 7; i++) {
		text(names[i], facts[i]);
	}
	number("drift_percent_per_year", 0.004);
	record_draft_flag(&draft, "is_valid", is_valid);
	example_add(record, &draft);
}

static void add_equipment(struct run_record *record, bool is_virtual)
{
	static const char *const source[] = {
		"source", "power_source_example", "source", "Example Instruments", "PS-3", "1001",
		"2.14"};
	static const char *const standard[] = {"standard",
					       "reference_standard_example",
					       "standard, error calculator",
					       "Example Instruments",
					       "RS-30",
					       "2002",
					       "5.01"};
	static const char *const standard_certificate[] = {
		"standard",   "EX-2025-0417", "Example Calibration Service", "RS-30", "2002",
		"2025-04-17", "2026-04-17"};
	static const char *const thermometer_certificate[] = {
		"thermometer", "EX-2024-0090", "Example Calibration Service", "T-1", "3003",
		"2024-11-30",  "2025-11-30"};

	add_instrument(record, source, is_virtual);
	add_instrument(record, standard, is_virtual);
	add_certificate(record, standard_certificate, true);
	add_certificate(record, thermometer_certificate, false);
	begin("conditions");
	number("ambient_celsius", 23.4);
	text("source", "thermometer");
	example_add(record, &draft);
}

struct example_form {
	const char *name;
	const char *service;
	const char *elements;
	double maximum;
	double kh;
};

static void add_form(struct run_record *record, const struct example_form *form)
{
	begin("form_started");
	text("form", form->name);
	integer("position", 1);
	text("service", form->service);
	text("element_configuration", form->elements);
	number("volts", 120);
	text("current_range", form->maximum > 100 ? "self-contained" : "transformer-rated");
	number("class_amperes", form->maximum);
	example_add(record, &draft);
	begin("meter");
	text("form", form->name);
	integer("position", 1);
	text("manufacturer", "LGYR");
	text("model", "FOCUSAX");
	text("serial", "00012345");
	text("device_id", "EXAMPLE-0001");
	text("firmware", "1.4");
	text("hardware", "2.0");
	number("kh_watt_hours", form->kh);
	number("kt_watt_hours", form->kh);
	number("class_amperes", form->maximum);
	number("test_amperes", form->maximum > 100 ? 30 : 2.5);
	text("status", "ready");
	example_add(record, &draft);
}

static void add_step(struct run_record *record, const char *form, int step, const char *title,
		     const char *requirement)
{
	begin("step");
	integer("step", step);
	text("form", form);
	text("procedure", "load_performance");
	text("verb", "measure_error");
	text("title", title);
	text("requirement", requirement);
	text("requirement_text",
	     "The error of the meter stays within the limits over the range of load.");
	record_draft_flag(&draft, "is_informative", false);
	example_add(record, &draft);
}

static void add_adjustment(struct run_record *record, const char *form)
{
	static const char *const elements[] = {"A", "B", "C"};

	for (int i = 0; i < 3; i++) {
		begin("adjustment");
		text("form", form);
		integer("position", 1);
		text("element", elements[i]);
		integer("gain_ppb", -2300000 + 1170000 * i);
		integer("delay_ns", 1480 - 310 * i);
		number("as_found_percent_unity", 0.231 - 0.117 * i);
		number("as_found_percent_lagging", -0.402 + 0.09 * i);
		number("as_left_percent_unity", 0.0021 - 0.002 * i);
		number("as_left_percent_lagging", -0.0034 + 0.003 * i);
		example_add(record, &draft);
	}
}

struct example_result {
	int result;
	int step;
	const char *form;
	const char *test;
	const char *direction;
	double volts;
	double amperes;
	double maximum;
	const char *power_factor;
	double error;
	double limit; /* 0: the table has no row */
	bool is_informative;
};

static void add_contributions(struct run_record *record, const struct example_result *fact,
			      double combined[2])
{
	static const struct {
		const char *name;
		const char *distribution;
		double u;
		double freedom;
	} lines[] = {
		{"reference_calibration", "normal", 0.006, INFINITY},
		{"reference_drift", "rectangular", 0.0023, INFINITY},
		{"reference_interpolation", "rectangular", 0.0012, INFINITY},
		{"reference_counting", "triangular", 0.0004, INFINITY},
		{"pulse_edge", "rectangular", 0.0008, INFINITY},
		{"repeatability", "student", 0.0021, 4},
		{"source_stability", "normal", 0.001, INFINITY},
	};
	double sum = 0;
	double fourth = 0;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		double u = lines[i].u * (1 + 0.4 / (fact->amperes + 0.2));

		begin("contribution");
		integer("result", fact->result);
		text("name", lines[i].name);
		text("distribution", lines[i].distribution);
		number("standard_uncertainty_percent", u);
		number("sensitivity", 1);
		number("degrees_of_freedom", lines[i].freedom);
		example_add(record, &draft);
		sum += u * u;
		fourth += u * u * u * u / lines[i].freedom;
	}
	combined[0] = sqrt(sum);
	combined[1] = sum * sum / fourth;
}

static const char *outcome_of(const struct example_result *fact, double expanded)
{
	double error = fabs(fact->error);

	if (fact->limit == 0) {
		return "not evaluated";
	}
	if (error + expanded <= fact->limit) {
		return "conforms";
	}
	return error - expanded > fact->limit ? "does not conform" : "inconclusive";
}

static void add_judgement(struct run_record *record, const struct example_result *fact,
			  const double combined[2])
{
	double expanded = 1.97 * combined[0];

	begin("judgement");
	integer("result", fact->result);
	text("requirement", "R-LP-1");
	record_draft_flag(&draft, "is_informative", fact->is_informative);
	if (fact->limit > 0) {
		number("limit_percent", fact->limit);
	} else {
		text("limit_percent", "");
	}
	text("limit_document", "Example standard 1-2");
	text("limit_clause", "Table 4");
	text("limit_provenance", fact->amperes < 1 ? "recalled" : "stand-in");
	text("limit_note", "borrowed, not a Measurement Canada figure");
	text("rule", "interval");
	number("standard_uncertainty_percent", combined[0]);
	number("effective_degrees_of_freedom", combined[1]);
	number("coverage_factor", 1.97);
	number("expanded_uncertainty_percent", expanded);
	text("outcome", outcome_of(fact, expanded));
	text("reason", fact->limit > 0 ? "error and uncertainty against the limit"
				       : "the table has no row for this load");
	example_add(record, &draft);
}

static void add_result(struct run_record *record, const struct example_result *fact)
{
	double combined[2];
	char load[80];

	snprintf(load, sizeof(load), "3x%gV %gA %s 60Hz", fact->volts, fact->amperes,
		 fact->power_factor);
	begin("indication");
	integer("step", fact->step);
	text("form", fact->form);
	integer("position", 1);
	integer("run", 1);
	text("load", load);
	integer("pulses", 10);
	number("watt_hours_per_pulse", 1.8);
	number("reference_watt_hours", 18 / (1 + fact->error / 100));
	number("reference_resolution_watt_hours", 1e-6);
	number("reference_error_percent", 0.0031);
	number("error_percent", fact->error);
	number("cross_check_error_percent", fact->error + 0.0004);
	number("cross_check_resolution_percent", 0.001);
	number("seconds", 18.2);
	example_add(record, &draft);
	begin("result");
	integer("result", fact->result);
	integer("step", fact->step);
	text("form", fact->form);
	integer("position", 1);
	text("test", fact->test);
	text("direction", fact->direction);
	text("load", load);
	number("volts", fact->volts);
	number("amperes", fact->amperes);
	number("percent_of_maximum", 100 * fact->amperes / fact->maximum);
	text("power_factor", fact->power_factor);
	integer("runs", 5);
	number("error_percent", fact->error);
	number("deviation_percent", 0.0047);
	text("unit", "percent");
	example_add(record, &draft);
	add_contributions(record, fact, combined);
	add_judgement(record, fact, combined);
}

static double example_error(const struct example_result *fact, int current)
{
	double light_load = 0.06 / (fact->amperes + 0.3);
	double shape = 0.011 * ((current * 5) % 7) - 0.03;
	double angle = strcmp(fact->power_factor, "1") != 0
			       ? (fact->power_factor[3] == 'L' ? -0.09 : 0.05)
			       : 0;

	return light_load + shape + angle * (1 + fact->volts / 600);
}

static void add_loads(struct run_record *record, const struct example_form *form, int step,
		      int *result)
{
	static const double volts[] = {120, 240, 277};
	static const double percents[] = {1, 2.5, 5, 10, 25, 50, 75, 100};
	static const char *const factors[] = {"1", "0.5L", "0.8C"};

	for (int v = 0; v < 3; v++) {
		for (int f = 0; f < 3; f++) {
			for (int i = 0; i < 8; i++) {
				struct example_result fact = {
					.result = ++*result,
					.step = step,
					.form = form->name,
					.test = "load_performance",
					.direction = "delivered",
					.volts = volts[v],
					.amperes = form->maximum * percents[i] / 100,
					.maximum = form->maximum,
					.power_factor = factors[f],
					.limit = i == 0 ? (f ? 0 : 1.0) : (f ? 0.6 : 0.5),
					.is_informative = i == 0 && f,
				};
				fact.error = example_error(&fact, i);
				if (v == 2 && f == 1 && i >= 6) {
					fact.error =
						i == 7 ? -0.84
						       : -0.598; /* one fails, one is too close */
				}
				add_result(record, &fact);
			}
		}
	}
}

static void add_registers(struct run_record *record, const struct example_form *form, int step,
			  int *result)
{
	static const char *const directions[] = {"delivered", "received", "net"};

	for (int i = 0; i < 3; i++) {
		struct example_result fact = {
			.result = ++*result,
			.step = step,
			.form = form->name,
			.test = "register",
			.direction = directions[i],
			.volts = 120,
			.amperes = form->maximum,
			.maximum = form->maximum,
			.power_factor = "1",
			.error = 0.012 * (i + 1),
			.limit = 0.1,
		};

		for (int moment = 0; moment < 2; moment++) {
			begin("register_reading");
			integer("step", step);
			text("form", form->name);
			integer("position", 1);
			text("moment", moment ? "after" : "before");
			integer("delivered_counts", 1200345 + moment * 3600);
			integer("received_counts", 400 + moment * i);
			integer("net_counts", 1199945 + moment * (3600 - i));
			number("watt_hours_per_count", 1);
			example_add(record, &draft);
		}
		begin("dose");
		integer("step", step);
		text("form", form->name);
		integer("position", 1);
		text("load", "3x120V 20A 1 60Hz");
		number("asked_watt_hours", 3600);
		number("reference_watt_hours", 3599.87);
		number("reference_resolution_watt_hours", 1e-5);
		number("reference_error_percent", 0.0028);
		integer("pulses_counted", 2000);
		example_add(record, &draft);
		add_result(record, &fact);
	}
}

static void add_end(struct run_record *record, const struct example_choice *choice)
{
	if (choice->has_fault) {
		begin("fault");
		text("form", "16S");
		text("status", "no answer");
		text("text",
		     "standard example on VIRTUAL::standard: no reply to \"MEAS?\" within 2.0 s");
		example_add(record, &draft);
	}
	begin("safe_state");
	record_draft_flag(&draft, "source_off", true);
	text("confirmed_by", "standard");
	text("text", "0.0 V and 0.0 A on all phases");
	example_add(record, &draft);
	begin("end");
	text("state", choice->has_fault ? "bench fault" : "complete");
	text("verdict", "does not conform");
	integer("conforms", 134);
	integer("not_evaluated", 0);
	integer("inconclusive", 2);
	integer("does_not_conform", 2);
	integer("informative", 12);
	integer("exit_status", 1);
	example_add(record, &draft);
}

void example_record(struct run_record *record, const struct example_choice *choice)
{
	static const struct example_form forms[] = {
		{"9S", "4-wire wye", "3 elements", 20, 1.8},
		{"16S", "4-wire wye", "3 elements", 200, 21.6},
	};
	int result = 0;

	seconds = 0;
	run_record_init(record);
	add_run(record, choice);
	add_files(record);
	add_equipment(record, choice->is_virtual);
	for (int i = 0; i < 2; i++) {
		add_form(record, &forms[i]);
		begin("request");
		text("form", forms[i].name);
		text("text", "apply 3x120V 30A 1 60Hz");
		example_add(record, &draft);
		add_step(record, forms[i].name, 4 * i + 1, "Adjust", "");
		add_adjustment(record, forms[i].name);
		add_step(record, forms[i].name, 4 * i + 2, "Load performance", "R-LP-1");
		add_loads(record, &forms[i], 4 * i + 2, &result);
		add_step(record, forms[i].name, 4 * i + 3, "Registers", "R-RG-1");
		add_registers(record, &forms[i], 4 * i + 3, &result);
		begin("note");
		text("text", "The cover was closed; the meter had been energised for one hour.");
		example_add(record, &draft);
	}
	add_end(record, choice);
}

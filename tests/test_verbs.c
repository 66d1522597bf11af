/*
 * procedures/verbs and procedure_run on a laboratory in memory. Expected errors and budgets are
 * closed forms written here. The optical port's client is replaced by one that talks to the fake
 * meter: this file defines its functions.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/procedure.h"
#include "procedures/verbs/verb_support.h"
#include "tests/support/fake_lab.h"
#include "tests/support/step_files.h"
#include "tests/support/suite.h"

#define RADIANS (3.14159265358979323846 / 180)
#define NEAR(a, b) CU_ASSERT_DOUBLE_EQUAL(a, b, 1e-6)

static struct fake_lab fake;
static struct device_type device;
static struct limit_set *limits;
static struct run_tally tally;
static struct run_record record;
static char reason[768];
static char store_path[1200];

/* ---- the meter behind its optical port ---- */

static struct meter_identity identity;
static struct meter_adjustment adjustment;
static int64_t net_departure;
static int session_count, open_sessions;

enum status meter_client_open(struct port *port, struct meter_client **client)
{
	*client = (struct meter_client *)port;
	return STATUS_OK;
}

void meter_client_close(struct meter_client *client)
{
	(void)client;
}

static bool is_factory;
static bool is_mute; /* the optical port answers nothing, even with supply */

enum status meter_client_connect(struct meter_client *client, const char *password)
{
	(void)client;
	is_factory = !strcmp(password, "FACTORY");
	session_count++;
	open_sessions++;
	return fake.is_on && !is_mute ? STATUS_OK : status_fail(STATUS_TIMEOUT, "no answer");
}

enum status meter_client_disconnect(struct meter_client *client)
{
	(void)client;
	open_sessions--;
	return STATUS_OK;
}

enum status meter_client_read_identity(struct meter_client *client, struct meter_identity *read)
{
	(void)client;
	*read = identity;
	return STATUS_OK;
}

/* Registers of whole watt hours, cut off. */
enum status meter_client_read_registers(struct meter_client *client,
					struct meter_registers *registers)
{
	(void)client;
	registers->delivered = (int64_t)floor(fake.delivered);
	registers->received = (int64_t)floor(fake.received);
	registers->net = registers->delivered - registers->received + net_departure;
	registers->watt_hours_per_count = 1;
	return STATUS_OK;
}

enum status meter_client_read_instantaneous(struct meter_client *client,
					    struct meter_instantaneous *read)
{
	(void)client;
	*read = (struct meter_instantaneous){.hertz = 60};
	return STATUS_OK;
}

enum status meter_client_read_adjustment(struct meter_client *client, struct meter_adjustment *read)
{
	(void)client;
	*read = adjustment;
	return STATUS_OK;
}

/* Delaying the voltage by d/360/f takes a lag of d of the current away. */
enum status meter_client_write_adjustment(struct meter_client *client,
					  const struct meter_adjustment *written)
{
	(void)client;
	CU_ASSERT_TRUE(is_factory);
	for (int i = 0; i < 3; i++) {
		fake.gain[i] *= (1 + written->element[i].gain_ppb * 1e-9) /
				(1 + adjustment.element[i].gain_ppb * 1e-9);
		fake.degrees[i] -= (written->element[i].delay_ns - adjustment.element[i].delay_ns) *
				   1e-9 * 60 * 360;
	}
	adjustment = *written;
	return STATUS_OK;
}

enum status meter_client_read_table(struct meter_client *client, int table, uint8_t *bytes,
				    size_t capacity, size_t *length)
{
	(void)client;
	(void)table;
	(void)bytes;
	(void)capacity;
	*length = 0;
	return STATUS_OK;
}

/* ---- running steps ---- */

static void begin(void)
{
	char path[1200];

	run_record_free(&record);
	limit_set_free(limits);
	fake_lab_init(&fake);
	fake.lab.positions[0].optical = (struct port *)&fake; /* only passed on */
	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/devices/focus_ax.xml");
	CU_ASSERT_EQUAL_FATAL(device_type_load(path, &device), STATUS_OK);
	data_folder_path(path, sizeof(path), "procedures/limits/iec_62053_22_02s.xml");
	CU_ASSERT_EQUAL_FATAL(limit_set_load(path, &limits), STATUS_OK);
	tally = (struct run_tally){0};
	adjustment = (struct meter_adjustment){.change_count = 0};
	net_departure = 0;
	session_count = 0;
	open_sessions = 0;
	is_mute = false;
	identity = (struct meter_identity){.manufacturer = "LGYR",
					   .model = "AX",
					   .serial = "1",
					   .form = "16S",
					   .firmware_version = 5,
					   .firmware_revision = 34,
					   .kh_watt_hours = 21.6,
					   .kt_watt_hours = 1.8,
					   .elements = 3,
					   .class_amperes = 200,
					   .test_amperes = 30};
}

static enum status load_programme(const char *steps, struct programme *programme)
{
	char path[1200];

	scratch_write(
		"p.xml",
		"<procedure xmlns='urn:mcbench:procedure:1' id='p' title='P' programming='yes' "
		"document='D' "
		"clause='C'>"
		"<setup><step verb='identify' title='identify'/></setup>\n<body>%s</body>"
		"<teardown><step verb='off' title='off'/></teardown></procedure>",
		steps);
	scratch_write("programme.xml",
		      "<programme xmlns='urn:mcbench:programme:1' id='x' title='X' "
		      "limits='limits/iec_62053_22_02s.xml'><catalogue "
		      "file='requirements/measurement_canada.xml'/><procedure "
		      "file='%s'/></programme>",
		      "p.xml");
	snprintf(path, sizeof(path), "%s/programme.xml", scratch_folder());
	return programme_load(path, programme);
}

static struct step_context context_of(struct run_store *store)
{
	struct step_context context = {.lab = &fake.lab,
				       .store = store,
				       .device = &device,
				       .limits = limits,
				       .model = "AX",
				       .tally = &tally};

	CU_ASSERT_EQUAL_FATAL(device_type_form(&device, "16S", &context.form), STATUS_OK);
	return context;
}

/* Runs setup, these steps and teardown; afterwards `record` and `reason` are filled. */
static enum status run_steps(const char *steps)
{
	struct programme programme;
	struct run_store *store = NULL;

	snprintf(store_path, sizeof(store_path), "%s/record.mcbench", scratch_folder());
	remove(store_path);
	CU_ASSERT_EQUAL_FATAL(load_programme(steps, &programme), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_store_create(store_path, true, 0, &store), STATUS_OK);
	struct step_context context = context_of(store);
	enum status status = programme_check(&programme, &context);
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
	status = programme_run(&programme, &context);
	snprintf(reason, sizeof(reason), "%s", status_reason());
	CU_ASSERT_EQUAL(run_store_close(store), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_store_load(store_path, &record), STATUS_OK);
	programme_free(&programme);
	return status;
}

static enum status check_steps(const char *steps)
{
	struct programme programme;

	CU_ASSERT_EQUAL_FATAL(load_programme(steps, &programme), STATUS_OK);
	struct step_context context = context_of(NULL);
	enum status status = programme_check(&programme, &context);
	snprintf(reason, sizeof(reason), "%s", status_reason());
	programme_free(&programme);
	return status;
}

/* The i-th entry of a kind, NULL after the last. */
static const struct record_entry *entry_of(const char *kind, int index)
{
	return nth_entry(&record, kind, index);
}

static int count_of(const char *kind)
{
	return count_entries(&record, kind);
}

static double contribution_of(const char *name)
{
	for (int i = 0; entry_of("contribution", i); i++) {
		if (!strcmp(record_text(entry_of("contribution", i), "name"), name)) {
			return record_number(entry_of("contribution", i),
					     "standard_uncertainty_percent");
		}
	}
	CU_FAIL("no such contribution");
	return NAN;
}

static void expect_text(const char *kind, const char *field, const char *text)
{
	const struct record_entry *entry = entry_of(kind, 0);

	CU_ASSERT_FATAL(entry && record_text(entry, field));
	CU_ASSERT_STRING_EQUAL(record_text(entry, field), text);
}

static void expect_reason(const char *part)
{
	CU_ASSERT_PTR_NOT_NULL(strstr(reason, part));
}

/* Ended early by the bench: the source is off, the teardown was run, a fault and no judgement stand
 * in the record. */
static void expect_bench_fault(enum status status, enum status expected, const char *part)
{
	CU_ASSERT_EQUAL(status, expected);
	expect_reason(part);
	CU_ASSERT_FALSE(fake.is_on);
	CU_ASSERT_EQUAL(count_of("judgement"), 0);
	CU_ASSERT_EQUAL(count_of("fault"), 1);
	CU_ASSERT_EQUAL(tally.does_not_conform, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(record_text(entry_of("fault", 0), "text"), part));
}

#define STEP(parameters) "<step verb='accuracy' requirement='EG7-02' title='t' " parameters "/>"

/* ---- accuracy ---- */

/* Equal g and d in all elements: e = g cos(phi + d) / cos(phi) - 1, whatever the standard's own
 * (certified) error. */
static void the_error_is_that_of_the_closed_form(void)
{
	static const struct {
		const char *step;
		double degrees;
	} points[] = {
		{STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1'"), 0},
		{STEP("volts='240 V' percent_of_maximum='25 %' power_factor='0.5L'"), 60},
		{STEP("volts='277 V' percent_of_maximum='100 %' power_factor='0.8C'"),
		 -36.8698976458440},
		{STEP("volts='240 V' percent_of_maximum='25 %' power_factor='0.5L' "
		      "direction='received'"),
		 60},
	};

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		double phi = points[i].degrees * RADIANS;
		begin();
		fake.standard_error_percent = 0.03;
		for (int point = 0; point < fake.certificate.count; point++) {
			fake.certificate.points[point].error_percent = 0.03;
		}
		for (int element = 0; element < 3; element++) {
			fake.gain[element] = 1.001;
			fake.degrees[element] = 0.02;
		}
		CU_ASSERT_EQUAL(run_steps(points[i].step), STATUS_OK);
		CU_ASSERT_EQUAL_FATAL(count_of("result"), 1);
		double expected = 100 * (1.001 * cos(phi + 0.02 * RADIANS) / cos(phi) - 1);
		NEAR(record_number(entry_of("result", 0), "error_percent"), expected);
		CU_ASSERT_EQUAL(count_of("indication"), 5);
		CU_ASSERT_EQUAL(open_sessions, 0);
	}
}

/*
 * Mean and s of five runs by hand; with nothing else uncertain U = t_95(4) s / sqrt(5), t_95(4)
 * = 2.776 (printed in any table of Student's distribution).
 */
static void repeatability_alone_gives_the_student_interval(void)
{
	static const double scatter[5] = {0.01, -0.02, 0.03, 0.00, -0.02};
	double sum_of_squares = 0;

	begin();
	memcpy(fake.scatter_percent, scatter, sizeof(scatter));
	for (int i = 0; i < 5; i++) {
		sum_of_squares += scatter[i] * scatter[i]; /* their mean is 0 */
	}
	double deviation = sqrt(sum_of_squares / 4);
	CU_ASSERT_EQUAL(run_steps(STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1' "
				       "wanted_uncertainty='0.1 %'")),
			STATUS_OK);
	NEAR(record_number(entry_of("result", 0), "error_percent"), 0);
	NEAR(record_number(entry_of("result", 0), "deviation_percent"), deviation);
	NEAR(contribution_of("repeatability"), deviation / sqrt(5));
	const struct record_entry *judgement = entry_of("judgement", 0);
	NEAR(record_number(judgement, "effective_degrees_of_freedom"), 4);
	CU_ASSERT_DOUBLE_EQUAL(record_number(judgement, "coverage_factor"), 2.776, 5e-4);
	CU_ASSERT_DOUBLE_EQUAL(record_number(judgement, "expanded_uncertainty_percent"),
			       2.776 * deviation / sqrt(5), 1e-5);
	CU_ASSERT_STRING_EQUAL(record_text(judgement, "outcome"), "conforms");
	CU_ASSERT_EQUAL(tally.conforms, 1);
}

/*
 * s of the first five is 0.0212 % and t_95(4) = 2.776: (2.776 x 0.0212 / 0.02)^2 = 8.67, so nine
 * runs. The other four scatter ten times as much; nobody looks again, and U is that of the first
 * five.
 */
static void the_first_runs_fix_the_number_of_runs_once(void)
{
	static const double scatter[9] = {0.01, -0.02, 0.03, 0.00, -0.02, 0.3, -0.3, 0.1, -0.1};
	double deviation = sqrt(0.0018 / 4);

	begin();
	memcpy(fake.scatter_percent, scatter, sizeof(scatter));
	CU_ASSERT_EQUAL(run_steps(STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1' "
				       "wanted_uncertainty='0.02 %'")),
			STATUS_OK);
	CU_ASSERT_EQUAL(count_of("indication"), 9);
	CU_ASSERT_EQUAL(record_integer(entry_of("result", 0), "runs"), 9);
	NEAR(record_number(entry_of("result", 0), "error_percent"), 0);
	NEAR(record_number(entry_of("result", 0), "deviation_percent"), deviation);
	NEAR(contribution_of("repeatability"), deviation / 3);
	NEAR(record_number(entry_of("judgement", 0), "effective_degrees_of_freedom"), 4);
	CU_ASSERT_PTR_NOT_NULL(strstr(record_text(entry_of("note", 0), "text"),
				      "9 runs are needed for a repeatability within 0.02 %"));
}

/* Certificate U = 0.02 %, k = 2; drift 0.03 % a year over 181 days; counts of 0.01 Wh; edges of 1
 * ms; 120 V 50 A. */
static void each_line_of_the_budget_is_that_of_its_closed_form(void)
{
	begin();
	for (int point = 0; point < fake.certificate.count; point++) {
		fake.certificate.points[point].expanded_uncertainty_percent = 0.02;
	}
	fake.certificate.drift_percent_per_year = 0.03;
	fake.resolution_watt_hours = 0.01;
	fake.lab.pulse_edge_seconds = 1e-3;
	CU_ASSERT_EQUAL(run_steps(STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1'")),
			STATUS_OK);
	/* u_r = 0.01 %: counting needs 3600 x 0.01 / (sqrt(6) 1e-4 18000) = 8.165 s, edges 4.08 s,
	 * so 22.7 -> 23 pulses */
	double pulses = 23;
	double energy = pulses * 1.8;
	double seconds = 3600 * energy / 18000;
	double parts[] = {0.02 / 2, 0.03 * 181 / 365.25 / sqrt(3), 100 * 0.01 / energy / sqrt(6),
			  100 * 1e-3 / seconds / sqrt(6)};
	double square = 0;
	for (int i = 0; i < 4; i++) {
		square += parts[i] * parts[i];
	}
	NEAR(record_number(entry_of("indication", 0), "pulses"), pulses);
	NEAR(contribution_of("reference_calibration"), parts[0]);
	NEAR(contribution_of("reference_drift"), parts[1]);
	NEAR(contribution_of("reference_counting"), parts[2]);
	NEAR(contribution_of("pulse_edge"), parts[3]);
	NEAR(contribution_of("reference_interpolation"), 0);
	NEAR(contribution_of("repeatability"), 0);
	NEAR(record_number(entry_of("judgement", 0), "standard_uncertainty_percent"), sqrt(square));
	expect_text("judgement", "limit_provenance", "stand-in");
	expect_text("judgement", "requirement", "EG7-02");
}

static void an_error_beyond_the_limit_does_not_conform(void)
{
	begin();
	fake.gain[0] = fake.gain[1] = fake.gain[2] = 1.003;
	CU_ASSERT_EQUAL(run_steps(STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1'")),
			STATUS_OK);
	expect_text("judgement", "outcome", "does not conform");
	CU_ASSERT_EQUAL(tally.worst, DOES_NOT_CONFORM);
	CU_ASSERT_EQUAL(count_of("indication"), 5);
}

static void an_inconclusive_point_is_measured_once_more_and_pooled(void)
{
	begin();
	fake.gain[0] = fake.gain[1] = fake.gain[2] = 1.002; /* right on the limit of 0.2 % */
	fake.scatter_percent[0] = 0.01;
	CU_ASSERT_EQUAL(run_steps(STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1'")),
			STATUS_OK);
	CU_ASSERT_EQUAL(count_of("indication"), 10);
	CU_ASSERT_EQUAL(count_of("result"), 1);
	CU_ASSERT_EQUAL(record_integer(entry_of("result", 0), "runs"), 10);
	NEAR(record_number(entry_of("result", 0), "error_percent"), 0.2 + 0.01 / 10);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(record_text(entry_of("judgement", 0), "reason"), "10 runs pooled"));
	CU_ASSERT_EQUAL(tally.inconclusive, 1);
}

static void a_point_without_a_row_is_informative(void)
{
	begin();
	CU_ASSERT_EQUAL(
		run_steps(STEP("volts='120 V' percent_of_maximum='0.25 %' power_factor='0.5L'")),
		STATUS_OK);
	expect_text("judgement", "outcome", "not evaluated");
	expect_text("judgement", "limit_percent", "");
	CU_ASSERT_EQUAL(tally.informative, 1);
	CU_ASSERT_EQUAL(tally.worst, CONFORMS);
}

/* ---- faults of the bench ---- */

static void a_lost_pulse_is_a_bench_fault_not_a_bad_meter(void)
{
	/* 100 A at 120 V: 5 s are 27.8, so 28 pulses; one lost is -3.4 %, far from impossible. */
	for (int gate = 0; gate < 5; gate++) {
		begin();
		fake.lost_gate = gate;
		fake.scatter_percent[0] = 0.005;
		expect_bench_fault(
			run_steps(STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1'")),
			STATUS_PROTOCOL, "one lost pulse");
	}
}

static void gates_of_one_pulse_are_not_suspected(void)
{
	begin();
	for (int i = 0; i < FAKE_GATES; i++) {
		fake.scatter_percent[i] = i % 2 ? 0.02 : -0.03;
	}
	/* 2 A at 120 V, PF 0.5: 360 W, 18 s a pulse. */
	CU_ASSERT_EQUAL(
		run_steps(STEP("volts='120 V' percent_of_maximum='1 %' power_factor='0.5L'")),
		STATUS_OK);
	CU_ASSERT_EQUAL(record_integer(entry_of("indication", 0), "pulses"), 1);
	expect_text("judgement", "outcome", "conforms");
}

/* Over 2000 pulses one pulse is 0.05 %: within the scatter of these good runs, so nothing can be
 * said. */
static void scatter_as_large_as_one_pulse_is_not_a_lost_pulse(void)
{
	static const double scatter[5] = {0, 0.05, -0.05, 0.02, -0.04};

	begin();
	memcpy(fake.scatter_percent, scatter, sizeof(scatter));
	CU_ASSERT_EQUAL(run_steps(STEP("volts='120 V' percent_of_maximum='100 %' power_factor='1' "
				       "minimum_time='180 s' wanted_uncertainty='0.2 %'")),
			STATUS_OK);
	CU_ASSERT_EQUAL(record_integer(entry_of("indication", 0), "pulses"), 2000);
	CU_ASSERT_EQUAL(count_of("result"), 1);
}

static void a_wrong_constant_is_a_bench_fault_not_a_verdict(void)
{
	begin();
	fake.kt_watt_hours =
		1.2; /* the meter's pulses, not what its tables say: 1.8 / 1.2 - 1 = +50 % */
	expect_bench_fault(
		run_steps(STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1'")),
		STATUS_PROTOCOL, "50.00 %");
	expect_reason("check constant");
}

static void silent_test_pulses_are_a_bench_fault(void)
{
	begin();
	fake.is_silent = true;
	expect_bench_fault(
		run_steps(STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1'")),
		STATUS_TIMEOUT, "no test pulse came");
	expect_reason("no verdict on the meter");
	expect_reason("p.xml line 2: ");
}

static void a_source_that_does_not_settle_ends_the_run_within_a_minute(void)
{
	begin();
	fake.is_unsteady = true;
	expect_bench_fault(
		run_steps(STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1'")),
		STATUS_TIMEOUT, "did not become steady within 60 s");
	CU_ASSERT(seconds_between((struct instant){0}, fake.clock.now) < 120);
}

static void a_certificate_past_its_due_date_stops_before_anything_is_energised(void)
{
	begin();
	strcpy(fake.certificate.due_date, "2026-07-30");
	CU_ASSERT_NOT_EQUAL(
		run_steps(STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1'")),
		STATUS_OK);
	expect_reason("fake");
	expect_reason("C-1");
	expect_reason("2026-07-30");
	CU_ASSERT_EQUAL(fake.apply_count, 0);
	CU_ASSERT_EQUAL(count_of("fault"), 1);
	begin();
	strcpy(fake.certificate.due_date, "2026-07-31");
	CU_ASSERT_EQUAL(run_steps(""), STATUS_OK);
}

static void the_meter_has_to_be_the_one_of_the_device_file(void)
{
	begin();
	identity.kt_watt_hours = 1.2;
	CU_ASSERT_EQUAL(run_steps(STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1'")),
			STATUS_BAD_INPUT);
	expect_reason("Kt 1.2 Wh");
	expect_reason("focus_ax says 1.8 Wh for form 16S");
	CU_ASSERT_EQUAL(count_of("meter"), 1);
	CU_ASSERT_EQUAL(count_of("indication"), 0);
	CU_ASSERT_EQUAL(fake.off_count, 1);
	begin();
	strcpy(identity.form, "9S");
	CU_ASSERT_EQUAL(run_steps(""), STATUS_BAD_INPUT);
	expect_reason("form \"9S\"");
	expect_reason("\"16S\"");
	begin();
	identity.firmware_revision = 35;
	CU_ASSERT_EQUAL(run_steps(""), STATUS_OK);
	begin();
	strcpy(identity.model, "AXR");
	CU_ASSERT_EQUAL(run_steps(""), STATUS_BAD_INPUT);
	expect_reason("model \"AXR\"");
}

/* It is the meter in the position, so the run goes on; nobody has approved it. */
static void a_firmware_that_is_not_listed_does_not_conform(void)
{
	const struct record_entry *entry;

	begin();
	CU_ASSERT_EQUAL(run_steps(""), STATUS_OK);
	CU_ASSERT_EQUAL(count_of("result"), 0);
	begin();
	identity.firmware_revision = 35;
	CU_ASSERT_EQUAL(run_steps("<step verb='identify' title='once more'/>"), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(count_of("result"), 1);
	entry = entry_of("result", 0);
	CU_ASSERT_STRING_EQUAL(record_text(entry, "indicated"), "5.35");
	CU_ASSERT_STRING_EQUAL(record_text(entry, "expected"), "5.33, 5.34");
	entry = entry_of("judgement", 0);
	CU_ASSERT_STRING_EQUAL(record_text(entry, "outcome"), "does not conform");
	CU_ASSERT_STRING_EQUAL(record_text(entry, "is_informative"), "no");
}

/* ---- what comes before anything is switched on ---- */

static void what_the_device_cannot_bear_is_refused_before(void)
{
	static const struct {
		const char *step, *part;
	} refused[] = {
		{STEP("volts='300 V' percent_of_maximum='25 %' power_factor='1'"),
		 "300 V are outside"},
		{STEP("volts='119 V' percent_of_maximum='25 %' power_factor='1'"),
		 "119 V are outside"},
		{STEP("volts='120 V' percent_of_maximum='100.5 %' power_factor='1'"),
		 "201 A are above the class"},
		{STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1' hertz='50 Hz'"),
		 "50 Hz are not"},
		{STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1' direction='up'"),
		 "direction=\"up\""},
		{STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1' element='D'"),
		 "element=\"D\""},
	};

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		begin();
		CU_ASSERT_NOT_EQUAL(check_steps(refused[i].step), STATUS_OK);
		expect_reason(refused[i].part);
		expect_reason("p.xml line 2: ");
		CU_ASSERT_EQUAL(fake.apply_count, 0);
	}
	begin();
	fake.lab.limits.amperes_maximum = 120;
	CU_ASSERT_EQUAL(
		check_steps(STEP("volts='120 V' percent_of_maximum='75 %' power_factor='1'")),
		STATUS_LIMIT);
	expect_reason("150 A are above the limit of this lab");
	begin();
	fake.lab.error_calculator = NULL;
	CU_ASSERT_EQUAL(
		check_steps(STEP("volts='120 V' percent_of_maximum='25 %' power_factor='1'")),
		STATUS_BAD_INPUT);
	expect_reason("no error calculator");
}

/* What another reader of the record's file sees at the moment when the world changes: the request
 * stands last. */
static int changes_seen, requests_missing;

static void look_at_the_file(const char *what)
{
	struct run_record seen;

	changes_seen++;
	if (run_store_load(store_path, &seen)) {
		requests_missing++;
		return;
	}
	const struct record_entry *last = seen.count ? &seen.entries[seen.count - 1] : NULL;
	bool fits = last && !strcmp(last->kind, "request") && record_text(last, "text") &&
		    !strncmp(record_text(last, "text"), what, strlen(what));
	requests_missing += !fits;
	run_record_free(&seen);
}

static void every_request_is_durable_before_the_world_changes(void)
{
	begin();
	changes_seen = 0;
	requests_missing = 0;
	fake.watch = look_at_the_file;
	CU_ASSERT_EQUAL(
		run_steps(STEP(
			"volts='120 V' percent_of_maximum='25 %' power_factor='1'") "<step "
										    "verb='"
										    "register_test'"
										    " title='t' "
										    "volts='240 V' "
										    "percent_of_"
										    "maximum='100 "
										    "%' "
										    "power_factor='"
										    "1'/>"),
		STATUS_OK);
	CU_ASSERT_EQUAL(changes_seen, 5); /* supply, load, prepare, dose, off */
	CU_ASSERT_EQUAL(requests_missing, 0);
}

/* ---- adjustment and registers ---- */

static void the_adjustment_is_the_inverse_of_the_closed_form(void)
{
	static const double gains[3] = {1.012, 0.991, 1.0004};
	static const double degrees[3] = {0.30, -0.15, 0.02};

	begin();
	memcpy(fake.gain, gains, sizeof(gains));
	memcpy(fake.degrees, degrees, sizeof(degrees));
	CU_ASSERT_EQUAL(run_steps("<step verb='adjust' title='adjust'/>"), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(count_of("adjustment"), 3);
	for (int i = 0; i < 3; i++) {
		const struct record_entry *entry = entry_of("adjustment", i);
		double lag = 60 * RADIANS;
		NEAR(record_number(entry, "as_found_percent_unity"),
		     100 * (gains[i] * cos(degrees[i] * RADIANS) - 1));
		NEAR(record_number(entry, "as_found_percent_lagging"),
		     100 * (gains[i] * cos(lag + degrees[i] * RADIANS) / cos(lag) - 1));
		CU_ASSERT_DOUBLE_EQUAL(record_number(entry, "gain_ppb"), (1 / gains[i] - 1) * 1e9,
				       1);
		CU_ASSERT_DOUBLE_EQUAL(record_number(entry, "delay_ns"),
				       degrees[i] / 360 / 60 * 1e9, 1);
		/* half a nanosecond is 1.9e-7 rad, 3.3e-5 % at PF 0.5 */
		CU_ASSERT_DOUBLE_EQUAL(record_number(entry, "as_left_percent_unity"), 0, 1e-6);
		CU_ASSERT_DOUBLE_EQUAL(record_number(entry, "as_left_percent_lagging"), 0, 4e-5);
	}
	CU_ASSERT_EQUAL(count_of("judgement"), 0);
	CU_ASSERT_EQUAL(count_of("result"), 0);
}

static void an_adjustment_that_the_meter_cannot_take_is_refused(void)
{
	begin();
	fake.gain[1] = 1.0;
	fake.degrees[1] = 1.6; /* 74 microseconds */
	CU_ASSERT_EQUAL(run_steps("<step verb='adjust' title='adjust'/>"), STATUS_LIMIT);
	expect_reason("element B");
	CU_ASSERT_EQUAL(adjustment.element[1].delay_ns, 0);
}

#define REGISTER(parameters)                                                                       \
	"<step verb='register_test' requirement='EG7-02' title='t' volts='240 V' "                 \
	"percent_of_maximum='100 %' power_factor='1' net_requirement='NET-01' " parameters "/>"

/* D = 2 q / (sqrt(6) 0.0005) = 1633 Wh, in tens 1640 Wh; registered floor(1000.25 + 1640 x 1.001) -
 * 1000. */
static void the_registers_are_compared_with_the_dose(void)
{
	begin();
	fake.gain[0] = fake.gain[1] = fake.gain[2] = 1.001;
	fake.delivered = 1000.25;
	CU_ASSERT_EQUAL(run_steps(REGISTER("")), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(count_of("result"), 2);
	NEAR(record_number(entry_of("dose", 0), "asked_watt_hours"), 1640);
	double registered = floor(1000.25 + 1640 * 1.001) - 1000;
	NEAR(record_number(entry_of("result", 0), "error_percent"), 100 * (registered / 1640 - 1));
	NEAR(contribution_of("register_resolution"), 100.0 / 1640 / sqrt(6));
	expect_text("result", "direction", "delivered");
	CU_ASSERT_STRING_EQUAL(record_text(entry_of("result", 1), "direction"), "net");
	CU_ASSERT_STRING_EQUAL(record_text(entry_of("judgement", 1), "requirement"), "NET-01");
	CU_ASSERT_STRING_EQUAL(record_text(entry_of("judgement", 1), "outcome"), "conforms");
	CU_ASSERT_PTR_NOT_NULL(strstr(record_text(entry_of("judgement", 0), "reason"),
				      "the received register changed by 0 counts"));
}

static void received_energy_counts_in_the_received_register(void)
{
	begin();
	CU_ASSERT_EQUAL(run_steps(REGISTER("direction='received'")), STATUS_OK);
	expect_text("result", "direction", "received");
	NEAR(record_number(entry_of("result", 0), "error_percent"), 0);
	CU_ASSERT_EQUAL(record_integer(entry_of("register_reading", 1), "net_counts"), -1640);
	expect_text("judgement", "outcome", "conforms");
}

/* 1640 Wh are 911 pulses of 1.8 Wh, 909 of them between the two edges; one lost is -0.11 %, within
 * the class of many meters, but the register does not say so. */
static void a_pulse_lost_during_a_dose_is_a_bench_fault(void)
{
	begin();
	CU_ASSERT_EQUAL(run_steps(REGISTER("")), STATUS_OK);
	CU_ASSERT_EQUAL(record_integer(entry_of("dose", 0), "pulses_counted"), 909);
	begin();
	fake.lost_gate = 0;
	expect_bench_fault(run_steps(REGISTER("")), STATUS_PROTOCOL, "the register says");
	begin();
	fake.is_silent = true;
	expect_bench_fault(run_steps(REGISTER("")), STATUS_TIMEOUT, "so many did not come");
}

static void a_net_register_off_by_one_count_does_not_conform(void)
{
	begin();
	net_departure = 1;
	CU_ASSERT_EQUAL(run_steps(REGISTER("")), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(record_text(entry_of("judgement", 1), "outcome"),
			       "does not conform");
	CU_ASSERT_EQUAL(tally.does_not_conform, 1);
}

static void a_register_of_the_other_direction_that_moves_does_not_conform(void)
{
	begin();
	fake.registers_both = true;
	CU_ASSERT_EQUAL(run_steps(REGISTER("")), STATUS_OK);
	expect_text("judgement", "outcome", "does not conform");
	CU_ASSERT_PTR_NOT_NULL(
		strstr(record_text(entry_of("judgement", 0), "reason"), "changed by 1640 counts"));
}

static void the_verbs_are_found_by_name_and_by_index(void)
{
	size_t count = 0;

	for (; step_verb_at(count); count++) {
		CU_ASSERT_PTR_EQUAL(step_verb_find(step_verb_at(count)->name), step_verb_at(count));
	}
	CU_ASSERT(count >= 10);
	CU_ASSERT_PTR_NULL(step_verb_find("measure"));
}

/* ---- silence of the optical port ---- */

static void expect_silence(const char *part, const char *other)
{
	struct step_context context = context_of(NULL);
	struct meter_client *client;

	CU_ASSERT_EQUAL(session_begin(&context, 0, METER_ACCESS_READ, &client), STATUS_TIMEOUT);
	snprintf(reason, sizeof(reason), "%s", status_reason());
	expect_reason(part);
	expect_reason("position 1: ");
	expect_reason("no answer");
	CU_ASSERT_PTR_NULL(strstr(reason, other));
}

static void a_meter_without_voltage_is_told_from_one_that_does_not_answer(void)
{
	begin();
	expect_silence("no voltage at the meter: standard", "shows 120 V");
	fake.lab.positions[0].has_auxiliary_supply = true;
	expect_silence("no answer", "no voltage");
	begin();
	is_mute = true;
	expect_bench_fault(run_steps(""), STATUS_TIMEOUT, "shows 120 V at the meter");
	CU_ASSERT_PTR_NULL(strstr(reason, "no voltage"));
}

const char *const suite_name = "verbs";
const struct suite_case suite_cases[] = {
	CASE(the_error_is_that_of_the_closed_form),
	CASE(the_first_runs_fix_the_number_of_runs_once),
	CASE(repeatability_alone_gives_the_student_interval),
	CASE(each_line_of_the_budget_is_that_of_its_closed_form),
	CASE(an_error_beyond_the_limit_does_not_conform),
	CASE(an_inconclusive_point_is_measured_once_more_and_pooled),
	CASE(a_point_without_a_row_is_informative),
	CASE(a_lost_pulse_is_a_bench_fault_not_a_bad_meter),
	CASE(gates_of_one_pulse_are_not_suspected),
	CASE(scatter_as_large_as_one_pulse_is_not_a_lost_pulse),
	CASE(a_wrong_constant_is_a_bench_fault_not_a_verdict),
	CASE(silent_test_pulses_are_a_bench_fault),
	CASE(a_source_that_does_not_settle_ends_the_run_within_a_minute),
	CASE(a_certificate_past_its_due_date_stops_before_anything_is_energised),
	CASE(the_meter_has_to_be_the_one_of_the_device_file),
	CASE(a_firmware_that_is_not_listed_does_not_conform),
	CASE(what_the_device_cannot_bear_is_refused_before),
	CASE(every_request_is_durable_before_the_world_changes),
	CASE(the_adjustment_is_the_inverse_of_the_closed_form),
	CASE(an_adjustment_that_the_meter_cannot_take_is_refused),
	CASE(the_registers_are_compared_with_the_dose),
	CASE(received_energy_counts_in_the_received_register),
	CASE(a_pulse_lost_during_a_dose_is_a_bench_fault),
	CASE(a_net_register_off_by_one_count_does_not_conform),
	CASE(a_register_of_the_other_direction_that_moves_does_not_conform),
	CASE(the_verbs_are_found_by_name_and_by_index),
	CASE(a_meter_without_voltage_is_told_from_one_that_does_not_answer),
	CASES_END,
};

/* The shipped files of limits against a transcription of their sources, formulas, files that lie
 * over each other. In = 50 A, Imin = 0.5 A for Imax = 200 A. */
#include <stdio.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/limit.h"
#include "tests/support/suite.h"

#define NO_ROW 0

static struct limit_set *load_file(const char *name)
{
	char path[1200], relative[100];
	struct limit_set *set = NULL;

	data_folder_set(source_folder);
	snprintf(relative, sizeof(relative), "procedures/limits/%s.xml", name);
	data_folder_path(path, sizeof(path), relative);
	CU_ASSERT_EQUAL_FATAL(limit_set_load(path, &set), STATUS_OK);
	return set;
}

struct figure {
	const char *file, *test;
	double amperes, maximum;
	double power_factor; /* negative: lagging */
	bool is_single;
	double volts_ratio, hertz_ratio;
	double limit; /* NO_ROW: none */
	enum provenance provenance;
};

#define READ PROVENANCE_STAND_IN /* read, but borrowed */
#define RECALLED PROVENANCE_RECALLED

static const struct figure figures[] = {
	/* the decree, class D */
	{"iec_62053_22_02s", "element_difference", 50, 200, 1, true, 0, 0, 0.4, READ},
	{"iec_62053_22_02s", "element_difference", 20, 200, 1, true, 0, 0, NO_ROW, READ},
	{"iec_62053_22_02s", "temperature_coefficient", 2.5, 200, 1, false, 0, 0, 0.01, READ},
	{"iec_62053_22_02s", "temperature_coefficient", 2.4, 200, 1, false, 0, 0, NO_ROW, READ},
	{"iec_62053_22_02s", "temperature_coefficient", 200, 200, -0.5, false, 0, 0, 0.02, READ},
	{"iec_62053_22_02s", "voltage_variation", 50, 200, 1, false, 0.9, 0, 0.1, READ},
	{"iec_62053_22_02s", "voltage_variation", 50, 200, -0.5, false, 1.1, 0, 0.2, READ},
	{"iec_62053_22_02s", "voltage_variation", 50, 200, 1, false, 1.15, 0, 0.3, READ},
	{"iec_62053_22_02s", "voltage_variation", 50, 200, -0.5, false, 0.8, 0, 0.6, READ},
	{"iec_62053_22_02s", "voltage_variation", 40, 200, 1, false, 1.15, 0, NO_ROW, READ},
	{"iec_62053_22_02s", "voltage_variation", 50, 200, 1, false, 0.7, 0, 10, READ},
	{"iec_62053_22_02s", "voltage_variation", 50, 200, 1, false, 1.2, 0, NO_ROW, READ},
	{"iec_62053_22_02s", "voltage_variation", 50, 200, 1, false, 0, 0, NO_ROW, READ},
	{"iec_62053_22_02s", "frequency_variation", 50, 200, 1, false, 0, 0.98, 0.1, READ},
	{"iec_62053_22_02s", "frequency_variation", 50, 200, -0.5, false, 0, 1.02, 0.1, READ},
	{"iec_62053_22_02s", "frequency_variation", 50, 200, 1, false, 0, 1.03, NO_ROW, READ},
	{"iec_62053_22_02s", "phase_sequence", 5, 200, 1, false, 0, 0, 0.05, READ},
	{"iec_62053_22_02s", "phase_loss", 50, 200, 1, false, 0, 0, 0.5, READ},
	{"iec_62053_22_02s", "direction_difference", 50, 200, 1, false, 0, 0, 0.1, READ},
	{"iec_62053_22_02s", "direction_difference", 200, 200, -0.5, false, 0, 0, 0.15, READ},
	{"iec_62053_22_02s", "unbalance", 50, 200, 1, false, 0, 0, 0.5, READ},
	{"iec_62053_22_02s", "unbalance", 100, 200, 1, false, 0, 0, NO_ROW, READ},
	{"iec_62053_22_02s", "detent", 50, 200, -0.25, false, 0, 0, 0.3, READ},
	{"iec_62053_22_02s", "detent", 50, 200, -0.25, true, 0, 0, 0.4, READ},
	{"iec_62053_22_02s", "harmonics", 100, 200, 1, false, 0, 0, 0.4, READ},
	{"iec_62053_22_02s", "auxiliary", 0.5, 200, 1, false, 0, 0, 0.05, READ},
	{"iec_62053_22_02s", "self_heating", 200, 200, -0.5, false, 0, 0, 0.1, READ},
	{"iec_62053_22_02s", "repeatability", 2, 200, 1, false, 0, 0, 0.04, READ},
	{"iec_62053_22_02s", "register_difference", 200, 200, 1, false, 0, 0, 0.02, READ},
	{"iec_62053_22_02s", "repeatability", 200, 200, -0.5, false, 0, 0, 0.03, READ},
	{"iec_62053_22_02s", "register_resolution", 0, 200, 1, false, 0, 0, 0.1, READ},
	{"iec_62053_22_02s", "register_resolution", 0, 20, 1, false, 0, 0, 0.01, READ},
	{"iec_62053_22_02s", "starting_load", 0, 200, 1, false, 0, 0, 0.05, READ},
	{"iec_62053_22_02s", "starting_load", 0, 20, 1, false, 0, 0, 0.005, READ},
	{"iec_62053_22_02s", "no_load", 0, 200, 1, false, 0, 0, 1, READ},
	{"iec_62053_22_02s", "clock_with_supply", 0, 200, 1, false, 0, 0, 0.5, RECALLED},
	{"iec_62053_22_02s", "clock_on_reserve", 0, 200, 1, false, 0, 0, 1, RECALLED},
	{"iec_62053_22_02s", "clock_temperature", 0, 200, 1, false, 0, 0, 0.15, RECALLED},
	{"iec_62053_22_02s", "demand", 50, 200, 1, false, 0, 0, 1, RECALLED},
	/* class 0.5 S, recalled */
	{"iec_62053_22_05s", "load_performance", 2.4, 200, 1, false, 0, 0, 1, RECALLED},
	{"iec_62053_22_05s", "load_performance", 2.5, 200, 1, false, 0, 0, 0.5, RECALLED},
	{"iec_62053_22_05s", "load_performance", 4.9, 200, -0.5, false, 0, 0, 1, RECALLED},
	{"iec_62053_22_05s", "load_performance", 5, 200, -0.5, false, 0, 0, 0.6, RECALLED},
	{"iec_62053_22_05s", "load_performance", 50, 200, 1, true, 0, 0, 0.6, RECALLED},
	{"iec_62053_22_05s", "load_performance", 50, 200, -0.5, true, 0, 0, 1, RECALLED},
	{"iec_62053_22_05s", "temperature_coefficient", 50, 200, 1, false, 0, 0, 0.03, RECALLED},
	{"iec_62053_22_05s", "temperature_coefficient", 50, 200, -0.5, false, 0, 0, 0.05, RECALLED},
	{"iec_62053_22_05s", "voltage_variation", 50, 200, 1, false, 0.9, 0, 0.2, RECALLED},
	{"iec_62053_22_05s", "voltage_variation", 50, 200, -0.5, false, 0.9, 0, 0.4, RECALLED},
	{"iec_62053_22_05s", "frequency_variation", 50, 200, -0.5, false, 0, 0.98, 0.2, RECALLED},
	{"iec_62053_22_05s", "phase_sequence", 5, 200, 1, false, 0, 0, 0.1, RECALLED},
	{"iec_62053_22_05s", "phase_loss", 50, 200, 1, false, 0, 0, 1, RECALLED},
	{"iec_62053_22_05s", "direction_difference", 50, 200, 1, false, 0, 0, 0.25, RECALLED},
	{"iec_62053_22_05s", "unbalance", 50, 200, 1, false, 0, 0, 1, RECALLED},
	{"iec_62053_22_05s", "detent", 50, 200, -0.25, true, 0, 0, 1, RECALLED},
	{"iec_62053_22_05s", "harmonics", 100, 200, 1, false, 0, 0, 0.5, RECALLED},
	{"iec_62053_22_05s", "self_heating", 200, 200, 1, false, 0, 0, 0.2, RECALLED},
	/* ANSI C12.20, recalled; the lightest current is a figure of the class of current */
	{"ansi_c12_20_02", "load_performance", 2, 200, 1, false, 0, 0, 0.4, RECALLED},
	{"ansi_c12_20_02", "load_performance", 3, 200, 1, false, 0, 0, 0.2, RECALLED},
	{"ansi_c12_20_02", "load_performance", 0.15, 20, 1, false, 0, 0, 0.4, RECALLED},
	{"ansi_c12_20_02", "load_performance", 0.25, 20, 1, false, 0, 0, 0.2, RECALLED},
	{"ansi_c12_20_02", "load_performance", 0.15, 20, -0.5, false, 0, 0, 0.5, RECALLED},
	{"ansi_c12_20_02", "load_performance", 200, 200, -0.5, false, 0, 0, 0.3, RECALLED},
	{"ansi_c12_20_02", "load_performance", 200, 200, 0.8, false, 0, 0, NO_ROW, RECALLED},
	{"ansi_c12_20_02", "load_performance", 200, 200, 1, true, 0, 0, NO_ROW, RECALLED},
	{"ansi_c12_20_02", "voltage_variation", 30, 200, 1, false, 0.9, 0, 0.1, RECALLED},
	{"ansi_c12_20_02", "starting_load", 0, 200, 1, false, 0, 0, 0.05, RECALLED},
	{"ansi_c12_20_05", "load_performance", 2, 200, 1, false, 0, 0, 1, RECALLED},
	{"ansi_c12_20_05", "load_performance", 0.25, 20, 1, false, 0, 0, 0.5, RECALLED},
	{"ansi_c12_20_05", "load_performance", 3, 200, -0.5, false, 0, 0, 0.6, RECALLED},
	{"ansi_c12_20_05", "frequency_variation", 30, 200, 1, false, 0, 1.02, 0.2, RECALLED},
	{"ansi_c12_20_05", "starting_load", 0, 20, 1, false, 0, 0, 0.01, RECALLED},
	{"ansi_c12_20_05", "starting_load", 0, 200, 1, false, 0, 0, 0.1, RECALLED},
	/* OIML R 46, recalled; Itr = 0.05 In */
	{"oiml_r46_c", "load_performance", 2.5, 200, 1, false, 0, 0, 0.5, RECALLED},
	{"oiml_r46_c", "load_performance", 2.4, 200, 1, false, 0, 0, 1, RECALLED},
	{"oiml_r46_c", "load_performance", 2.5, 200, -0.5, false, 0, 0, 0.6, RECALLED},
	{"oiml_r46_c", "load_performance", 2.4, 200, 0.8, false, 0, 0, 1, RECALLED},
	{"oiml_r46_c", "temperature_coefficient", 50, 200, 1, false, 0, 0, 0.03, RECALLED},
	{"oiml_r46_c", "self_heating", 200, 200, 1, false, 0, 0, 0.25, RECALLED},
	{"oiml_r46_d", "load_performance", 2.5, 200, 1, false, 0, 0, 0.2, RECALLED},
	{"oiml_r46_d", "load_performance", 2.4, 200, 1, false, 0, 0, 0.4, RECALLED},
	{"oiml_r46_d", "load_performance", 2.5, 200, -0.5, false, 0, 0, 0.3, RECALLED},
	{"oiml_r46_d", "load_performance", 2.4, 200, -0.5, false, 0, 0, 0.5, RECALLED},
	{"oiml_r46_d", "element_difference", 50, 200, 1, true, 0, 0, 0.3, RECALLED},
	{"oiml_r46_d", "voltage_variation", 50, 200, 1, false, 0.9, 0, 0.1, RECALLED},
	{"oiml_r46_d", "phase_sequence", 50, 200, 1, false, 0, 0, 0.05, RECALLED},
	{"oiml_r46_d", "harmonics", 100, 200, 1, false, 0, 0, 0.2, RECALLED},
};

static void ask(const struct figure *figure, struct limit *limit)
{
	struct limit_set *set = load_file(figure->file);
	struct limit_question question = {
		.test = figure->test,
		.amperes = figure->amperes,
		.maximum_amperes = figure->maximum,
		.power_factor =
			figure->power_factor < 0 ? -figure->power_factor : figure->power_factor,
		.side = figure->power_factor == 1  ? POWER_FACTOR_UNITY
			: figure->power_factor < 0 ? POWER_FACTOR_LAGGING
						   : POWER_FACTOR_LEADING,
		.is_single_element = figure->is_single,
		.volts_ratio = figure->volts_ratio,
		.hertz_ratio = figure->hertz_ratio,
	};

	limit_find(set, &question, limit);
	limit_set_free(set);
}

static void the_files_hold_the_figures_of_their_sources(void)
{
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		struct limit limit;
		ask(&figures[i], &limit);
		if (limit.has_row != (figures[i].limit != NO_ROW)) {
			printf("\nfigure %zu: %s %s\n", i, figures[i].file, figures[i].test);
		}
		CU_ASSERT_EQUAL_FATAL(limit.has_row, figures[i].limit != NO_ROW);
		CU_ASSERT_DOUBLE_EQUAL(limit.limit_percent, figures[i].limit, 1e-12);
		if (limit.has_row) {
			CU_ASSERT_EQUAL(limit.provenance, figures[i].provenance);
			CU_ASSERT(strstr(limit.note, "recalled") || limit.provenance == READ);
		}
	}
}

static void every_figure_has_the_unit_of_its_test(void)
{
	static const struct {
		const char *test, *unit;
	} units[] = {
		{"temperature_coefficient", "percent/K"},
		{"starting_load", "A"},
		{"no_load", "pulses"},
		{"clock_on_reserve", "s/day"},
		{"clock_temperature", "s/day/K"},
		{"repeatability", "percent"},
	};
	struct limit_set *set = load_file("iec_62053_22_02s");

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct limit limit;
		limit_find(set,
			   &(struct limit_question){.test = units[i].test,
						    .amperes = 50,
						    .maximum_amperes = 200,
						    .power_factor = 1},
			   &limit);
		CU_ASSERT_STRING_EQUAL(limit.unit, units[i].unit);
	}
	limit_set_free(set);
}

/* Minutes without load and spurious energy, worked by hand: k = 1000/K imp/kWh. */
static void formulas_give_the_figures_worked_by_hand(void)
{
	static const struct {
		const char *file, *test;
		double volts, maximum, watt_hours;
		double figure;
	} rows[] = {
		{"iec_62053_22_05s", "no_load_time", 120, 20, 1.8, 150},
		{"iec_62053_22_05s", "no_load_time", 120, 200, 21.6, 180},
		{"iec_62053_22_02s", "no_load_time", 120, 200, 21.6, 270},
		{"iec_62053_22_02s", "no_load_time", 120, 200, 1.8, 22.5},
		{"iec_62053_22_02s", "no_load_time", 120, 20, 0.15, 18.75},
		{"iec_62053_22_02s", "spurious_energy", 277, 200, 0, 166.2},
		{"iec_62053_22_02s", "spurious_energy", 277, 20, 0, 16.62},
		{"oiml_r46_c", "spurious_energy", 120, 200, 0, 72},
		/* what the question does not say cannot be a figure */
		{"iec_62053_22_02s", "no_load_time", 120, 200, 0, NO_ROW},
		{"iec_62053_22_02s", "spurious_energy", 0, 200, 0, NO_ROW},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct limit_set *set = load_file(rows[i].file);
		struct limit limit;
		limit_find(set,
			   &(struct limit_question){.test = rows[i].test,
						    .maximum_amperes = rows[i].maximum,
						    .volts = rows[i].volts,
						    .elements = 3,
						    .watt_hours_per_pulse = rows[i].watt_hours},
			   &limit);
		CU_ASSERT_DOUBLE_EQUAL(limit.limit_percent, rows[i].figure, 1e-9);
		CU_ASSERT_EQUAL(limit.has_row, rows[i].figure != NO_ROW);
		limit_set_free(set);
	}
}

static void below_eight_tenths_of_the_voltage_the_limits_are_not_alike(void)
{
	struct limit limit;

	ask(&(struct figure){"iec_62053_22_02s", "voltage_variation", 50, 200, 1, false, 0.5, 0, 0,
			     READ},
	    &limit);
	CU_ASSERT_TRUE(limit.has_lower);
	CU_ASSERT_EQUAL(limit.lower, -100);
	CU_ASSERT_EQUAL(limit.limit_percent, 10);
}

static void the_official_figures_are_all_still_to_be_entered(void)
{
	struct limit_set *set = load_file("measurement_canada");
	size_t count = 0;

	for (const struct limit_test *test; (test = limit_test_at(count)); count++) {
		struct limit limit;
		limit_find(set,
			   &(struct limit_question){.test = test->name,
						    .amperes = 50,
						    .maximum_amperes = 200,
						    .power_factor = 1},
			   &limit);
		CU_ASSERT_FALSE(limit.has_row);
		CU_ASSERT_TRUE(limit.is_to_be_entered);
		CU_ASSERT_EQUAL(limit.limit_percent, 0);
		CU_ASSERT(strlen(limit.clause) > 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(limit.document, "LMB-EG-07"));
	}
	CU_ASSERT(count > 20);
	limit_set_free(set);
}

/* ---- files over each other ---- */

static const char *write_limits(char path[1200], const char *name, const char *base,
				const char *rows)
{
	data_folder_set(source_folder);
	snprintf(path, 1200, "%s/%s", scratch_folder(), name);
	FILE *stream = fopen(path, "w");
	CU_ASSERT_FATAL(stream != NULL);
	fprintf(stream,
		"<limits xmlns='urn:mcbench:limits:1' id='x' title='T' document='D' clause='C' "
		"provenance='laboratory' note='n' %s>\n%s</limits>",
		base, rows);
	fclose(stream);
	return path;
}

#define CURRENTS "<currents nominal='0.25 Imax' minimum='0.01 In'/>\n"
#define OWN                                                                                        \
	"<row tests='load_performance' from='In' to='Imax' power_factor='1' limit='0.7 %' "        \
	"clause='6-1'/>\n"

static void find(const struct limit_set *set, const char *test, double amperes, struct limit *limit)
{
	limit_find(set,
		   &(struct limit_question){.test = test,
					    .amperes = amperes,
					    .maximum_amperes = 200,
					    .power_factor = 1},
		   limit);
}

/* The laboratory's row counts where it has one; a part of it is a part of the new figure. */
static void expect_overlay(const struct limit_set *set)
{
	struct limit limit;

	find(set, "load_performance", 50, &limit);
	CU_ASSERT_EQUAL(limit.limit_percent, 0.7);
	CU_ASSERT_EQUAL(limit.provenance, PROVENANCE_LABORATORY);
	CU_ASSERT_STRING_EQUAL(limit.clause, "6-1");
	find(set, "load_performance", 20, &limit);
	CU_ASSERT_EQUAL(limit.limit_percent, 0.2);
	CU_ASSERT_EQUAL(limit.provenance, PROVENANCE_STAND_IN);
	find(set, "repeatability", 50, &limit);
	CU_ASSERT_DOUBLE_EQUAL(limit.limit_percent, 0.07, 1e-12);
	find(set, "clock_with_supply", 0, &limit);
	CU_ASSERT_EQUAL(limit.provenance, PROVENANCE_RECALLED);
}

static void a_laboratory_lays_its_rows_over_others(void)
{
	char path[1200], base[1200];
	struct limit_set *set;

	write_limits(path, "own.xml", "base='limits/iec_62053_22_02s.xml'", OWN);
	CU_ASSERT_EQUAL_FATAL(limit_set_load(path, &set), STATUS_OK);
	expect_overlay(set);
	CU_ASSERT_PTR_NOT_NULL(strstr(limit_set_file(set, 0), "own.xml"));
	CU_ASSERT_PTR_NOT_NULL(strstr(limit_set_file(set, 1), "iec_62053_22_02s.xml"));
	CU_ASSERT_PTR_NOT_NULL(strstr(limit_set_file(set, 2), "clock_and_demand.xml"));
	CU_ASSERT_PTR_NULL(limit_set_file(set, 3));
	limit_set_free(set);

	write_limits(path, "own.xml", "", CURRENTS OWN);
	data_folder_path(base, sizeof(base), "procedures/limits/iec_62053_22_02s.xml");
	CU_ASSERT_EQUAL_FATAL(limit_set_load_layers((const char *[]){base, path}, 2, &set),
			      STATUS_OK);
	expect_overlay(set);
	limit_set_free(set);
}

static void a_part_of_an_unread_figure_is_unread(void)
{
	char path[1200];
	struct limit_set *set;
	struct limit limit;

	write_limits(path, "own.xml", "base='limits/iec_62053_22_02s.xml'",
		     "<row tests='repeatability' from='In' to='Imax' power_factor='1' limit='0.2 "
		     "of load_performance'/>");
	CU_ASSERT_EQUAL_FATAL(limit_set_load(path, &set), STATUS_OK);
	find(set, "repeatability", 50, &limit);
	CU_ASSERT_DOUBLE_EQUAL(limit.limit_percent, 0.04, 1e-12);
	CU_ASSERT_EQUAL(limit.provenance, PROVENANCE_STAND_IN);
	limit_set_free(set);
}

static void a_figure_to_be_entered_hides_what_lies_below(void)
{
	char path[1200];
	struct limit_set *set;
	struct limit limit;

	write_limits(path, "own.xml", "base='limits/iec_62053_22_02s.xml'",
		     OWN "<to_enter tests='load_performance' clause='6-2'/>");
	CU_ASSERT_EQUAL_FATAL(limit_set_load(path, &set), STATUS_OK);
	find(set, "load_performance", 50, &limit);
	CU_ASSERT_EQUAL(limit.limit_percent, 0.7);
	find(set, "load_performance", 20, &limit);
	CU_ASSERT_FALSE(limit.has_row);
	CU_ASSERT_TRUE(limit.is_to_be_entered);
	CU_ASSERT_STRING_EQUAL(limit.clause, "6-2");
	limit_set_free(set);
}

static void expect_refusal(const char *base, const char *rows, const char *place, const char *part)
{
	char path[1200];
	struct limit_set *set;

	write_limits(path, "own.xml", base, rows);
	CU_ASSERT_EQUAL(limit_set_load(path, &set), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NULL(set);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), place));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), part));
}

static void mistakes_of_files_over_each_other_are_told_with_their_line(void)
{
	expect_refusal("", OWN, "own.xml line 1: ", "<currents");
	expect_refusal("base='own.xml'", OWN, "own.xml line 1: ", "in a circle");
	expect_refusal("base='limits/none.xml'", OWN,
		       "own.xml line 1: ", "limits/none.xml: cannot be opened");
	expect_refusal("base='../../etc/passwd'", OWN, "own.xml line 1: ", "base=");
	expect_refusal("", CURRENTS "<row tests='creep' limit='1 pulses'/>",
		       "own.xml line 3: ", "there is no test creep");
	expect_refusal("", CURRENTS "<row tests='no_load demand' limit='1 pulses'/>",
		       "own.xml line 3: ", "make two rows");
	expect_refusal("", CURRENTS "<row tests='no_load' limit='1 pulses' power_factor='1'/>",
		       "own.xml line 3: ", "has no load: leave power_factor out");
	expect_refusal("", CURRENTS "<row tests='no_load' limit='1 %'/>",
		       "own.xml line 3: ", "the limit for no_load is in pulses");
	expect_refusal("",
		       CURRENTS "<row tests='load_performance' from='In' to='Imax' "
				"power_factor='1' limit='1 of load_performance'/>",
		       "own.xml line 3: ", "part of itself");
	expect_refusal("", CURRENTS "<to_enter tests='creep'/>",
		       "own.xml line 3: ", "there is no test creep");
}

const char *const suite_name = "limit_files";
const struct suite_case suite_cases[] = {
	CASE(the_files_hold_the_figures_of_their_sources),
	CASE(every_figure_has_the_unit_of_its_test),
	CASE(formulas_give_the_figures_worked_by_hand),
	CASE(below_eight_tenths_of_the_voltage_the_limits_are_not_alike),
	CASE(the_official_figures_are_all_still_to_be_entered),
	CASE(a_laboratory_lays_its_rows_over_others),
	CASE(a_part_of_an_unread_figure_is_unread),
	CASE(a_figure_to_be_entered_hides_what_lies_below),
	CASE(mistakes_of_files_over_each_other_are_told_with_their_line),
	CASES_END,
};

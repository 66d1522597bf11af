/*
 * The service that the meter finds from its own voltages, its lock, and what its diagnostics say.
 * Whole meters get frames and are asked as the optical port asks; windows and long times are tested
 * at the module.
 */
#include "service/diagnostics.h"
#include "service/phasors.h"
#include "service/service_detection.h"
#include "tests/support/metered_load.h"
#include "tests/support/suite.h"

#define BIT(name) (1u << DIAGNOSTIC_##name)

static struct table_load three_volts(double a, double b, double lag_b, double c, double lag_c)
{
	return (struct table_load){.hertz = 60, .volts = {a, b, c}, .volts_lag = {0, lag_b, lag_c}};
}

/* Frames of 60 Hz repeat, so they are made once. */
static void run_seconds(struct table *table, const struct table_load *load, int seconds)
{
	struct sample_frame frames[TABLE_BLOCK / 2];
	int64_t frame = table->frame;

	table->frame = 0;
	table_fill(table, load, frames, TABLE_BLOCK / 2);
	table->frame = frame;
	for (int part = 0; part < 5 * seconds; part++) {
		table_feed(table, frames, TABLE_BLOCK / 2);
	}
}

static struct service_status status_of(const struct table *table)
{
	struct service_status status;

	service_read(table->meter, &status);
	return status;
}

static bool is_service(const struct service_view *view, int kind, int rotation, int volts)
{
	return view->kind == kind && view->rotation == rotation && view->nominal_volts == volts;
}

/* Lags as the trade prints them for ABC; CBA is their negative. */
static const struct known_service {
	const char *form;
	uint16_t class_amperes;
	int kind;
	bool has_rotation;
	double b, lag_b, c, lag_c; /* over A */
	double volts[4];
} known_services[] = {
	{"9S", 20, SERVICE_WYE_4_WIRE, true, 1, 120, 1, 240, {120, 240, 277}},
	{"16S", 200, SERVICE_WYE_4_WIRE, true, 1, 120, 1, 240, {120, 240, 277}},
	{"9S", 20, SERVICE_DELTA_4_WIRE, true, 1, 180, 1.7320508, 270, {120}},
	{"16S", 200, SERVICE_DELTA_4_WIRE, true, 1, 180, 1.7320508, 270, {120}},
	{"6S", 20, SERVICE_WYE_4_WIRE, true, 0, 0, 1, 240, {120, 240, 277}},
	{"36S", 20, SERVICE_WYE_4_WIRE, true, 0, 0, 1, 240, {120, 240, 277}},
	{"12S", 200, SERVICE_NETWORK_3_WIRE, false, 0, 0, 1, 240, {120}},
	{"25S", 200, SERVICE_NETWORK_3_WIRE, false, 0, 0, 1, 240, {120}},
	{"12S", 200, SERVICE_DELTA_3_WIRE, true, 0, 0, 1, 300, {120, 208, 240}},
	{"5S", 20, SERVICE_DELTA_3_WIRE, true, 0, 0, 1, 300, {120, 208, 240}},
	{"45S", 20, SERVICE_DELTA_3_WIRE, true, 0, 0, 1, 300, {120, 208, 240}},
};

#define KNOWN (int)(sizeof(known_services) / sizeof(known_services[0]))

static struct table_load load_of(const struct known_service *known, int sign, double volts)
{
	return three_volts(volts, volts * known->b, sign * known->lag_b, volts * known->c,
			   sign * known->lag_c);
}

static void every_service_of_the_notice_is_found_and_locked_in_both_rotations(void)
{
	for (int row = 0; row < KNOWN; row++) {
		const struct known_service *known = &known_services[row];

		for (int point = 0; point < 6 && known->volts[point / 2] > 0; point++) {
			int sign = point % 2 ? -1 : 1;
			int rotation = !known->has_rotation ? ROTATION_NONE
				       : sign > 0	    ? ROTATION_ABC
							    : ROTATION_CBA;
			double volts = known->volts[point / 2];
			struct table_load load = load_of(known, sign, volts);
			struct table *table = table_of_form(known->form, known->class_amperes);

			run_seconds(table, &load, 6);
			struct service_status status = status_of(table);

			CU_ASSERT(is_service(&status.present, known->kind, rotation, (int)volts));
			CU_ASSERT(is_service(&status.locked, known->kind, rotation, (int)volts));
			CU_ASSERT_EQUAL(status.diagnostics, 0);
			table_free(table);
		}
	}
}

static void nothing_is_locked_before_it_was_the_same_for_three_seconds(void)
{
	struct table *table = table_new(200);
	struct table_load wye = load_of(&known_services[1], 1, 120);
	struct table_load delta = load_of(&known_services[3], 1, 120);

	run_seconds(table, &wye, 4);
	CU_ASSERT(status_of(table).locked.kind == SERVICE_NONE);
	run_seconds(table, &delta, 2);
	run_seconds(table, &wye, 2);
	CU_ASSERT(status_of(table).locked.kind == SERVICE_NONE);
	run_seconds(table, &wye, 2);
	CU_ASSERT(status_of(table).locked.kind == SERVICE_WYE_4_WIRE);
	table_free(table);
}

static void services_that_are_not_covered_are_refused(void)
{
	static const struct {
		const char *form;
		uint16_t class_amperes;
		double a, b, lag_b, c, lag_c;
	} refused[] = {
		{"5S", 20, 345, 0, 0, 345, 300},	  /* what a converter leaves of 480 V */
		{"12S", 200, 300, 0, 0, 300, 300},	  /* a delta above 240 V and 15 % */
		{"16S", 200, 240, 240, 180, 353, 270},	  /* 4-wire delta 240/480 */
		{"12S", 200, 120, 0, 0, 120, 180},	  /* single phase, 3 wires */
		{"12S", 200, 240, 0, 0, 240, 240},	  /* a network of 240 V */
		{"25S", 200, 240, 0, 0, 240, 300},	  /* a delta on a network's form */
		{"5S", 20, 120, 0, 0, 120, 240},	  /* a network on a delta's form */
		{"6S", 20, 120, 0, 0, 120, 300},	  /* a delta on 2 1/2 elements */
		{"6S", 20, 120, 120, 180, 207.8, 270},	  /* 4-wire delta on 2 1/2 elements */
		{"16S", 200, 69.3, 69.3, 120, 69.3, 240}, /* below the rating */
		{"16S", 200, 347, 347, 120, 347, 240},	  /* above it */
		{"16S", 200, 120, 120, 300, 120, 240},	  /* B reversed */
		{"16S", 200, 120, 120, 0, 120, 0},	  /* in parallel */
		{"16S", 200, 120, 207.8, 90, 120, 180},	  /* the high leg on B */
	};

	for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct table *table = table_of_form(refused[i].form, refused[i].class_amperes);
		struct table_load load = three_volts(refused[i].a, refused[i].b, refused[i].lag_b,
						     refused[i].c, refused[i].lag_c);

		run_seconds(table, &load, 8);
		struct service_status status = status_of(table);

		CU_ASSERT_EQUAL(status.present.kind, SERVICE_NONE);
		CU_ASSERT_EQUAL(status.locked.kind, SERVICE_NONE);
		CU_ASSERT(status.diagnostics & BIT(SERVICE));
		table_free(table);
	}
}

/* Whatever is lost, and whatever a load behind the open fuse feeds back into it. */
static void a_lost_phase_is_never_another_service(void)
{
	static const double fed_back[] = {0, 0.2, 0.5, 0.9};

	for (int row = 0; row < KNOWN; row++) {
		const struct known_service *known = &known_services[row];

		for (int point = 0; point < 12; point++) {
			struct table_load load = load_of(known, 1, known->volts[0]);
			int lost = point / 4;
			int neighbour = lost == 0 ? 2 : 0;

			if (lost == 1 && known->b == 0) {
				continue;
			}
			load.volts[lost] = load.volts[neighbour] * fed_back[point % 4];
			load.volts_lag[lost] = load.volts_lag[neighbour];
			struct table *table = table_of_form(known->form, known->class_amperes);

			run_seconds(table, &load, 8);
			struct service_status status = status_of(table);

			CU_ASSERT_EQUAL(status.present.kind, SERVICE_NONE);
			CU_ASSERT_EQUAL(status.locked.kind, SERVICE_NONE);
			table_free(table);
		}
	}
}

static void a_lost_phase_keeps_the_lock_and_is_reported(void)
{
	for (int row = 0; row < KNOWN; row++) {
		const struct known_service *known = &known_services[row];
		struct table_load load = load_of(known, 1, known->volts[0]);
		struct table *table = table_of_form(known->form, known->class_amperes);

		run_seconds(table, &load, 6);
		load.volts[2] = 0;
		run_seconds(table, &load, 4);
		struct service_status status = status_of(table);

		CU_ASSERT_EQUAL(status.locked.kind, known->kind);
		CU_ASSERT_EQUAL(status.present.kind, SERVICE_NONE);
		CU_ASSERT_EQUAL(status.diagnostics, BIT(LOSS_OF_POTENTIAL) | BIT(SERVICE));
		load.volts[2] = known->volts[0] * known->c;
		run_seconds(table, &load, 4);
		CU_ASSERT_EQUAL(status_of(table).diagnostics, 0);
		table_free(table);
	}
}

static void angles_are_those_of_the_load_at_every_frequency(void)
{
	static const double hertz[] = {45, 50, 58.8, 60, 61.7, 65};

	for (int point = 0; point < 6; point++) {
		struct table_load load = table_balanced(120, 30, 37, hertz[point]);
		struct table *table = table_new(200);

		load.volts_fifth = 0.1;
		load.amperes_fifth = 0.4;
		load.volts_dc_counts = 20000;
		table_run(table, &load, 3.02);
		struct service_status status = status_of(table);

		for (int phase = 0; phase < 3; phase++) {
			CU_ASSERT_DOUBLE_EQUAL(lag_between(12000 * phase, status.volts_lag[phase]),
					       0, 100);
			CU_ASSERT_DOUBLE_EQUAL(
				lag_between(12000 * phase + 3700, status.amperes_lag[phase]), 0,
				100);
		}
		table_free(table);
	}
}

static void an_angle_is_right_in_every_direction(void)
{
	for (int degrees = 0; degrees < 360; degrees++) {
		double scale = degrees % 2 ? 1e17 : 1e5;
		double radians = degrees * TABLE_PI / 180;
		int32_t angle =
			angle_of(llrint(scale * cos(radians)), llrint(scale * sin(radians)));

		CU_ASSERT(abs(lag_between(100 * degrees, angle)) <= 1);
	}
}

/* ---- at the module: windows, hysteresis, time ---- */

static const struct device_form *form_of(const char *form)
{
	const struct device_form *found = device_form_find(form, 20);

	return found ? found : device_form_find(form, 200);
}

static struct service_observation observed(double a, double b, double lag_b, double c, double lag_c)
{
	struct service_observation observation = {
		.volts_mv = {(uint32_t)lrint(1000 * a), (uint32_t)lrint(1000 * b),
			     (uint32_t)lrint(1000 * c)},
		.volts_lag = {0, (uint16_t)lrint(100 * lag_b), (uint16_t)lrint(100 * lag_c)},
		.amperes_lag = {PHASOR_NO_LAG, PHASOR_NO_LAG, PHASOR_NO_LAG},
	};

	if (b <= 0) {
		observation.volts_lag[1] = PHASOR_NO_LAG;
	}
	return observation;
}

static int kind_of(const char *form, const struct service_observation *observation,
		   const struct service *known)
{
	return service_classify(form_of(form), observation, known).kind;
}

static const struct service nothing = {.kind = SERVICE_NONE};

/* Just inside and outside a window, first unknown, then known: 2 degrees and 2 % further. */
static void windows_have_the_edges_and_the_hysteresis_that_are_documented(void)
{
	static const struct service wye = {SERVICE_WYE_4_WIRE, ROTATION_ABC, 120};
	static const struct service high = {SERVICE_DELTA_4_WIRE, ROTATION_ABC, 120};
	static const struct service delta = {SERVICE_DELTA_3_WIRE, ROTATION_ABC, 240};
	static const struct {
		const char *form;
		const struct service *known;
		double inside[5], kept[5], outside[5];
	} edges[] = {
		{"9S",
		 &wye,
		 {120, 120, 134.9, 120, 240},
		 {120, 120, 136.9, 120, 240},
		 {120, 120, 137.1, 120, 240}},
		{"9S",
		 &wye,
		 {120, 120, 120, 120, 225.1},
		 {120, 120, 120, 120, 223.1},
		 {120, 120, 120, 120, 222.9}},
		{"9S",
		 &wye,
		 {120, 134.3, 120, 120, 240},
		 {120, 136.7, 120, 120, 240},
		 {120, 136.9, 120, 120, 240}},
		{"9S",
		 &wye,
		 {120, 120, 120, 105.7, 240},
		 {120, 120, 120, 103.3, 240},
		 {120, 120, 120, 103.1, 240}},
		{"9S",
		 &wye,
		 {137.9, 137.9, 120, 137.9, 240},
		 {140.3, 140.3, 120, 140.3, 240},
		 {140.5, 140.5, 120, 140.5, 240}},
		{"9S",
		 &wye,
		 {96.1, 96.1, 120, 96.1, 240},
		 {93.7, 93.7, 120, 93.7, 240},
		 {93.5, 93.5, 120, 93.5, 240}},
		{"9S",
		 &high,
		 {120, 120, 180, 228.4, 270},
		 {120, 120, 180, 232.6, 270},
		 {120, 120, 180, 233.0, 270}},
		{"9S",
		 &high,
		 {120, 120, 180, 187.3, 270},
		 {120, 120, 180, 183.1, 270},
		 {120, 120, 180, 182.6, 270}},
		{"5S",
		 &delta,
		 {240, 0, 0, 240, 285.1},
		 {240, 0, 0, 240, 283.1},
		 {240, 0, 0, 240, 282.9}},
		{"5S",
		 &delta,
		 {275.9, 0, 0, 275.9, 300},
		 {280.7, 0, 0, 280.7, 300},
		 {280.9, 0, 0, 280.9, 300}},
	};

	for (unsigned i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		const char *form = edges[i].form;
		const double *n = edges[i].inside;
		const double *k = edges[i].kept;
		const double *o = edges[i].outside;
		struct service_observation inside = observed(n[0], n[1], n[2], n[3], n[4]);
		struct service_observation kept = observed(k[0], k[1], k[2], k[3], k[4]);
		struct service_observation outside = observed(o[0], o[1], o[2], o[3], o[4]);

		CU_ASSERT_EQUAL(kind_of(form, &inside, &nothing), edges[i].known->kind);
		CU_ASSERT_EQUAL(kind_of(form, &kept, &nothing), SERVICE_NONE);
		CU_ASSERT_EQUAL(kind_of(form, &kept, edges[i].known), edges[i].known->kind);
		CU_ASSERT_EQUAL(kind_of(form, &outside, edges[i].known), SERVICE_NONE);
	}
}

/* sqrt(240 x 277) = 257.8 V is as far from one as from the other; 4 % in favour of the known one.
 */
static void between_240_and_277_volts_the_known_nominal_is_kept(void)
{
	static const struct service v240 = {SERVICE_WYE_4_WIRE, ROTATION_ABC, 240};
	static const struct service v277 = {SERVICE_WYE_4_WIRE, ROTATION_ABC, 277};
	struct service_observation below = observed(256, 256, 120, 256, 240);
	struct service_observation above = observed(260, 260, 120, 260, 240);
	struct service_observation far_above = observed(266, 266, 120, 266, 240);
	struct service_observation far_below = observed(250, 250, 120, 250, 240);

	CU_ASSERT_EQUAL(service_classify(form_of("9S"), &below, &nothing).nominal_volts, 240);
	CU_ASSERT_EQUAL(service_classify(form_of("9S"), &above, &nothing).nominal_volts, 277);
	CU_ASSERT_EQUAL(service_classify(form_of("9S"), &above, &v240).nominal_volts, 240);
	CU_ASSERT_EQUAL(service_classify(form_of("9S"), &below, &v277).nominal_volts, 277);
	CU_ASSERT_EQUAL(service_classify(form_of("9S"), &far_above, &v240).nominal_volts, 277);
	CU_ASSERT_EQUAL(service_classify(form_of("9S"), &far_below, &v277).nominal_volts, 240);
}

static void high_voltage_deltas_are_refused_at_any_volts(void)
{
	struct service_observation delta_480 = observed(480, 0, 0, 480, 300);
	struct service_observation four_wire = observed(240, 240, 180, 415.7, 270);

	CU_ASSERT_EQUAL(kind_of("5S", &delta_480, &nothing), SERVICE_NONE);
	CU_ASSERT_EQUAL(kind_of("12S", &delta_480, &nothing), SERVICE_NONE);
	CU_ASSERT_EQUAL(kind_of("9S", &four_wire, &nothing), SERVICE_NONE);
	CU_ASSERT_EQUAL(kind_of("16S", &four_wire, &nothing), SERVICE_NONE);
}

static void another_service_replaces_the_lock_after_a_day_and_a_lost_phase_never(void)
{
	const struct device_form *form = form_of("16S");
	struct service_observation wye = observed(120, 120, 120, 120, 240);
	struct service_observation delta = observed(120, 120, 180, 207.8, 270);
	struct service_observation lost = observed(120, 0, 0, 120, 240);
	struct service_detection detection = {.settling = 0};
	int locks = 0;

	for (int second = 0; second < 10; second++) {
		locks += service_detection_observe(&detection, form, &wye);
	}
	CU_ASSERT_EQUAL(locks, 1);
	for (int second = 0; second < 200000; second++) {
		locks += service_detection_observe(&detection, form, &lost);
	}
	CU_ASSERT_EQUAL(locks, 1);
	for (int second = 0; second < 86400; second++) {
		locks += service_detection_observe(&detection, form, &delta);
	}
	CU_ASSERT_EQUAL(detection.locked.kind, SERVICE_WYE_4_WIRE);
	CU_ASSERT_EQUAL(detection.present.kind, SERVICE_DELTA_4_WIRE);
	for (int second = 0; second < 3; second++) {
		locks += service_detection_observe(&detection, form, &delta);
	}
	CU_ASSERT_EQUAL(locks, 2);
	CU_ASSERT_EQUAL(detection.locked.kind, SERVICE_DELTA_4_WIRE);
}

static void a_lock_is_restored_only_where_the_form_can_have_it(void)
{
	struct service_detection saved = {.locked = {SERVICE_WYE_4_WIRE, ROTATION_CBA, 277}};
	struct service_detection restored;
	uint8_t bytes[SERVICE_LOCK_BYTES];

	service_detection_save(&saved, bytes);
	service_detection_restore(&restored, form_of("9S"), bytes);
	CU_ASSERT(service_is_same(&saved.locked, &restored.locked));
	service_detection_restore(&restored, form_of("5S"), bytes);
	CU_ASSERT_EQUAL(restored.locked.kind, SERVICE_NONE);
	for (unsigned byte = 0; byte < SERVICE_LOCK_BYTES; byte++) {
		uint8_t damaged[SERVICE_LOCK_BYTES];

		memcpy(damaged, bytes, sizeof(bytes));
		damaged[byte] = 0xFF;
		service_detection_restore(&restored, form_of("9S"), damaged);
		CU_ASSERT_EQUAL(restored.locked.kind, SERVICE_NONE);
	}
}

static void the_lock_survives_power_up_and_guards_against_a_lost_phase(void)
{
	struct table *table = table_of_form("12S", 200);
	struct table_load delta = load_of(&known_services[8], -1, 240);

	run_seconds(table, &delta, 61);
	table_power_up(table);
	delta.volts[2] = 0;
	run_seconds(table, &delta, 8);
	struct service_status status = status_of(table);

	CU_ASSERT(is_service(&status.locked, SERVICE_DELTA_3_WIRE, ROTATION_CBA, 240));
	CU_ASSERT_EQUAL(status.diagnostics, BIT(LOSS_OF_POTENTIAL) | BIT(SERVICE));
	table_free(table);
}

/* ---- diagnostics, at the whole meter ---- */

/* Locks on the load without what is wrong, then shows what is said of it. */
static unsigned diagnostics_after(const char *form, const struct table_load *good,
				  const struct table_load *bad)
{
	struct table *table = table_of_form(form, form_of(form)->class_amperes);

	run_seconds(table, good, 6);
	CU_ASSERT_EQUAL(status_of(table).diagnostics, 0);
	run_seconds(table, bad, 4);
	unsigned bits = status_of(table).diagnostics;

	run_seconds(table, good, 4);
	CU_ASSERT_EQUAL(status_of(table).diagnostics, 0);
	table_free(table);
	return bits;
}

static struct table_load loaded(const struct known_service *known, int sign, double phi)
{
	static const double theta[][3] = {
		[SERVICE_WYE_4_WIRE] = {0, 0, 0},
		[SERVICE_DELTA_4_WIRE] = {30, -30, 0},
		[SERVICE_NETWORK_3_WIRE] = {0, 0, 0},
		[SERVICE_DELTA_3_WIRE] = {30, 0, -30},
	};
	struct table_load load = load_of(known, sign, 120);
	bool is_two_and_a_half = !strcmp(known->form, "6S") || !strcmp(known->form, "36S");

	for (int phase = 0; phase < 3; phase++) {
		if (load.volts[phase] > 0 || (phase == 1 && is_two_and_a_half)) {
			double own = phase == 1 && is_two_and_a_half ? sign * 120.0
								     : load.volts_lag[phase];

			load.amperes[phase] = 0.3 * known->class_amperes;
			load.amperes_lag[phase] = own + phi + sign * theta[known->kind][phase];
		}
	}
	return load;
}

static void ordinary_loads_raise_no_diagnostic(void)
{
	static const double phis[] = {0, 60, -60, 85, 180, 240};

	for (int point = 0; point < KNOWN * 12; point++) {
		const struct known_service *known = &known_services[point / 12];
		struct table *table = table_of_form(known->form, known->class_amperes);
		struct table_load load = loaded(known, point % 2 ? -1 : 1, phis[point / 2 % 6]);

		run_seconds(table, &load, 10);
		CU_ASSERT_EQUAL(status_of(table).diagnostics, 0);
		table_free(table);
	}
}

static void one_reversed_current_is_a_polarity_and_two_exchanged_are_cross_phase(void)
{
	for (int point = 0; point < KNOWN * 2; point++) {
		const struct known_service *known = &known_services[point / 2];
		struct table_load good = loaded(known, point % 2 ? -1 : 1, 20);
		struct table_load reversed = good;
		struct table_load exchanged = good;

		reversed.amperes_lag[2] += 180;
		CU_ASSERT_EQUAL(diagnostics_after(known->form, &good, &reversed), BIT(POLARITY));
		exchanged.amperes_lag[0] = good.amperes_lag[2];
		exchanged.amperes_lag[2] = good.amperes_lag[0];
		CU_ASSERT_EQUAL(diagnostics_after(known->form, &good, &exchanged),
				BIT(CROSS_PHASE));
	}
}

static void a_reversed_voltage_is_a_polarity_and_no_service(void)
{
	struct table_load good = loaded(&known_services[1], 1, 20);
	struct table_load bad = good;

	bad.volts_lag[1] += 180;
	CU_ASSERT_EQUAL(diagnostics_after("16S", &good, &bad),
			BIT(POLARITY) | BIT(VOLTAGE_ANGLE) | BIT(SERVICE));
}

static void the_other_rotation_is_told_as_such(void)
{
	struct table_load good = loaded(&known_services[1], 1, 20);
	struct table_load bad = loaded(&known_services[1], -1, 20);

	CU_ASSERT_EQUAL(diagnostics_after("16S", &good, &bad), BIT(ROTATION));
}

static void imbalance_of_voltages_and_currents_is_told_above_its_limit(void)
{
	for (int row = 0; row < KNOWN; row++) {
		const struct known_service *known = &known_services[row];
		struct table_load good = loaded(known, 1, 20);
		struct table_load bad = good;

		/* 12 % on one of three legs is 7.7 % from the mean, on one of two 5.7 % */
		bad.volts[2] *= 1.115;
		CU_ASSERT_EQUAL(diagnostics_after(known->form, &good, &bad),
				BIT(VOLTAGE_IMBALANCE));
		bad = good;
		bad.amperes[0] *= 0.2;
		CU_ASSERT_EQUAL(diagnostics_after(known->form, &good, &bad),
				BIT(CURRENT_IMBALANCE));
	}
}

static void an_angle_out_of_place_is_told_before_the_service_is_lost(void)
{
	struct table_load good = loaded(&known_services[1], 1, 20);
	struct table_load bad = good;

	bad.volts_lag[1] += 12;
	CU_ASSERT_EQUAL(diagnostics_after("16S", &good, &bad), BIT(VOLTAGE_ANGLE));
}

static void energy_is_measured_whatever_the_service(void)
{
	struct table *table = table_of_form("12S", 200);
	struct table_load load = three_volts(120, 0, 0, 120, 180);
	struct quantities shown;

	load.amperes[0] = load.amperes[2] = 100;
	load.amperes_lag[2] = 180;
	run_seconds(table, &load, 60);
	CU_ASSERT_EQUAL(status_of(table).present.kind, SERVICE_NONE);
	quantities_read(table->meter, &shown);
	CU_ASSERT_DOUBLE_EQUAL((double)shown.delivered_counts, 24000 * 60 / 3.6, 800);
	table_free(table);
}

const char *const suite_name = "meter_service";
const struct suite_case suite_cases[] = {
	CASE(every_service_of_the_notice_is_found_and_locked_in_both_rotations),
	CASE(nothing_is_locked_before_it_was_the_same_for_three_seconds),
	CASE(services_that_are_not_covered_are_refused),
	CASE(a_lost_phase_is_never_another_service),
	CASE(a_lost_phase_keeps_the_lock_and_is_reported),
	CASE(angles_are_those_of_the_load_at_every_frequency),
	CASE(an_angle_is_right_in_every_direction),
	CASE(windows_have_the_edges_and_the_hysteresis_that_are_documented),
	CASE(between_240_and_277_volts_the_known_nominal_is_kept),
	CASE(high_voltage_deltas_are_refused_at_any_volts),
	CASE(another_service_replaces_the_lock_after_a_day_and_a_lost_phase_never),
	CASE(a_lock_is_restored_only_where_the_form_can_have_it),
	CASE(the_lock_survives_power_up_and_guards_against_a_lost_phase),
	CASE(ordinary_loads_raise_no_diagnostic),
	CASE(one_reversed_current_is_a_polarity_and_two_exchanged_are_cross_phase),
	CASE(a_reversed_voltage_is_a_polarity_and_no_service),
	CASE(the_other_rotation_is_told_as_such),
	CASE(imbalance_of_voltages_and_currents_is_told_above_its_limit),
	CASE(an_angle_out_of_place_is_told_before_the_service_is_lost),
	CASE(energy_is_measured_whatever_the_service),
	CASES_END,
};

/* Tables of forms and services, and the phasors that follow from them. */
#include "reference_source/service_type.h"

#include <stdio.h>
#include <string.h>

#include "reference_source/portable_sine.h"

#define ROOT_3 1.7320508075688772

/* Angles for rotation ABC; for CBA all of them change their sign. */
struct geometry {
	const char *name, *word;
	double volts_ratio[3];
	double volts_lag[3];
	double balanced_lag[3]; /* of the current behind its element's voltage at unity power factor
				 */
	double line_lag;	/* of the voltage from leg A to leg C behind that of A */
};

static const struct geometry geometries[] = {
	[SERVICE_WYE_4_WIRE] =
		{"4-wire wye", "wye_4_wire", {1, 1, 1}, {0, 120, 240}, {0, 0, 0}, 30},
	[SERVICE_DELTA_4_WIRE] =
		{"4-wire delta", "delta_4_wire", {1, 1, ROOT_3}, {0, 180, 270}, {30, -30, 0}, 60},
	[SERVICE_NETWORK_3_WIRE] =
		{"3-wire network", "network_3_wire", {1, 0, 1}, {0, 0, 240}, {0, 0, 0}, 30},
	[SERVICE_DELTA_3_WIRE] =
		{"3-wire delta", "delta_3_wire", {1, 0, 1}, {0, 0, 300}, {30, 0, -30}, 60},
	[SERVICE_SINGLE_PHASE_3_WIRE] = {"single-phase 3-wire",
					 "single_phase_3_wire",
					 {1, 0, 1},
					 {0, 0, 180},
					 {0, 0, 0},
					 0},
};

#define WIRING_3_ELEMENTS                                                                          \
	1, 3,                                                                                      \
	{                                                                                          \
		{{1, 0, 0}, {1, 0, 0}}, {{0, 1, 0}, {0, 1, 0}},                                    \
		{                                                                                  \
			{0, 0, 1},                                                                 \
			{                                                                          \
				0, 0, 1                                                            \
			}                                                                          \
		}                                                                                  \
	}
#define WIRING_2_ELEMENTS_AND_HALF                                                                 \
	1, 2,                                                                                      \
	{                                                                                          \
		{{1, 0, 0}, {1, -1, 0}},                                                           \
		{                                                                                  \
			{0, 0, 1},                                                                 \
			{                                                                          \
				0, -1, 1                                                           \
			}                                                                          \
		}                                                                                  \
	}
/* to the common potential: neutral of a network, phase B of a delta */
#define WIRING_2_ELEMENTS                                                                          \
	1, 2,                                                                                      \
	{                                                                                          \
		{{1, 0, 0}, {1, 0, 0}},                                                            \
		{                                                                                  \
			{0, 0, 1},                                                                 \
			{                                                                          \
				0, 0, 1                                                            \
			}                                                                          \
		}                                                                                  \
	}

/* leg to leg; the currents of both legs, the second one reversed, through a coil each */
#define WIRING_1_ELEMENT_2_COILS                                                                   \
	0.5, 1,                                                                                    \
	{                                                                                          \
		{                                                                                  \
			{1, 0, -1},                                                                \
			{                                                                          \
				1, 0, -1                                                           \
			}                                                                          \
		}                                                                                  \
	}

static const struct form forms[] = {
	{"2S", SERVICE_SINGLE_PHASE_3_WIRE, 1, 3, WIRING_1_ELEMENT_2_COILS},
	{"5S", SERVICE_DELTA_3_WIRE, 2, 3, WIRING_2_ELEMENTS},
	{"6S", SERVICE_WYE_4_WIRE, 2.5, 4, WIRING_2_ELEMENTS_AND_HALF},
	{"9S", SERVICE_WYE_4_WIRE, 3, 4, WIRING_3_ELEMENTS},
	{"12S", SERVICE_NETWORK_3_WIRE, 2, 3, WIRING_2_ELEMENTS},
	{"16S", SERVICE_WYE_4_WIRE, 3, 4, WIRING_3_ELEMENTS},
	{"25S", SERVICE_NETWORK_3_WIRE, 2, 3, WIRING_2_ELEMENTS},
	{"36S", SERVICE_WYE_4_WIRE, 2.5, 4, WIRING_2_ELEMENTS_AND_HALF},
	{"45S", SERVICE_DELTA_3_WIRE, 2, 3, WIRING_2_ELEMENTS},
};

#define FORM_COUNT (sizeof(forms) / sizeof(forms[0]))

const struct form *form_find(const char *name)
{
	for (size_t i = 0; i < FORM_COUNT; i++) {
		if (!strcmp(forms[i].name, name)) {
			return &forms[i];
		}
	}
	return NULL;
}

const struct form *form_at(size_t index)
{
	return index < FORM_COUNT ? &forms[index] : NULL;
}

const char *service_name(enum service service)
{
	return geometries[service].name;
}

const char *service_word(enum service service)
{
	return geometries[service].word;
}

enum status service_from_word(const char *word, enum service *service)
{
	char list[160] = "";

	for (size_t i = 0; i < sizeof(geometries) / sizeof(geometries[0]); i++) {
		size_t length = strlen(list);
		if (!strcmp(geometries[i].word, word)) {
			*service = (enum service)i;
			return STATUS_OK;
		}
		snprintf(list + length, sizeof(list) - length, "%s%s", length ? ", " : "",
			 geometries[i].word);
	}
	return status_fail(STATUS_BAD_INPUT, "there is no service %.40s; there are %s", word, list);
}

static double within_one_turn(double degrees)
{
	while (degrees < 0) {
		degrees += 360;
	}
	while (degrees >= 360) {
		degrees -= 360;
	}
	return degrees;
}

/* One phase: A; two: A and C; three: all. */
static bool is_energised(const struct geometry *geometry, int phases, int channel)
{
	static const signed char phases_needed[3] = {1, 3, 2};

	return phases >= phases_needed[channel] && geometry->volts_ratio[channel] > 0;
}

static bool has_line(const struct geometry *geometry, const struct load_point *point, int line)
{
	return is_energised(geometry, point->phases, line) && !(point->lost & 1U << line);
}

static enum status check_shape(const struct geometry *geometry, const struct load_point *point)
{
	bool has_uneven = point->uneven.volts_percent > 0;

	for (int i = 0; i < 3; i++) {
		bool is_named = point->lost & 1U << i || (has_uneven && point->uneven.leg == i);
		if (is_named && !is_energised(geometry, point->phases, i)) {
			return status_fail(STATUS_BAD_INPUT,
					   "leg %c has no voltage of its own on a %s service with "
					   "%d energised phases, it can be neither lost nor uneven",
					   'A' + i, geometry->name, point->phases);
		}
	}
	if (point->is_line_to_line &&
	    (!has_line(geometry, point, 0) || !has_line(geometry, point, 2))) {
		return status_fail(STATUS_BAD_INPUT,
				   "a load from A to C needs both legs; give 2 or 3 phases");
	}
	for (int i = 0; i < 3; i++) {
		if (has_line(geometry, point, i)) {
			return STATUS_OK;
		}
	}
	return status_fail(STATUS_BAD_INPUT, "every leg of the %s service is lost", geometry->name);
}

static enum status check_point(const struct geometry *geometry, const struct load_point *point)
{
	int element = point->single_element;

	if (point->phases < 1 || point->phases > 3) {
		return status_fail(STATUS_BAD_INPUT,
				   "%d phases are asked of a %s service: give 1, 2 or 3",
				   point->phases, geometry->name);
	}
	if (element > 2) {
		return status_fail(STATUS_BAD_INPUT,
				   "there is no element number %d: give A, B or C", element);
	}
	if (element >= 0 && !is_energised(geometry, point->phases, element)) {
		return status_fail(
			STATUS_BAD_INPUT,
			"element %c has no voltage on a %s service with %d energised phases",
			'A' + element, geometry->name, point->phases);
	}
	return check_shape(geometry, point);
}

static double share(double percent, bool is_meant)
{
	return is_meant ? percent / 100 : 1;
}

/* Where a line is lost, every current that is left lags the voltage of its own element. */
static struct phasor current_of(const struct geometry *geometry, const struct load_point *point,
				int leg)
{
	double rotation = point->sequence == PHASE_SEQUENCE_CBA ? -1 : 1;
	double lag = load_point_lag_degrees(point);
	bool is_alone = point->single_element >= 0 || point->phases == 1 || point->lost;
	bool is_uneven = point->uneven.volts_percent > 0 && point->uneven.leg == leg;
	double amperes = point->amperes * share(point->uneven.amperes_percent, is_uneven);

	if (point->is_line_to_line) {
		double degrees = rotation * geometry->line_lag + lag + (leg == 2 ? 180 : 0);

		return leg == 1 ? (struct phasor){0}
				: (struct phasor){amperes, within_one_turn(degrees)};
	}
	if (point->single_element >= 0 && point->single_element != leg) {
		return (struct phasor){0};
	}
	double extra = is_alone ? 0 : rotation * geometry->balanced_lag[leg];
	double own = rotation * geometry->volts_lag[leg];
	return (struct phasor){amperes, within_one_turn(own + lag + extra)};
}

enum status service_phasors(enum service service, const struct load_point *load_point,
			    struct three_phase *load)
{
	const struct geometry *geometry = &geometries[service];
	const struct uneven_leg *uneven = &load_point->uneven;
	double rotation = load_point->sequence == PHASE_SEQUENCE_CBA ? -1 : 1;
	enum status status = check_point(geometry, load_point);

	if (status != STATUS_OK) {
		return status;
	}
	*load = (struct three_phase){.hertz = load_point->hertz};
	for (int i = 0; i < 3; i++) {
		if (!has_line(geometry, load_point, i)) {
			continue;
		}
		double volts =
			load_point->volts * geometry->volts_ratio[i] *
			share(uneven->volts_percent, uneven->volts_percent > 0 && uneven->leg == i);

		load->volts[i] =
			(struct phasor){volts, within_one_turn(rotation * geometry->volts_lag[i])};
		load->amperes[i] = current_of(geometry, load_point, i);
	}
	return STATUS_OK;
}

static double watts_of(const struct phasor *volts, const struct phasor *amperes)
{
	return volts->rms * amperes->rms *
	       sine_cosine_of_degrees(amperes->lag_degrees - volts->lag_degrees).cosine;
}

double form_stator_watts(const struct form *form, int stator, const struct three_phase *load)
{
	const struct element_wiring *wiring = &form->wiring[stator];
	double watts = 0;

	for (int i = 0; i < 9; i++) {
		watts += wiring->volts[i / 3] * wiring->amperes[i % 3] *
			 watts_of(&load->volts[i / 3], &load->amperes[i % 3]);
	}
	return form->coil_factor * watts;
}

double form_inherent_error(const struct form *form, const struct three_phase *load)
{
	double watts = three_phase_watts(load);
	double registered = 0;

	for (int stator = 0; stator < form->wiring_count; stator++) {
		registered += form_stator_watts(form, stator, load);
	}
	return registered / watts - 1;
}

double three_phase_watts(const struct three_phase *load)
{
	double watts = 0;

	for (int i = 0; i < 3; i++) {
		watts += watts_of(&load->volts[i], &load->amperes[i]);
	}
	return watts;
}

double load_point_watts(const struct load_point *load_point, const struct three_phase *load)
{
	const struct load_harmonic *harmonic = &load_point->harmonic;
	double share = harmonic->volts_percent / 100 * harmonic->amperes_percent / 100;
	double watts = three_phase_watts(load);

	for (int i = 0; harmonic->order && i < 3; i++) {
		struct phasor volts = load->volts[i];
		struct phasor amperes = load->amperes[i];

		volts.lag_degrees *= harmonic->order;
		amperes.lag_degrees *= harmonic->order;
		watts += share * watts_of(&volts, &amperes);
	}
	return watts;
}

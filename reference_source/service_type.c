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
};

static const struct geometry geometries[] = {
	[SERVICE_WYE_4_WIRE] = {"4-wire wye", "wye_4_wire", {1, 1, 1}, {0, 120, 240}, {0, 0, 0}},
	[SERVICE_DELTA_4_WIRE] =
		{"4-wire delta", "delta_4_wire", {1, 1, ROOT_3}, {0, 180, 270}, {30, -30, 0}},
	[SERVICE_NETWORK_3_WIRE] =
		{"3-wire network", "network_3_wire", {1, 0, 1}, {0, 0, 240}, {0, 0, 0}},
	[SERVICE_DELTA_3_WIRE] =
		{"3-wire delta", "delta_3_wire", {1, 0, 1}, {0, 0, 300}, {30, 0, -30}},
	[SERVICE_SINGLE_PHASE_3_WIRE] =
		{"single-phase 3-wire", "single_phase_3_wire", {1, 0, 1}, {0, 0, 180}, {0, 0, 0}},
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
	return STATUS_OK;
}

enum status service_phasors(enum service service, const struct load_point *load_point,
			    struct three_phase *load)
{
	const struct geometry *geometry = &geometries[service];
	double rotation = load_point->sequence == PHASE_SEQUENCE_CBA ? -1 : 1;
	bool is_alone = load_point->single_element >= 0 || load_point->phases == 1;
	double lag = load_point_lag_degrees(load_point);
	enum status status = check_point(geometry, load_point);

	if (status != STATUS_OK) {
		return status;
	}
	*load = (struct three_phase){.hertz = load_point->hertz};
	for (int i = 0; i < 3; i++) {
		if (!is_energised(geometry, load_point->phases, i)) {
			continue;
		}
		double own = rotation * geometry->volts_lag[i];
		double extra = is_alone ? 0 : rotation * geometry->balanced_lag[i];

		load->volts[i] = (struct phasor){load_point->volts * geometry->volts_ratio[i],
						 within_one_turn(own)};
		if (load_point->single_element < 0 || load_point->single_element == i) {
			load->amperes[i] = (struct phasor){load_point->amperes,
							   within_one_turn(own + lag + extra)};
		}
	}
	return STATUS_OK;
}

double three_phase_watts(const struct three_phase *load)
{
	double watts = 0;

	for (int i = 0; i < 3; i++) {
		double lag = load->amperes[i].lag_degrees - load->volts[i].lag_degrees;

		watts += load->volts[i].rms * load->amperes[i].rms *
			 sine_cosine_of_degrees(lag).cosine;
	}
	return watts;
}

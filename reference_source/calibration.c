/*
 * Looking up a certificate between its points. Interpolation along current; where voltage or power
 * factor is not a certified one, half the difference to the next certified one is added to the
 * interpolation's half width.
 */
#include "reference_source/calibration.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define NO_LEAD_OR_LAG 0.9999999 /* a power factor from here on is unity: of both sides */
#define OUTSIDE 1.1		 /* certified ranges may be left by this factor */
#define AT_POINT 0.01		 /* relative distance at which a load is the certified one */

const char *standard_influence_name(enum standard_influence influence)
{
	static const char *const names[INFLUENCES] = {
		[INFLUENCE_NONE] = "none",
		[INFLUENCE_VOLTAGE] = "voltage",
		[INFLUENCE_FREQUENCY] = "frequency",
		[INFLUENCE_TEMPERATURE] = "temperature",
		[INFLUENCE_PHASE_SEQUENCE] = "phase_sequence",
		[INFLUENCE_UNBALANCE] = "unbalance",
		[INFLUENCE_HARMONICS] = "harmonics",
	};

	return names[influence];
}

/* The points of one voltage, power factor and side. */
struct slice {
	double volts;
	double power_factor;
	bool is_leading;
};

static bool is_of_side(const struct certificate_point *point, bool is_leading)
{
	return point->is_leading == is_leading || point->power_factor >= NO_LEAD_OR_LAG;
}

static bool is_in(const struct certificate_point *point, const struct slice *slice)
{
	return point->volts == slice->volts && point->power_factor == slice->power_factor &&
	       is_of_side(point, slice->is_leading);
}

/* Logarithm of a ratio from + - * / sqrt: roots bring it near 1, where the series of artanh is
 * short. */
static double portable_log(double ratio)
{
	double root = ratio;

	for (int i = 0; i < 12; i++) {
		root = sqrt(root);
	}
	double u = (root - 1) / (root + 1);
	double s = u * u;
	return 8192 * u * (1 + s * (1.0 / 3 + s * (1.0 / 5 + s / 7)));
}

/* Neighbours of a current in a slice: NULL where there is none. */
static void find_neighbours(const struct certificate *certificate, const struct slice *slice,
			    double amperes, const struct certificate_point **below,
			    const struct certificate_point **above)
{
	*below = NULL;
	*above = NULL;
	for (int i = 0; i < certificate->count; i++) {
		const struct certificate_point *point = &certificate->points[i];

		if (!is_in(point, slice)) {
			continue;
		}
		if (point->amperes <= amperes && (!*below || point->amperes > (*below)->amperes)) {
			*below = point;
		}
		if (point->amperes >= amperes && (!*above || point->amperes < (*above)->amperes)) {
			*above = point;
		}
	}
}

static double standard_uncertainty(const struct certificate_point *point)
{
	return point->expanded_uncertainty_percent / point->coverage_factor;
}

static enum status outside(const struct certificate *certificate, double asked, const char *unit)
{
	return status_fail(
		STATUS_LIMIT,
		"%g %s lies outside the points of certificate %s for %s %s: choose a load "
		"within them or have the standard calibrated there",
		asked, unit, certificate->number, certificate->instrument_model,
		certificate->instrument_serial);
}

/* Error in one slice at a current between its points. */
static enum status error_in_slice(const struct certificate *certificate, const struct slice *slice,
				  double amperes, struct certified_error *error)
{
	const struct certificate_point *below;
	const struct certificate_point *above;

	find_neighbours(certificate, slice, amperes, &below, &above);
	if (!below && above && amperes * OUTSIDE >= above->amperes) {
		below = above;
	}
	if (!above && below && amperes <= below->amperes * OUTSIDE) {
		above = below;
	}
	if (!below || !above) {
		return outside(certificate, amperes, "A");
	}
	double share = 0;
	if (above->amperes > below->amperes) {
		share = portable_log(amperes / below->amperes) /
			portable_log(above->amperes / below->amperes);
	}
	bool is_certified = amperes <= below->amperes * (1 + AT_POINT) ||
			    amperes >= above->amperes * (1 - AT_POINT);
	double rise = above->error_percent - below->error_percent;
	double u_below = standard_uncertainty(below);
	double u_above = standard_uncertainty(above);

	error->error_percent = below->error_percent + share * rise;
	error->standard_uncertainty_percent = u_below > u_above ? u_below : u_above;
	error->interpolation_percent = is_certified ? 0 : fabs(rise) / 2;
	return STATUS_OK;
}

/*
 * The certified voltage (member 0) nearest to the one asked, and the nearest on its other side
 * (member 1; 0 if none or not needed).
 */
static enum status choose_volts(const struct certificate *certificate, double volts,
				double chosen[2])
{
	double below = 0;
	double above = 0;

	for (int i = 0; i < certificate->count; i++) {
		double certified = certificate->points[i].volts;

		if (certified <= volts && certified > below) {
			below = certified;
		}
		if (certified >= volts && (above == 0 || certified < above)) {
			above = certified;
		}
	}
	if ((below == 0 && volts * OUTSIDE < above) || (above == 0 && volts > below * OUTSIDE) ||
	    (below == 0 && above == 0)) {
		return outside(certificate, volts, "V");
	}
	bool is_below = above == 0 || (below > 0 && volts - below <= above - volts);
	chosen[0] = is_below ? below : above;
	chosen[1] = is_below ? above : below;
	if (fabs(volts - chosen[0]) <= AT_POINT * volts) {
		chosen[1] = 0;
	}
	return STATUS_OK;
}

/* The nearest certified power factor of the side, and the next nearest (0 if none or not needed).
 */
static void choose_power_factor(const struct certificate *certificate, double volts,
				double power_factor, bool is_leading, double chosen[2])
{
	chosen[0] = 0;
	chosen[1] = 0;
	for (int i = 0; i < certificate->count; i++) {
		const struct certificate_point *point = &certificate->points[i];
		double certified = point->power_factor;
		double distance = fabs(certified - power_factor);

		if (point->volts != volts || !is_of_side(point, is_leading) ||
		    certified == chosen[0] || certified == chosen[1]) {
			continue;
		}
		if (chosen[0] == 0 || distance < fabs(chosen[0] - power_factor)) {
			chosen[1] = chosen[0];
			chosen[0] = certified;
		} else if (chosen[1] == 0 || distance < fabs(chosen[1] - power_factor)) {
			chosen[1] = certified;
		}
	}
	if (fabs(chosen[0] - power_factor) <= AT_POINT * power_factor) {
		chosen[1] = 0;
	}
}

/* Adds half the difference to another slice, if that slice has the current. */
static void widen(const struct certificate *certificate, const struct slice *other, double amperes,
		  double error_percent, struct certified_error *error)
{
	struct certified_error there;

	if (other->volts > 0 && other->power_factor > 0 &&
	    error_in_slice(certificate, other, amperes, &there) == STATUS_OK) {
		error->interpolation_percent += fabs(there.error_percent - error_percent) / 2;
	}
}

enum status certificate_at(const struct certificate *certificate, double volts, double amperes,
			   double power_factor, bool is_leading, struct certified_error *error)
{
	double near_volts[2] = {0, 0};
	double near_power_factor[2] = {0, 0};
	enum status status = choose_volts(certificate, volts, near_volts);

	if (status != STATUS_OK) {
		return status;
	}
	choose_power_factor(certificate, near_volts[0], power_factor, is_leading,
			    near_power_factor);
	if (near_power_factor[0] == 0) {
		return outside(certificate, power_factor, is_leading ? "(leading)" : "(lagging)");
	}
	struct slice slice = {near_volts[0], near_power_factor[0], is_leading};
	struct certified_error found;

	status = error_in_slice(certificate, &slice, amperes, &found);
	if (status != STATUS_OK) {
		return status;
	}
	double here = found.error_percent;

	found.volts = near_volts[0];
	found.power_factor = near_power_factor[0];
	widen(certificate, &(struct slice){near_volts[1], near_power_factor[0], is_leading},
	      amperes, here, &found);
	widen(certificate, &(struct slice){near_volts[0], near_power_factor[1], is_leading},
	      amperes, here, &found);
	*error = found;
	return STATUS_OK;
}

static bool is_leap_year(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* "2026-01-31" into days since 1 January of year 1; false if it is no date. */
static bool day_number(const char *date, int64_t *number)
{
	static const int days_before[13] = {0,	 31,  59,  90,	120, 151, 181,
					    212, 243, 273, 304, 334, 365};
	static const char pattern[] = "dddd-dd-dd";

	if (strlen(date) != sizeof(pattern) - 1) {
		return false;
	}
	for (size_t i = 0; pattern[i]; i++) {
		if (pattern[i] == 'd' ? !isdigit((unsigned char)date[i]) : date[i] != pattern[i]) {
			return false;
		}
	}
	int year = atoi(date);
	int month = atoi(date + 5);
	int day = atoi(date + 8);
	if (year < 1 || month < 1 || month > 12 || day < 1) {
		return false;
	}
	int extra = is_leap_year(year);
	if (day > days_before[month] - days_before[month - 1] + (month == 2 ? extra : 0)) {
		return false;
	}
	int past = year - 1;
	*number = INT64_C(365) * past + past / 4 - past / 100 + past / 400 +
		  days_before[month - 1] + (month > 2 ? extra : 0) + day - 1;
	return true;
}

enum status days_between(const char *a, const char *b, int64_t *days)
{
	int64_t first;
	int64_t second;

	if (!day_number(a, &first) || !day_number(b, &second)) {
		return status_fail(STATUS_BAD_INPUT,
				   "\"%.20s\" is no date: write it like \"2026-01-31\"",
				   day_number(a, &first) ? b : a);
	}
	*days = second - first;
	return STATUS_OK;
}

/*
 * A calibration certificate of a reference standard as values: what is known about its error of
 * indication per range, by whom, when and until when. No file access here: bench/certificate_file.c
 * reads the XML.
 */
#ifndef REFERENCE_SOURCE_CALIBRATION_H
#define REFERENCE_SOURCE_CALIBRATION_H

#include <stdbool.h>
#include <stdint.h>

#include "reference_source/status.h"

#define CERTIFICATE_POINTS 128

struct certificate_point {
	double volts;
	double amperes;
	double power_factor; /* cos of the lag */
	bool is_leading;
	double error_percent; /* of active energy: indication/true - 1 */
	double expanded_uncertainty_percent;
	double coverage_factor;
};

/* What may act on the standard itself when a test changes a condition; a certificate states the
 * half width of the change of its error over the rated range of each. */
enum standard_influence {
	INFLUENCE_NONE,
	INFLUENCE_VOLTAGE,
	INFLUENCE_FREQUENCY,
	INFLUENCE_TEMPERATURE,
	INFLUENCE_PHASE_SEQUENCE,
	INFLUENCE_UNBALANCE,
	INFLUENCE_HARMONICS,
	INFLUENCES
};

struct certificate {
	char number[48];
	char issuer[96];
	char instrument_model[48];
	char instrument_serial[48];
	char date[11]; /* 2026-01-31 */
	char due_date[11];
	double drift_percent_per_year; /* limit of a rectangular distribution */
	bool states_influence[INFLUENCES];
	double influence_percent[INFLUENCES]; /* half width of a rectangular distribution */
	int count;
	struct certificate_point points[CERTIFICATE_POINTS];
};

struct certified_error {
	double error_percent;
	double standard_uncertainty_percent; /* from the certificate's U and k */
	double interpolation_percent;	     /* half width of a rectangular distribution */
	double volts, power_factor;	     /* certified ones that it rests on */
};

/* "voltage", "frequency", "phase_sequence" ...; "none". */
const char *standard_influence_name(enum standard_influence influence);

/*
 * Error and uncertainty at a load between the certified points: nearest certified voltage, linear
 * in log current, nearest power factor of the same side. STATUS_LIMIT outside the certified
 * currents or voltages (by more than 10 %).
 */
enum status certificate_at(const struct certificate *certificate, double volts, double amperes,
			   double power_factor, bool is_leading, struct certified_error *error);

/* Whole days from date a to date b ("2026-01-31"); STATUS_BAD_INPUT if one is no date. */
enum status days_between(const char *a, const char *b, int64_t *days);

#endif

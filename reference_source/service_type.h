/*
 * Meter forms, their services and wiring: which source phases each metering element sees (ANSI
 * C12.10 practice; the assignment of forms to the notice's configurations is inferred). Lag
 * convention: an angle says by how many degrees a phasor lags Va.
 */
#ifndef REFERENCE_SOURCE_SERVICE_TYPE_H
#define REFERENCE_SOURCE_SERVICE_TYPE_H

#include <stddef.h>

#include "reference_source/load_point.h"
#include "reference_source/status.h"

struct phasor {
	double rms;
	double lag_degrees;
};

/* Steady load of a three-phase source: line-to-neutral voltages and line currents, index 0..2 = A,
 * B, C. */
struct three_phase {
	struct phasor volts[3];
	struct phasor amperes[3];
	double hertz;
};

enum service {
	SERVICE_WYE_4_WIRE,
	SERVICE_DELTA_4_WIRE,
	SERVICE_NETWORK_3_WIRE,
	SERVICE_DELTA_3_WIRE,
	SERVICE_SINGLE_PHASE_3_WIRE
};

/* An element multiplies (sum of voltage weights × phase voltages) by (sum of current weights × line
 * currents), and the form's coil factor. */
struct element_wiring {
	signed char volts[3];
	signed char amperes[3];
};

struct form {
	const char *name;     /* "16S" */
	enum service service; /* its default service */
	double element_count; /* 1, 2, 2.5, 3 */
	int wires;
	double coil_factor; /* 1/2 where the element's current has two coils, one per leg; else 1 */
	int wiring_count;   /* stators: 1, 2 or 3 */
	struct element_wiring wiring[3];
};

/* NULL when the form is unknown. */
const struct form *form_find(const char *name);
/* The i-th form, NULL after the last: for lists. */
const struct form *form_at(size_t index);

/*
 * The phasors that the source has to give for this point on this service; lags 0..360, every
 * current lags the voltage of its element. The common potential of network (neutral) and 3-wire
 * delta (phase B) is the source's neutral, so their volts[1] is 0 and 2 or 3 phases mean the same,
 * as on the single-phase service, whose legs are A and C; elsewhere 2 phases are A and C. Volts: of
 * an element, for the 4-wire delta of A and B, on the single-phase service of a leg to neutral.
 * STATUS_BAD_INPUT when the service has no such element.
 */
enum status service_phasors(enum service service, const struct load_point *load_point,
			    struct three_phase *load);

/* That of the whole wave where the point has a harmonic, whose angle between voltage and current is
 * as many times that of the fundamentals as its order says. */
double load_point_watts(const struct load_point *load_point, const struct three_phase *load);

/* Active power of a load, W: sum over phases of U I cos(lag difference). Delivered is positive. */
double three_phase_watts(const struct three_phase *load);

/* What an ideal stator of the form makes of a load, W; negative: it would turn backwards. */
double form_stator_watts(const struct form *form, int stator, const struct three_phase *load);
/* Relative error of ideal elements in this wiring: what is inherent to 2 1/2 elements when the
 * three voltages do not sum to zero, (1-r)/(2+r) for a balanced load with leg B at r; else 0. */
double form_inherent_error(const struct form *form, const struct three_phase *load);

const char *service_name(enum service service); /* "3-wire delta" */

/* The word of data files and of the command line: "delta_3_wire". */
const char *service_word(enum service service);
/* STATUS_BAD_INPUT lists the words that there are. */
enum status service_from_word(const char *word, enum service *service);

#endif

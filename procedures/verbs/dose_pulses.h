/*
 * The meter's test pulses during a dose, set against its register: pulses times Kt and the register
 * are two indications of one meter, so their errors agree. If they differ by what a pulse makes,
 * the bench has lost or invented one, or was told a wrong constant: a fault, never a verdict.
 */
#ifndef PROCEDURES_VERBS_DOSE_PULSES_H
#define PROCEDURES_VERBS_DOSE_PULSES_H

#include "procedures/verbs/verb_support.h"

struct dose_pulses {
	int64_t pulses; /* in each gate; 0: the dose is too small to count any */
	struct gate_indication gates[LAB_POSITIONS];
};

/* Before the dose: arms a gate per position that closes inside a dose of this size. */
enum status dose_pulses_arm(struct step_context *context, double watt_hours,
			    struct dose_pulses *counted);

/* After the dose. STATUS_TIMEOUT: a gate has not closed, pulses are missing. */
enum status dose_pulses_collect(struct step_context *context, struct dose_pulses *counted);

/* STATUS_PROTOCOL when the gate's error and the register's (both in per cent) differ by half a
 * pulse. */
enum status dose_pulses_compare(const struct step_context *context,
				const struct dose_pulses *counted, int index,
				double register_error_percent, double reference_error_percent);

#endif

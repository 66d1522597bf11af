/*
 * Energy ledger of a form's run: the standard's account by load, the errors that were measured at
 * those loads, and the registers of every position. What no test of a point sees – energy lost at
 * resets, mode changes, outages, communication – shows here. How it is reckoned stands in
 * DESIGN.md.
 */
#ifndef PROCEDURES_VERBS_LEDGER_H
#define PROCEDURES_VERBS_LEDGER_H

#include "drivers/energy_account.h"
#include "drivers/meter_client.h"
#include "procedures/step_verb.h"
#include "reference_source/calibration.h"

#define LEDGER_LOADS 192

/* What flowed at one load, as the standard indicated. */
struct ledger_load {
	struct three_phase phasors;
	bool is_certified;
	double error_percent;		     /* of the standard */
	double standard_uncertainty_percent; /* of the certificate */
	double delivered, received;	     /* Wh, both positive */
	double counting_square;		     /* variance of the readings, Wh^2 */
};

/* What was measured of a meter at that load. */
struct ledger_error {
	int count;
	double sum_percent, least_percent, most_percent;
	double random_percent; /* standard uncertainty without the standard's, the largest */
};

struct energy_ledger {
	struct energy_account account;
	int load_count;
	bool is_full; /* more loads than there is room for */
	struct ledger_load loads[LEDGER_LOADS];
	double reversal_watt_hours; /* that may stand on the wrong side, half width */
	double newest_watt_hours;   /* of the newest piece, signed */
	struct ledger_error errors[LAB_POSITIONS][LEDGER_LOADS];
	bool has_begun[LAB_POSITIONS];
	struct meter_registers first[LAB_POSITIONS], newest[LAB_POSITIONS];
	/* Wh that the meter has kept apart from its registers, and says so: delivered, received */
	double set_aside[LAB_POSITIONS][2];
};

enum ledger_quantity { LEDGER_DELIVERED, LEDGER_RECEIVED, LEDGER_NET };

/* One line of the ledger, in Wh. */
struct ledger_line {
	double reference;	     /* true energy, by the standard and its certificate */
	double expected;	     /* with the errors that were measured */
	double registered;	     /* by the meter's register */
	double residual;	     /* registered less expected */
	double expanded_uncertainty; /* k = 2 */
	double unknown_share; /* of the reference energy: at loads where nothing was measured */
};

/* From now on the laboratory's account is this ledger's, until ledger_leave. */
void ledger_keep(struct lab *lab, struct energy_ledger *ledger);
void ledger_leave(struct lab *lab);
/* Everything before does not count: the meter was adjusted, or its registers were set. */
void ledger_restart(struct energy_ledger *ledger);

/* Before a load is applied: what the certificate says there. NULL: nothing. */
void ledger_note_load(struct energy_ledger *ledger, const struct three_phase *phasors,
		      const struct certified_error *certified);
/* A result by pulses at a load. */
void ledger_note_error(struct energy_ledger *ledger, int index, const struct three_phase *phasors,
		       double error_percent, double random_percent);

/* Registers of a position while no current flows: the first reading begins its ledger. */
void ledger_note_registers(struct energy_ledger *ledger, int index,
			   const struct meter_registers *registers);

/* Energy that the meter has registered elsewhere, as it is to do in test mode, both positive. */
void ledger_note_set_aside(struct energy_ledger *ledger, int index, double delivered,
			   double received);

/* Net is free of what a change from one direction to the other puts on the wrong side. */
void ledger_line(const struct energy_ledger *ledger, int index, enum ledger_quantity quantity,
		 struct ledger_line *line);
/* "delivered", "received", "net" */
const char *ledger_quantity_name(enum ledger_quantity quantity);

#endif

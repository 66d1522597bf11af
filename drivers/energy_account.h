/*
 * An unbroken account of what the reference standard measures, from the first energising to the
 * final off: every change of the load ends one piece and begins the next, without a gap, because
 * the standard's register goes on, and is started anew only while no current flows. Raw energies;
 * what they mean is the listener's.
 */
#ifndef DRIVERS_ENERGY_ACCOUNT_H
#define DRIVERS_ENERGY_ACCOUNT_H

#include <stdbool.h>

#include "reference_source/service_type.h"
#include "reference_source/status.h"

struct lab;

struct energy_account {
	/* Hears of every piece: the load that was on, watt-hours (signed) and one count of them. No
	 * watt-hours: no current flows now. */
	void (*piece)(void *context, const struct three_phase *load, double watt_hours,
		      double resolution_watt_hours);
	void *context;
	/* The rest is the account's own. */
	bool is_running;
	bool is_broken; /* something flowed that nobody measured */
	double counted_watt_hours;
	struct three_phase load; /* that is on */
	struct three_phase held; /* of a dose that has been prepared */
};

/* Around a change of the load; both do nothing where the lab keeps no account. */
enum status energy_account_before(struct lab *lab);
void energy_account_after(struct lab *lab, const struct three_phase *load);
/* A load is prepared whose currents are held back: the load before has only its way down left. */
void energy_account_held(struct lab *lab, const struct three_phase *load);
/* The load that was just given to the source is a trimmed one of this name: pieces of it are the
 * named load's. */
void energy_account_name(struct lab *lab, const struct three_phase *given,
			 const struct three_phase *named);
/* After safe state: the last piece, with the currents' way down. What it cannot read breaks the
 * account and nothing else. */
void energy_account_end(struct lab *lab);

/*
 * The standard's energy register for a step that holds the currents back while it starts and reads
 * (a dose): its energy goes into the account too.
 */
enum status lab_energy_start(struct lab *lab);
enum status lab_energy_stop(struct lab *lab, double *watt_hours, double *resolution_watt_hours);

#endif

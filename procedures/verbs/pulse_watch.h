/*
 * Looking for single test pulses on all positions at once: at loads where one pulse takes minutes,
 * and where none is to come. Before and after, a large load shows that the pick-up works.
 */
#ifndef PROCEDURES_VERBS_PULSE_WATCH_H
#define PROCEDURES_VERBS_PULSE_WATCH_H

#include "procedures/verbs/verb_support.h"

#define PULSES_WATCHED 3

struct pulse_sighting {
	int pulses;		      /* seen, at most PULSES_WATCHED */
	double after[PULSES_WATCHED]; /* s since the pulse before, the first: since the beginning */
};

/*
 * Applies `load` and measures one run of pulses: a position whose pick-up says nothing there drops
 * out as a fault of the bench. The run is recorded as `indication`.
 */
enum status prove_pick_up(struct step_context *context, const struct verb_load *load);

/*
 * Watches at the load that is on until each position has shown `enough` pulses or has let
 * `patience` seconds pass without one, at most `seconds` in all; sightings by index of position.
 */
enum status watch_pulses(struct step_context *context, int enough, double patience, double seconds,
			 struct pulse_sighting sightings[LAB_POSITIONS]);

#endif

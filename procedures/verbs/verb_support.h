/*
 * What verbs share: their memory over a run, entries of the record, the load of a step with all
 * refusals, applying and settling, sessions on the optical port.
 */
#ifndef PROCEDURES_VERBS_VERB_SUPPORT_H
#define PROCEDURES_VERBS_VERB_SUPPORT_H

#include "drivers/meter_functions.h"
#include "procedures/step_verb.h"
#include "procedures/verbs/ledger.h"
#include "reference_source/calibration.h"

#define RUNS_MAXIMUM 60

/* One run by pulses as it was indicated. */
struct pulse_run {
	int64_t pulses;
	double watt_hours;
	double resolution_watt_hours;
	double seconds;
	double error_percent;
	bool has_cross_check;
	double cross_check_percent, cross_check_resolution_percent;
};

struct position_runs {
	int count;
	int first_runs; /* those that fixed the count; only their scatter counts then. 0: all */
	struct pulse_run runs[RUNS_MAXIMUM];
};

/* What programming verbs found in a meter, to be put back. */
struct found_configuration {
	bool has_demand, has_calendar;
	struct meter_demand_control demand;
	struct meter_calendar_image calendar;
};

/* Lives as long as the run of one form; index = position's index in the lab. */
struct verb_memory {
	struct run_tally tallies[LAB_POSITIONS]; /* of each position's results */
	bool is_not_evaluated;			 /* something that all positions lack */
	struct energy_ledger ledger;
	bool is_identified[LAB_POSITIONS];
	struct meter_identity identities[LAB_POSITIONS];
	struct found_configuration found[LAB_POSITIONS];
	struct position_runs positions[LAB_POSITIONS]; /* of the point that is being measured */
	struct position_runs kept[2][LAB_POSITIONS];   /* of the two conditions of a shift */
	struct phasor voltage_trims[3]; /* relative, and degrees of lag: voltage_balance.h */
	double balance_left_percent;	/* at the load that was applied last */
};

/* Allocates context->memory when there is none; STATUS_IO. Freed with free(). */
enum status verb_memory_provide(struct step_context *context);

/* ---- entries ---- */

/* Begins an entry with `utc`, and with `form` and `position` where the position is not 0. */
void entry_begin(const struct step_context *context, struct record_draft *draft, const char *kind,
		 int position);
enum status entry_add(struct step_context *context, const struct record_draft *draft);
enum status record_note(struct step_context *context, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds `request` and commits: to be called right before everything that changes the world. */
enum status record_request(struct step_context *context, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- the load of a step ---- */

/* The parameters with which a verb that has a load begins, and their indices. */
enum load_argument {
	LOAD_VOLTS,
	LOAD_PERCENT,
	LOAD_POWER_FACTOR,
	LOAD_HERTZ,
	LOAD_DIRECTION,
	LOAD_ELEMENT,
	LOAD_ARGUMENTS
};

#define LOAD_PARAMETERS                                                                            \
	{"volts", PARAMETER_QUANTITY, "V", 1, 600, NULL, "volts per leg, line to neutral in wye"}, \
		{"percent_of_maximum",                                                             \
		 PARAMETER_QUANTITY,                                                               \
		 "%",                                                                              \
		 0.001,                                                                            \
		 1000,                                                                             \
		 NULL,                                                                             \
		 "current in per cent of the form's maximum current"},                             \
		{"power_factor", PARAMETER_POWER_FACTOR,	  NULL, 0, 0,                      \
		 NULL,		 "1, 0.5L (lags) or 0.8C (leads)"},                                \
		{"hertz", PARAMETER_QUANTITY, "Hz", 40, 70, "$hertz Hz", "frequency"},             \
		{"direction", PARAMETER_TEXT, NULL, 0, 0, "delivered", "delivered or received"},   \
	{                                                                                          \
		"element", PARAMETER_TEXT, NULL, 0, 0, "all",                                      \
			"all, or A, B or C alone in the current, or A-C: a load between these "    \
			"legs"                                                                     \
	}

struct verb_load {
	struct load_point point;
	struct three_phase phasors;
	struct lab_limits ceiling; /* of the meter: rated values */
	char text[LOAD_POINT_TEXT];
	char power_factor[12];
	double percent_of_maximum;
	double watts;			  /* expected, absolute */
	struct certified_error certified; /* of the standard at this load */
};

/* From the first LOAD_ARGUMENTS arguments; refuses what lab, device, form or certificate do not
 * cover. */
enum status verb_load_from_arguments(const struct step_context *context,
				     const struct step_argument *arguments, struct verb_load *load);
/* The same for a load point (amperes 0: volts only). */
enum status verb_load_from_point(const struct step_context *context, const struct load_point *point,
				 struct verb_load *load);

/* What a step may ask for beyond an ordinary load; added up. */
enum load_freedom {
	LOAD_RATED = 0,
	LOAD_INFLUENCE = 1,  /* an influence test: volts and hertz around the rated ones */
	LOAD_UNCERTIFIED = 2 /* the standard's error there does not matter to the result */
};
enum status verb_load_freely(const struct step_context *context, const struct load_point *point,
			     unsigned freedom, struct verb_load *load);
/* Only the point of the first LOAD_ARGUMENTS arguments, nothing refused but wrong words. */
enum status load_point_from_arguments(const struct step_context *context,
				      const struct step_argument *arguments,
				      struct load_point *point);

/* As many phases as the form's service has. */
int service_phases(enum service service);

/* The standard's range for the load. */
enum status set_standard_range(struct step_context *context, const struct verb_load *load);
/* Before a load is applied other than by apply_and_settle and dose_prepare: tells the energy ledger
 * what the certificate says there. */
void note_for_ledger(struct step_context *context, const struct verb_load *load);
/* The load's harmonic, or none, for what is applied from now on. */
enum status shape_load(struct step_context *context, const struct verb_load *load);
/* Range, request, commit, apply, wait until the standard reads the expected load and is steady. */
enum status apply_and_settle(struct step_context *context, const struct verb_load *load);

/* ---- positions and their meters ---- */

/* Index of the next position at or after `index` that is still in the run; -1: none. */
int next_position(const struct lab *lab, int index);
/* Takes a position out of the run with a note; fails with `status` and the reason when none is
 * left. */
enum status drop_position(struct step_context *context, int index, enum status status);

/*
 * What becomes of a call for one position: when its meter or its error calculator did not do it,
 * the position drops out and the others go on (STATUS_OK while there are any). An abort and an
 * alarm of the source end the step for all of them.
 */
enum status settle_position(struct step_context *context, int index, enum status status);

/* STATUS_BAD_INPUT when a position's meter was not identified: its constants would be unproven. */
enum status require_identified(const struct step_context *context);

/* Connects with the password of that access; the caller closes by session_end, also after
 * an error. */
enum status session_begin(struct step_context *context, int index, enum meter_access access,
			  struct meter_client **client);
/* Disconnects and frees; keeps `status` when that is an error, otherwise gives its own. */
enum status session_end(struct meter_client *client, enum status status);

/* In a session while no current flows: reads the registers for the energy ledger, and records its
 * lines so far; the first reading begins it. Nothing where no ledger is kept. */
enum status ledger_read(struct step_context *context, int index, struct meter_client *client,
			const char *moment);

void report_progress(struct step_context *context, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

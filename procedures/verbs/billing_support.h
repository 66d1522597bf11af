/*
 * Shared by the verbs of the billing functions: the clocks of all positions on one time, waiting
 * by that time, sessions with every meter, doses of energy between two instants at which nothing
 * flows. With no current around the ends of an interval its energy is the dose's, whatever a few
 * seconds of the meters' clocks.
 */
#ifndef PROCEDURES_VERBS_BILLING_SUPPORT_H
#define PROCEDURES_VERBS_BILLING_SUPPORT_H

#include "drivers/meter_functions.h"
#include "procedures/verbs/verb_support.h"

/* Silence of the currents on either side of an interval's end. */
#define INTERVAL_GUARD_SECONDS 15.0
/* What a dose needs besides its own time: switching, settling, polling. */
#define DOSE_OVERHEAD_SECONDS 20.0

/* ---- sessions ---- */

typedef enum status session_work(struct step_context *context, int index,
				 struct meter_client *client, void *data);
/* Once for every position that is in the run; who fails drops out (settle_position). */
enum status each_session(struct step_context *context, enum meter_access access, session_work *work,
			 void *data);

/* ---- the load of these tests ---- */

/* As verb_load_from_arguments; refuses a load without power and a lab without a dose. */
enum status dose_load_from_arguments(const struct step_context *context,
				     const struct step_argument *arguments, struct verb_load *load);
/* Voltage without current, settled, and time for the meters to start. */
enum status hold_voltage(struct step_context *context, const struct verb_load *load);
/* The same without touching the standard's range, whose register may be running. */
enum status hold_voltage_in_range(struct step_context *context, const struct verb_load *load);
/* STATUS_BAD_INPUT when a position has a supply that the source does not switch. */
enum status require_switched_supply(const struct step_context *context);
/* Volts per leg without current, at the rated frequency. */
enum status volts_load(const struct step_context *context, double volts, struct verb_load *load);
/* The load point without current. */
enum status voltage_only(const struct step_context *context, const struct verb_load *load,
			 struct verb_load *volts);

struct flow {
	double watt_hours, resolution_watt_hours; /* of the standard, absolute */
};
/* So much energy at the load; then no current again. Records a `dose` entry. */
enum status give_flow(struct step_context *context, const struct verb_load *load,
		      double asked_watt_hours, struct flow *flow);
/* The standard's energy without its certified error. */
double true_watt_hours(const struct verb_load *load, double watt_hours);

/* ---- the meters' time ---- */

/* The meters' standard time, as set: seconds since 2000-01-01 00:00 at an instant of the bench. */
struct meters_time {
	struct instant at;
	int64_t seconds;
};

/* The bench's UTC as seconds since 2000-01-01 00:00. */
int64_t bench_seconds(const struct step_context *context);
/* Noon of the bench's date, in the meters' standard time. */
int64_t noon_of_today(const struct step_context *context);
/* Sets the clock of every position, and reads it back. */
enum status meters_set_clock(struct step_context *context, int64_t seconds,
			     struct meters_time *time);
/* One meter in a session: daylight saving is tried when the calendar asks for it. */
enum status set_one_clock(struct step_context *context, int index, struct meter_client *client,
			  int64_t seconds);
double meters_now(const struct step_context *context, const struct meters_time *time);
/* STATUS_IO "… is over already" when that time has passed. */
enum status meters_wait_for(struct step_context *context, const struct meters_time *time,
			    double seconds);

/* ---- readings ---- */

/* ST23 of every position, recorded as `register_reading`; the maximum in a note. */
enum status read_billing(struct step_context *context, const char *moment,
			 struct meter_billing *billing);
/* Largest sum of the rates less the total of delivered, received and net, in counts. */
int64_t rates_departure(const struct meter_billing *billing);
/* Demand reset by the optical port; waits out a lock-out that the meter states. */
enum status reset_all_demands(struct step_context *context);

/* The demand interval of ST13, which has to be the same in all positions. */
struct demand_interval {
	int minutes, parts; /* 1: block */
	int exclusion_minutes;
};
enum status find_demand_interval(struct step_context *context, struct demand_interval *interval);

/* ---- a demand against reference energy ---- */

struct demand_fact {
	int index;
	const char *test; /* NULL: demand */
	const struct verb_load *load;
	double watts, watts_per_count; /* of the meter */
	double hours;		       /* of the interval */
	struct flow flow;	       /* in it, by the standard */
	const char *remark;
};
enum status record_demand_error(struct step_context *context, const struct demand_fact *fact);

/* ---- what programming verbs found ---- */

/* Lives as long as the run of one form. */
struct found_configuration *found_configuration_of(struct step_context *context, int index);

/* Writes the plan into one meter, as a session with the program password; what was there is kept
 * for verb restore_configuration. */
enum status program_day_plan(struct step_context *context, int index, struct meter_client *client,
			     const struct meter_day_plan *plan);

#endif

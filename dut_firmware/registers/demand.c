/* Ends of sub-intervals as a ring of register readings: any window is one difference. */
#include "registers/demand.h"

#define RING (DEMAND_SUB_INTERVALS + 1u)
#define MINUTES_OF_DAY 1440u
#define SECONDS_OF_MINUTE 60u
#define SECONDS_OF_HOUR 3600

bool demand_rules_are_valid(const struct demand_rules *rules)
{
	uint32_t minutes = (uint32_t)rules->sub_interval_minutes * rules->sub_intervals;

	return rules->sub_intervals >= 1 && rules->sub_intervals <= DEMAND_SUB_INTERVALS &&
	       minutes >= DEMAND_LEAST_MINUTES && minutes <= DEMAND_MOST_MINUTES &&
	       MINUTES_OF_DAY % minutes == 0;
}

static uint32_t sub_interval_seconds(const struct demand *demand)
{
	return demand->rules.sub_interval_minutes * SECONDS_OF_MINUTE;
}

static void spoil(struct demand_run *run)
{
	*run = (struct demand_run){.complete = 0, .is_spoiled = true};
}

static void run_close(struct demand_run *run)
{
	if (run->is_spoiled) {
		*run = (struct demand_run){.complete = 0, .is_spoiled = false};
	} else if (run->complete < DEMAND_SUB_INTERVALS) {
		run->complete++;
	}
}

void demand_init(struct demand *demand, const struct demand_rules *rules, int64_t delivered_mwh)
{
	*demand = (struct demand){.rules = *rules};
	demand->ends_mwh[0] = delivered_mwh;
}

void demand_disturb(struct demand *demand, int64_t delivered_mwh, uint32_t excluded_seconds)
{
	demand->kept = 0;
	demand->ends_mwh[demand->newest] = delivered_mwh;
	demand->last_mw = 0;
	spoil(&demand->undisturbed);
	if (demand->excluded_seconds < excluded_seconds) {
		demand->excluded_seconds = excluded_seconds;
	}
}

void demand_power_up(struct demand *demand, int64_t delivered_mwh, uint64_t outage_seconds)
{
	const struct demand_rules *rules = &demand->rules;
	uint32_t minutes = rules->power_fail_minutes > rules->cold_load_minutes
				   ? rules->power_fail_minutes
				   : rules->cold_load_minutes;
	bool is_long = outage_seconds >= rules->power_fail_seconds;

	demand_disturb(demand, delivered_mwh, is_long ? minutes * SECONDS_OF_MINUTE : 0);
	demand->lockout_seconds = demand->lockout_seconds > outage_seconds
					  ? demand->lockout_seconds - (uint32_t)outage_seconds
					  : 0;
}

void demand_change_rules(struct demand *demand, const struct demand_rules *rules,
			 int64_t delivered_mwh)
{
	demand->rules = *rules;
	demand_disturb(demand, delivered_mwh, 0);
}

/* The register `sub_intervals` ends before the newest one. */
static int64_t end_before(const struct demand *demand, uint32_t sub_intervals)
{
	return demand->ends_mwh[(demand->newest + RING - sub_intervals) % RING];
}

static int32_t milliwatts_of(const struct demand *demand, int64_t milliwatt_hours)
{
	int64_t milliwatts = milliwatt_hours * SECONDS_OF_HOUR /
			     ((int64_t)sub_interval_seconds(demand) * demand->rules.sub_intervals);

	return milliwatts < INT32_MAX ? (int32_t)milliwatts : INT32_MAX;
}

static bool enter(struct demand_register *target, int32_t milliwatts,
		  const struct meter_clock *clock)
{
	if (milliwatts <= target->maximum_mw) {
		return false;
	}
	target->maximum_mw = milliwatts;
	target->time =
		clock->is_set ? meter_clock_time_of(clock) : (struct meter_clock_time){.hour = 0};
	return true;
}

static bool close_sub_interval(struct demand *demand, const struct meter_clock *clock,
			       int64_t delivered_mwh, uint8_t tier)
{
	uint8_t wanted = demand->rules.sub_intervals;

	demand->newest = (uint8_t)((demand->newest + 1u) % RING);
	demand->ends_mwh[demand->newest] = delivered_mwh;
	demand->kept = demand->kept < DEMAND_SUB_INTERVALS ? (uint8_t)(demand->kept + 1u)
							   : (uint8_t)DEMAND_SUB_INTERVALS;
	run_close(&demand->undisturbed);
	run_close(&demand->since_reset);
	run_close(&demand->in_one_tier);
	if (demand->undisturbed.complete < wanted) {
		demand->last_mw = 0;
		return false;
	}
	demand->last_mw = milliwatts_of(demand, delivered_mwh - end_before(demand, wanted));
	if (demand->since_reset.complete < wanted) {
		return false;
	}
	bool is_raised = enter(&demand->registers[0], demand->last_mw, clock);

	if (demand->in_one_tier.complete >= wanted) {
		is_raised =
			enter(&demand->registers[1u + tier], demand->last_mw, clock) || is_raised;
	}
	return is_raised;
}

/* An exclusion that ends at a boundary leaves the interval after it whole. */
static void count_down(struct demand *demand)
{
	if (demand->lockout_seconds > 0) {
		demand->lockout_seconds--;
	}
	if (demand->excluded_seconds > 0) {
		demand->excluded_seconds--;
		if (demand->excluded_seconds > 0) {
			spoil(&demand->undisturbed);
		}
	}
}

bool demand_is_boundary(const struct demand *demand, const struct meter_clock *clock)
{
	return clock->standard_seconds % METER_CLOCK_SECONDS_OF_DAY %
		       sub_interval_seconds(demand) ==
	       0;
}

bool demand_add_second(struct demand *demand, const struct meter_clock *clock,
		       int64_t delivered_mwh, uint8_t tier)
{
	bool is_raised = demand_is_boundary(demand, clock) &&
			 close_sub_interval(demand, clock, delivered_mwh, tier);

	count_down(demand);
	return is_raised;
}

void demand_change_tier(struct demand *demand, bool is_boundary)
{
	demand->in_one_tier.complete = 0;
	demand->in_one_tier.is_spoiled = !is_boundary;
}

bool demand_reset_is_locked(const struct demand *demand)
{
	return demand->lockout_seconds > 0;
}

void demand_reset(struct demand *demand, bool is_boundary)
{
	for (uint32_t block = 0; block < DEMAND_BLOCKS; block++) {
		struct demand_register *target = &demand->registers[block];

		*target = (struct demand_register){.cumulative_mw = demand_continuous_mw(target)};
	}
	demand->since_reset = (struct demand_run){.complete = 0, .is_spoiled = !is_boundary};
	demand->resets++;
	demand->lockout_seconds = demand->rules.lockout_minutes * SECONDS_OF_MINUTE;
}

int64_t demand_continuous_mw(const struct demand_register *demand_register)
{
	return demand_register->cumulative_mw + demand_register->maximum_mw;
}

int32_t demand_present_mw(const struct demand *demand, int64_t delivered_mwh)
{
	uint32_t before = demand->rules.sub_intervals - 1u;

	before = before < demand->kept ? before : demand->kept;
	return milliwatts_of(demand, delivered_mwh - end_before(demand, before));
}

uint32_t demand_seconds_left(const struct demand *demand, const struct meter_clock *clock)
{
	uint32_t seconds = sub_interval_seconds(demand);

	return seconds -
	       (uint32_t)(clock->standard_seconds % METER_CLOCK_SECONDS_OF_DAY % (int64_t)seconds);
}

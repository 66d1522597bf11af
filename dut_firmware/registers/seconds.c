/* The second, for those who keep time. */
#include "registers/seconds.h"

#include "meter_state.h"

/* 15 frames are 128 ticks of the battery clock. */
#define TICKS_PER_SECOND 32768u

uint32_t meter_seconds(const struct meter *meter)
{
	const struct operating_counters counters = operating_counters_of(meter);
	uint64_t ticks = counters.frames / 15u * 128u + counters.frames % 15u * 128u / 15u +
			 counters.outage_ticks;

	if (meter->billing.clock.is_set) {
		return (uint32_t)meter->billing.clock.standard_seconds;
	}
	return (uint32_t)(ticks / TICKS_PER_SECOND);
}

void meter_begin_second(struct meter *meter)
{
	uint32_t seconds = meter_seconds(meter);

	meter->event_log.now_seconds = seconds;
	if (!meter->nonvolatile.is_warned) {
		event_log_prepare(&meter->event_log);
	}
	load_profile_set_test(&meter->load_profile, meter->control.mode != METER_MODE_NORMAL);
	load_profile_second(&meter->load_profile, seconds, meter->energy.delivered.counts,
			    meter->energy.received.counts);
}

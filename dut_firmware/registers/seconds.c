/* The second, for those who keep time. */
#include "registers/seconds.h"

#include "meter_state.h"

int64_t meter_age_seconds(const struct meter *meter)
{
	const struct operating_counters counters = operating_counters_of(meter);

	return (int64_t)(counters.frames / METER_FRAMES_PER_SECOND +
			 counters.outage_ticks / METER_CLOCK_BATTERY_HERTZ);
}

uint32_t meter_seconds(const struct meter *meter)
{
	return (uint32_t)meter->billing.clock.standard_seconds;
}

struct logged_event {
	enum billing_event event;
	enum meter_event_code code;
};

void meter_log_billing(struct meter *meter)
{
	static const struct logged_event rows[] = {
		{BILLING_CLOCK_LOST, METER_EVENT_CLOCK_ERROR},
		{BILLING_DAYLIGHT_ON, METER_EVENT_DAYLIGHT_ON},
		{BILLING_DAYLIGHT_OFF, METER_EVENT_DAYLIGHT_OFF},
		{BILLING_SELF_READ, METER_EVENT_SELF_READ},
		{BILLING_DEMAND_RESET, METER_EVENT_DEMAND_RESET},
		{BILLING_SEASON, METER_EVENT_SEASON},
	};

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((meter->billing.events & (uint32_t)rows[i].event) != 0) {
			meter_note_event_of(
				meter, rows[i].code,
				rows[i].event == BILLING_SEASON ? meter->billing.rates.season : 0);
		}
	}
	meter->billing.events = 0;
}

void meter_begin_second(struct meter *meter)
{
	uint32_t seconds = meter_seconds(meter);
	uint16_t user = meter->event_log.user;

	meter->event_log.now_seconds = seconds;
	if (!meter->nonvolatile.is_warned) {
		event_log_prepare(&meter->event_log);
	}
	load_profile_set_test(&meter->load_profile, meter->control.mode != METER_MODE_NORMAL);
	load_profile_second(&meter->load_profile, seconds, meter->energy.delivered.counts,
			    meter->energy.received.counts);
	meter->event_log.user = EVENT_LOG_DEVICE;
	nonvolatile_keep_second(meter);
	meter->event_log.user = user;
}

/*
 * The service switch of an SD model as a part: a latching relay with two coils in the current
 * circuits, and the detectors of voltage behind it. It knows no firmware: pulses come in, contacts
 * go out. Its numbers and what it leaves out stand in DESIGN.md.
 */
#ifndef BENCH_VIRTUAL_LAB_SERVICE_SWITCH_H
#define BENCH_VIRTUAL_LAB_SERVICE_SWITCH_H

#include "bench/virtual_lab/sensors.h"
#include "bench/virtual_lab/virtual_time.h"

#define SERVICE_SWITCH_TRAVEL_SECONDS 0.02
#define SERVICE_SWITCH_DETECTOR_VOLTS 60.0

enum service_switch_defect {
	SERVICE_SWITCH_SOUND,
	SERVICE_SWITCH_WELDED, /* never opens */
	SERVICE_SWITCH_STUCK,  /* opens, and never closes again */
};

struct service_switch;

/* Closed, as delivered. `position` 1..20 is whose current circuit it is; form: which phases. */
struct service_switch *service_switch_new(struct virtual_time *time, struct world *world,
					  const struct form *form, int position,
					  enum service_switch_defect defect);
void service_switch_free(struct service_switch *self);

/* A pulse to a coil, EXCHANGE_SWITCH_...: the contacts have moved after the travel. A later pulse
 * in between counts instead. */
void service_switch_pulse(struct service_switch *self, uint32_t coil, struct instant at);
/* Voltage from elsewhere on the load's side of both poles. */
void service_switch_feed(struct service_switch *self, bool is_fed, struct instant at);
bool service_switch_is_closed(const struct service_switch *self);

/* EXCHANGE_CONTACT_LOAD_VOLTAGE_... of a frame; shortens *count to the frames from there on that
 * have the same. */
uint32_t service_switch_contacts(const struct service_switch *self, const struct sensors *sensors,
				 int64_t frame, uint32_t *count);

#endif

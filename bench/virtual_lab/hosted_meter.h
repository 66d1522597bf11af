/*
 * A meter in the virtual lab, however its firmware is run: sensors' frames in, pulses to the world,
 * bytes to and from its optical line, and what is fitted to it: contacts, service switch, module. A
 * firmware that is lost is a fault of the virtual time.
 */
#ifndef BENCH_VIRTUAL_LAB_HOSTED_METER_H
#define BENCH_VIRTUAL_LAB_HOSTED_METER_H

#include "bench/virtual_lab/meter_backend.h"
#include "bench/virtual_lab/meter_supply.h"
#include "bench/virtual_lab/sensors.h"
#include "bench/virtual_lab/service_switch.h"
#include "bench/virtual_lab/virtual_line.h"
#include "bench/virtual_lab/virtual_time.h"

struct hosted_meter;

/* Of the clock, through times without supply. */
enum meter_battery { METER_BATTERY_GOOD, METER_BATTERY_EMPTY, METER_BATTERY_ABSENT };

struct hosted_meter_options {
	struct meter_hardware hardware; /* texts are borrowed */
	struct sensor_model sensors;
	int channel; /* of the world's pulses, 1..20 */
	enum meter_supply_kind supply;
	enum meter_battery battery;
	uint32_t block_frames;	      /* most frames per call, 1..1536; 0: 1536 */
	int64_t silent_after_seconds; /* the optical port answers no more from then on; 0: never */
	int64_t pulses_until_seconds; /* nobody sees later test pulses; 0: all are seen */
};

/* Powers the backend up and owns it from now on, also when it fails: STATUS_BAD_INPUT when the
 * firmware does not know the form. Attaches itself to the line and to the time. */
enum status hosted_meter_new(struct virtual_time *time, struct world *world,
			     struct virtual_line *line, const struct hosted_meter_options *options,
			     struct meter_backend *backend, struct hosted_meter **meter);
void hosted_meter_free(struct hosted_meter *meter);

/* The service switch of an SD model, made after the meter; stays the caller's. */
void hosted_meter_fit_switch(struct hosted_meter *meter, struct service_switch *service_switch);

/* The module's end of its connector. Called while the meter runs, with instants that may lie a
 * byte time ahead. A function may be NULL. */
struct meter_module_wire {
	void *context;
	void (*receive)(void *context, uint8_t byte, struct instant complete_at);
	void (*warn)(void *context, bool is_warned, struct instant at);
	void (*supply)(void *context, bool is_on, struct instant at);
};
void hosted_meter_fit_module(struct hosted_meter *meter, const struct meter_module_wire *wire);
/* A byte of the module, in the order of their instants. */
void hosted_meter_module_byte(struct hosted_meter *meter, uint8_t byte, struct instant complete_at);

/* EXCHANGE_CONTACT_...: seal, switches, strap of the module, from now on. */
void hosted_meter_contact(struct hosted_meter *meter, uint32_t contact, bool is_closed);

/* The image now; empty without supply. */
const char *hosted_meter_display(const struct hosted_meter *meter);
bool hosted_meter_is_running(const struct hosted_meter *meter);

/* Its parts have another temperature from this instant on, which the meter has reached. */
void hosted_meter_set_celsius(struct hosted_meter *meter, struct instant at, double celsius);

/* Frames consumed so far: none while the supply is off. */
int64_t hosted_meter_frames(const struct hosted_meter *meter);

#endif

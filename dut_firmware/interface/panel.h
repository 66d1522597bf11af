/*
 * The meter's front: joins what happens once a second and what the switches ask, and tells when it
 * wants to run. Time in frames since power-up.
 */
#ifndef DUT_FIRMWARE_INTERFACE_PANEL_H
#define DUT_FIRMWARE_INTERFACE_PANEL_H

#include <stdint.h>

#include "interface/switches.h"

struct exchange;
struct meter;

struct panel {
	uint64_t next_event;
	uint64_t next_second;
	uint32_t contacts;
	struct switches switches;
};

void panel_init(struct panel *panel);

/* The contacts (EXCHANGE_CONTACT_...) from the next frame on. */
void panel_set_contacts(struct meter *meter, uint32_t contacts);

/* To be called in frame `next_event`. Hands a new image of the display over. */
void panel_run(struct meter *meter, struct exchange *exchange);

#endif

/*
 * The three switches of the front: debounced, and what a press asks for. Contacts and time come
 * from the caller, in frames.
 */
#ifndef DUT_FIRMWARE_INTERFACE_SWITCHES_H
#define DUT_FIRMWARE_INTERFACE_SWITCHES_H

#include <stdbool.h>
#include <stdint.h>

#define SWITCHES_SETTLE_FRAMES 192u /* 50 ms unchanged */
#define SWITCHES_HOLD_SECONDS 3u

/* What switches_run reports, bits. */
#define SWITCHES_DEMAND_RESET 1u /* pressed */
#define SWITCHES_TEST_MODE 2u	 /* pressed */
#define SWITCHES_SCROLL 4u	 /* pressed and released */
#define SWITCHES_SCROLL_HELD 8u	 /* pressed for 3 s */

struct switches {
	uint32_t contacts; /* as they are */
	uint32_t settled;
	uint64_t changed_frame;
	uint64_t held_frame; /* at which scroll counts as held; UINT64_MAX: not pressed, or over */
};

void switches_init(struct switches *switches);
void switches_set(struct switches *switches, uint32_t contacts, uint64_t frame);

/* The frame at which switches_run has something to do; UINT64_MAX: none. */
uint64_t switches_next_event(const struct switches *switches);

/* What has been asked for up to this frame. */
uint32_t switches_run(struct switches *switches, uint64_t frame);

#endif

/*
 * The latching relay of an SD model and what its two detectors see: the relay keeps its position
 * without supply and moves some frames after a pulse. It can be welded, deaf to pulses or stuck in
 * one pole, and somebody can feed the load's side. Header only, because the meter's tests link
 * nothing but the meter.
 */
#ifndef TESTS_SUPPORT_SERVICE_RELAY_H
#define TESTS_SUPPORT_SERVICE_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "exchange.h"

#define RELAY_TRAVEL_FRAMES 77u /* 20 ms */
#define RELAY_PULSES 32u
#define RELAY_SIDES (EXCHANGE_CONTACT_LOAD_VOLTAGE_A | EXCHANGE_CONTACT_LOAD_VOLTAGE_C)

struct relay_pulse {
	uint64_t frame;
	uint32_t coil;
};

struct service_relay {
	bool is_there;
	bool is_closed;
	bool is_line_dead;
	bool is_welded;		  /* never moves again */
	unsigned int deaf_pulses; /* that many move nothing */
	uint32_t open_pole;	  /* contact bit of a side that stays open */
	uint32_t foreign;	  /* contact bits of sides that somebody feeds */
	uint64_t moves_at;	  /* 0: at rest */
	bool moves_to_closed;
	struct relay_pulse pulses[RELAY_PULSES];
	unsigned int pulse_count;
};

static inline void relay_note_pulse(struct service_relay *relay, uint64_t frame, uint32_t coil)
{
	if (relay->pulse_count < RELAY_PULSES) {
		relay->pulses[relay->pulse_count] = (struct relay_pulse){frame, coil};
	}
	relay->pulse_count++;
	if (relay->deaf_pulses > 0) {
		relay->deaf_pulses--;
	} else if (!relay->is_welded) {
		relay->moves_at = frame + RELAY_TRAVEL_FRAMES;
		relay->moves_to_closed = coil == EXCHANGE_SWITCH_CLOSE;
	}
}

/* The first frame after `frame` in which the contacts may change; `until` when there is none
 * before. */
static inline uint64_t relay_next_change(const struct service_relay *relay, uint64_t frame,
					 uint64_t until)
{
	return relay->moves_at > frame && relay->moves_at < until ? relay->moves_at : until;
}

/* The detectors' contact bits from this frame on. */
static inline uint32_t relay_contacts(struct service_relay *relay, uint64_t frame)
{
	if (relay->moves_at != 0 && frame >= relay->moves_at) {
		relay->moves_at = 0;
		relay->is_closed = relay->moves_to_closed;
	}
	if (!relay->is_there) {
		return 0;
	}
	uint32_t closed = relay->is_closed ? RELAY_SIDES & ~relay->open_pole : 0;

	return (relay->is_line_dead ? 0 : closed) | relay->foreign;
}

#endif

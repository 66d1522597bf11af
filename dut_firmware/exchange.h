/*
 * Everything that passes between the meter and the world in one block of sample frames. Firmware
 * time is the number of frames consumed. Events carry the frame's index inside the block, so the
 * size of blocks cannot change a result.
 *
 * Causality: the host never hands over frames beyond the instant at which somebody could answer.
 * With a bit of `return_after` set the meter returns right after the frame that put out such an
 * event; `frames_consumed` says where.
 */
#ifndef DUT_FIRMWARE_EXCHANGE_H
#define DUT_FIRMWARE_EXCHANGE_H

#include <stdint.h>

/* Counts of 24-bit converters, -8388608..8388607. Two elements have A and C, 2 1/2 elements no
 * voltage B; unused inputs are 0. A 3-wire delta: voltages A and C to B. */
struct sample_frame {
	int32_t volts[3];
	int32_t amperes[3];
};

struct exchange_byte {
	uint32_t frame; /* received: complete before this frame; sent: handed to the transmitter
			   after this frame */
	uint8_t byte;
};

/* The instant of a pulse: `fraction` / 2^32 of the way from the frame before to frame `frame`. */
struct exchange_pulse {
	uint32_t frame;
	uint32_t fraction_q32;
};

/* A pulse to a coil of the latching service switch, after this frame. */
struct exchange_switch {
	uint32_t frame;
	uint32_t coil; /* EXCHANGE_SWITCH_... */
};

#define EXCHANGE_SWITCH_OPEN 1u
#define EXCHANGE_SWITCH_CLOSE 2u

#define EXCHANGE_BYTES 64u
#define EXCHANGE_PULSES 32u
#define EXCHANGE_SWITCHES 4u

#define EXCHANGE_RETURN_AFTER_BYTE 1u /* of the optical port or to the module */
#define EXCHANGE_RETURN_AFTER_PULSE 2u
#define EXCHANGE_RETURN_AFTER_SWITCH 4u

/* What the battery clock says of the time without supply; ticks of 1/32768 s. */
#define EXCHANGE_BATTERY_SILENT 0u
#define EXCHANGE_BATTERY_KEPT 1u
#define EXCHANGE_BATTERY_LOST 2u

/* Contacts: a set bit is a closed switch or a broken seal. */
#define EXCHANGE_CONTACT_SEAL_BROKEN 1u
#define EXCHANGE_CONTACT_DEMAND_RESET 2u
#define EXCHANGE_CONTACT_TEST_MODE 4u
#define EXCHANGE_CONTACT_SCROLL 8u
/* Voltage behind the service switch, on the load's side of A and C: the detectors of SD models. */
#define EXCHANGE_CONTACT_LOAD_VOLTAGE_A 16u
#define EXCHANGE_CONTACT_LOAD_VOLTAGE_C 32u
/* A communication module sits under the glass: the strap of its connector. */
#define EXCHANGE_CONTACT_MODULE 64u

/* One line and its NUL; interface/display.h says what stands in which column. */
#define EXCHANGE_DISPLAY_BYTES 64u

struct exchange {
	/* in */
	const struct sample_frame *frames;
	uint32_t frame_count;
	uint32_t return_after;
	uint32_t contacts; /* of all frames of this exchange; a change begins another exchange */
	uint32_t received_count;
	struct exchange_byte received[EXCHANGE_BYTES]; /* ascending frames */
	uint32_t module_received_count;
	struct exchange_byte module_received[EXCHANGE_BYTES]; /* from the module, as `received` */
	/* The early warning that the supply is about to fail: its level from before this frame on,
	 * also a frame equal to frame_count. Until then the level before holds; the board
	 * debounces it. */
	uint32_t power_fail_warning; /* 0 or 1 */
	uint32_t power_fail_frame;
	/* Looked at in the first exchange after power-up. */
	uint32_t battery;
	uint64_t battery_ticks;
	/* The battery clock's whole count at the first frame, with and without supply, since its
	 * battery was put in. 0: not told; if never, an outage without warning costs up to a minute
	 * of time, if only at power-up, the count goes on with the frames. */
	uint64_t battery_count;
	/* out */
	uint32_t frames_consumed; /* also less than frame_count when an output list is full */
	uint32_t received_consumed;
	uint32_t sent_count;
	struct exchange_byte sent[EXCHANGE_BYTES];
	uint32_t pulse_count;
	struct exchange_pulse pulses[EXCHANGE_PULSES];
	uint32_t module_received_consumed;
	uint32_t module_sent_count;
	struct exchange_byte module_sent[EXCHANGE_BYTES];
	uint32_t switch_count;
	struct exchange_switch switches[EXCHANGE_SWITCHES];
	/* The line that warns the module of the supply's end: its level from before frame
	 * `module_warning_frame` on; until then the level of the exchange before. */
	uint32_t module_warning;
	uint32_t module_warning_frame;
	uint32_t display_is_new; /* 1: `display` was written; else it is left as it was */
	char display[EXCHANGE_DISPLAY_BYTES];
};

#endif

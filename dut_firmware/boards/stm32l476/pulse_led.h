/*
 * Test pulses with their fraction of a frame: each edge is made by timer 2 at a constant delay
 * after the instant that the meter names, longer than anything can hold the meter up.
 */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_PULSE_LED_H
#define DUT_FIRMWARE_BOARDS_STM32L476_PULSE_LED_H

#include <stdint.h>

#include "exchange.h"

void pulse_led_start(void);

/* A pulse of the exchange whose first frame has this number. */
void pulse_led_add(uint32_t first_frame, const struct exchange_pulse *pulse);

/* Called by the interrupt of timer 2. */
void pulse_led_edge(void);

#endif

/*
 * Channel 1 of timer 2 sets or resets its pin when the counter matches; the interrupt behind the
 * match prepares the next edge. Never run on hardware.
 */
#include "boards/stm32l476/pulse_led.h"

#include <stdbool.h>

#include "boards/stm32l476/clock.h"
#include "boards/stm32l476/front_end.h"
#include "boards/stm32l476/interrupts.h"
#include "boards/stm32l476/registers.h"

#define DELAY_TICKS (192u * FRAME_TICKS) /* 50 ms: a block, and an erase of the flash */
#define WIDTH_TICKS (30u * FRAME_TICKS)	 /* 7.8 ms; pulses are at least 78 frames apart */
#define QUEUE EXCHANGE_PULSES
#define MODE_MASK TIMER_CHANNEL1_MODE(7)

static uint32_t begins[QUEUE]; /* ticks */
static volatile uint32_t added;
static volatile uint32_t begun;
static volatile bool is_lit;
static volatile bool is_armed;

/* A match of before, from a turn of the counter ago, is forgotten. */
static void arm(uint32_t mode, uint32_t ticks)
{
	TIMER2->compare[0] = ticks;
	TIMER2->mode1 = (TIMER2->mode1 & ~MODE_MASK) | TIMER_CHANNEL1_MODE(mode);
	TIMER2->status = ~TIMER_CHANNEL1;
	is_armed = true;
}

void pulse_led_start(void)
{
	TIMER2->mode1 = (TIMER2->mode1 & ~MODE_MASK) | TIMER_CHANNEL1_MODE(TIMER_INACTIVE);
	TIMER2->enable |= TIMER_CHANNEL1_ON;
	TIMER2->status = ~TIMER_CHANNEL1;
	TIMER2->interrupts |= TIMER_CHANNEL1;
}

void pulse_led_add(uint32_t first_frame, const struct exchange_pulse *pulse)
{
	uint32_t before = front_end_ticks_of(first_frame + pulse->frame - 1u);
	uint32_t part = (uint32_t)((uint64_t)pulse->fraction_q32 * FRAME_TICKS >> 32);

	begins[added % QUEUE] = before + part + DELAY_TICKS;
	added++;
	TIMER2->interrupts &= ~TIMER_CHANNEL1; /* the queue belongs to the interrupt, too */
	if (!is_armed) {
		arm(TIMER_ACTIVE_ON_MATCH, begins[begun % QUEUE]);
	}
	TIMER2->interrupts |= TIMER_CHANNEL1;
}

void pulse_led_edge(void)
{
	if (!is_armed) {
		return; /* the counter came round to an old edge */
	}
	is_armed = false;
	if (!is_lit) {
		is_lit = true;
		arm(TIMER_INACTIVE_ON_MATCH, begins[begun % QUEUE] + WIDTH_TICKS);
		begun++;
		return;
	}
	is_lit = false;
	TIMER2->mode1 = (TIMER2->mode1 & ~MODE_MASK) | TIMER_CHANNEL1_MODE(TIMER_INACTIVE);
	if (begun != added) {
		arm(TIMER_ACTIVE_ON_MATCH, begins[begun % QUEUE]);
	}
}

void interrupt_timer2(void)
{
	uint32_t flags = TIMER2->status & TIMER2->interrupts;

	if ((flags & TIMER_CHANNEL2) != 0) {
		uint32_t ticks = TIMER2->compare[1]; /* reading it clears the flag */

		front_end_data_ready(ticks);
	}
	if ((flags & TIMER_CHANNEL1) != 0) {
		TIMER2->status = ~TIMER_CHANNEL1;
		pulse_led_edge();
	}
}

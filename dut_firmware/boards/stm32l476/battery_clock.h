/*
 * The real-time clock and the backup registers, which the battery keeps: how long there was no
 * supply, and how often the watchdog has restarted the meter since there is.
 */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_BATTERY_CLOCK_H
#define DUT_FIRMWARE_BOARDS_STM32L476_BATTERY_CLOCK_H

#include <stdint.h>

/* Once after a reset. The first start of the clock takes up to two seconds. */
void battery_clock_start(void);

/* For the first exchange: EXCHANGE_BATTERY_KEPT with the ticks since the newest
 * battery_clock_keep() before the reset, or EXCHANGE_BATTERY_LOST. */
uint32_t battery_clock_outage(uint64_t *ticks);

/* Notes the present instant; again and again, while there is supply. Returns its ticks. */
uint64_t battery_clock_keep(void);

/* struct board. */
uint32_t battery_clock_watchdog_resets(void *context);

#endif

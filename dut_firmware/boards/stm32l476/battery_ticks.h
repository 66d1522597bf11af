/* The calendar of the battery's clock as a number; no registers. */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_BATTERY_TICKS_H
#define DUT_FIRMWARE_BOARDS_STM32L476_BATTERY_TICKS_H

#include <stdint.h>

#define BATTERY_TICKS_A_SECOND 32768u

/* Ticks since 2000-01-01 00:00 of the registers TR, DR (BCD, 24 hours) and SSR (counts down). */
uint64_t battery_ticks_of(uint32_t time, uint32_t date, uint32_t sub_second);

#endif

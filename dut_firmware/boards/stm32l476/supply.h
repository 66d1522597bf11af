/* The comparator that sees the supply fail, and the watchdog. */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_SUPPLY_H
#define DUT_FIRMWARE_BOARDS_STM32L476_SUPPLY_H

#include <stdint.h>

void supply_start(void);

/* Once a block: 1 when the supply has been below its threshold for two blocks, 0 when above it for
 * two. */
uint32_t supply_warning(void);

/* From now on the processor restarts a second after the newest feeding. */
void watchdog_start(void);
void watchdog_feed(void);

#endif

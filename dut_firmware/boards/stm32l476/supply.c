/* Never run on hardware. */
#include "boards/stm32l476/supply.h"

#include "boards/stm32l476/registers.h"

#define WATCHDOG_TICKS 500u /* of 32 kHz / 64 */
#define SETTLED 2u	    /* blocks */

static uint32_t warning;
static uint32_t others; /* blocks in a row that say otherwise */

void supply_start(void)
{
	COMPARATOR1 = COMPARATOR_REFERENCE_ON | COMPARATOR_SMALL_HYSTERESIS | COMPARATOR_OF_PB2 |
		      COMPARATOR_WITH_REFERENCE | COMPARATOR_ON;
}

uint32_t supply_warning(void)
{
	uint32_t is_below = (COMPARATOR1 & COMPARATOR_IS_ABOVE) == 0 ? 1u : 0u;

	others = is_below != warning ? others + 1u : 0u;
	if (others == SETTLED) {
		warning = is_below;
		others = 0;
	}
	return warning;
}

void watchdog_start(void)
{
	WATCHDOG_KEY = WATCHDOG_START;
	WATCHDOG_KEY = WATCHDOG_UNLOCK;
	WATCHDOG_PRESCALER = WATCHDOG_DIVIDE_BY_64;
	WATCHDOG_RELOAD = WATCHDOG_TICKS;
	while (WATCHDOG_STATUS != 0) {
	}
	watchdog_feed();
}

void watchdog_feed(void)
{
	WATCHDOG_KEY = WATCHDOG_FEED;
}

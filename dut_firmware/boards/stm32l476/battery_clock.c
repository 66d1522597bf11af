/* Never run on hardware. */
#include "boards/stm32l476/battery_clock.h"

#include <stdbool.h>

#include "boards/stm32l476/battery_ticks.h"
#include "boards/stm32l476/registers.h"
#include "exchange.h"

#define TICKS_LOW 0u /* backup registers */
#define TICKS_HIGH 1u
#define TICKS_CHECK 2u
#define WATCHDOG_RESETS 3u
#define CHECK_MARK 0x4D455445u
#define CRYSTAL_ATTEMPTS 40000000u /* two seconds and more */
#define SYNCHRONISE_ATTEMPTS 100000u
#define EACH_CRYSTAL_TICK 0x00007FFFu	  /* asynchronous prescaler 1, synchronous 32768 */
#define FIRST_OF_JANUARY_2000 0x0000C101u /* a Saturday */

static uint32_t outage_state;
static uint64_t outage_ticks;

static uint32_t check_of(uint32_t low, uint32_t high)
{
	return low ^ high ^ CHECK_MARK;
}

/* Reading the time holds the date until it is read, too. */
static uint64_t present_ticks(void)
{
	uint32_t sub_second = RTC_SUB_SECOND;
	uint32_t time = RTC_TIME;

	return battery_ticks_of(time, RTC_DATE, sub_second);
}

static bool becomes(const volatile uint32_t *address, uint32_t bit, uint32_t attempts)
{
	for (uint32_t attempt = 0; attempt < attempts; attempt++) {
		if ((*address & bit) != 0) {
			return true;
		}
	}
	return false;
}

static void unprotect(void)
{
	RTC_WRITE_PROTECTION = 0xCAu;
	RTC_WRITE_PROTECTION = 0x53u;
}

/* The battery was taken out, or this is the first supply ever. */
static void start_anew(void)
{
	BACKUP_DOMAIN |= BACKUP_CRYSTAL_ON;
	if (!becomes(&BACKUP_DOMAIN, BACKUP_CRYSTAL_READY, CRYSTAL_ATTEMPTS)) {
		return; /* tried again at the next supply; until then outages have no length */
	}
	BACKUP_DOMAIN |= BACKUP_RTC_FROM_CRYSTAL | BACKUP_RTC_ON;
	unprotect();
	RTC_STATUS = RTC_SET;
	if (becomes(&RTC_STATUS, RTC_MAY_BE_SET, SYNCHRONISE_ATTEMPTS)) {
		RTC_PRESCALER = EACH_CRYSTAL_TICK;
		RTC_TIME = 0;
		RTC_DATE = FIRST_OF_JANUARY_2000;
	}
	RTC_STATUS = 0;
	RTC_WRITE_PROTECTION = 0;
}

/* What the shadow of the registers shows is old until it has been renewed. */
static bool is_synchronised(void)
{
	unprotect();
	RTC_STATUS = 0;
	RTC_WRITE_PROTECTION = 0;
	return becomes(&RTC_STATUS, RTC_SYNCHRONISED, SYNCHRONISE_ATTEMPTS);
}

static void count_watchdog_resets(void)
{
	uint32_t causes = RESET_CAUSES;

	if ((causes & RESET_BY_SUPPLY) != 0) {
		RTC_BACKUP(WATCHDOG_RESETS) = 0;
	} else if ((causes & RESET_BY_WATCHDOG) != 0) {
		RTC_BACKUP(WATCHDOG_RESETS) = RTC_BACKUP(WATCHDOG_RESETS) + 1u;
	}
	RESET_CAUSES = RESET_FORGET;
}

void battery_clock_start(void)
{
	POWER_CONTROL1 |= POWER_BACKUP_WRITABLE;
	count_watchdog_resets();
	outage_state = EXCHANGE_BATTERY_LOST;
	if ((BACKUP_DOMAIN & BACKUP_RTC_ON) == 0) {
		start_anew();
		return;
	}
	uint32_t low = RTC_BACKUP(TICKS_LOW);
	uint32_t high = RTC_BACKUP(TICKS_HIGH);
	uint64_t kept = (uint64_t)high << 32 | low;

	if (RTC_BACKUP(TICKS_CHECK) != check_of(low, high) || !is_synchronised()) {
		return;
	}
	uint64_t now = present_ticks();

	if (now >= kept) {
		outage_state = EXCHANGE_BATTERY_KEPT;
		outage_ticks = now - kept;
	}
}

uint32_t battery_clock_outage(uint64_t *ticks)
{
	*ticks = outage_ticks;
	return outage_state;
}

uint64_t battery_clock_keep(void)
{
	uint64_t now = present_ticks();
	uint32_t low = (uint32_t)now;
	uint32_t high = (uint32_t)(now >> 32);

	RTC_BACKUP(TICKS_LOW) = low;
	RTC_BACKUP(TICKS_HIGH) = high;
	RTC_BACKUP(TICKS_CHECK) = check_of(low, high);
	return now;
}

uint32_t battery_clock_watchdog_resets(void *context)
{
	(void)context;
	return RTC_BACKUP(WATCHDOG_RESETS);
}

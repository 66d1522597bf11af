/*
 * Who a session is: passwords by role and the lock-out after wrong ones. What each role may do
 * stands in the rows of tables and procedures (c1219_*.c). Time in frames.
 */
#ifndef DUT_FIRMWARE_INTERFACE_SECURITY_H
#define DUT_FIRMWARE_INTERFACE_SECURITY_H

#include <stdint.h>

#include "interface/c1218_codes.h"
#include "registers/settings.h"

#define SECURITY_FREE_FAILURES 5u  /* wrong passwords before the first lock-out */
#define SECURITY_FIRST_SECONDS 10u /* each further failure doubles it */
#define SECURITY_LONGEST_SECONDS 3600u

/* Counters of this power-up, for each port. */
struct security {
	uint32_t failures; /* in a row; one is forgotten in each hour without another */
	uint64_t failure_frame;
	uint64_t locked_until; /* frame from which passwords are looked at again */
};

/*
 * ok: `clearance` is that of the password. err: wrong or above `highest`, no clearance. bsy: locked
 * out, the password was not looked at. Takes the same time whatever differs.
 */
enum c1218_response security_check(struct security *security, const struct settings *settings,
				   const uint8_t offered[SETTINGS_PASSWORD_BYTES], uint64_t frame,
				   enum c1218_clearance highest, enum c1218_clearance *clearance);

/* Seconds until passwords are looked at again, rounded up. */
uint32_t security_locked_seconds(const struct security *security, uint64_t frame);

#endif

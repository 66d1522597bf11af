/* Dates and times in the formats of ANSI C12.19 tables (TM_FORMAT 1 to 4). Pure functions. */
#ifndef DRIVERS_OPTICAL_C1219_TIME_H
#define DRIVERS_OPTICAL_C1219_TIME_H

#include "drivers/meter_time.h"
#include "drivers/optical/c1219_tables.h"

/* Octets of LTIME_DATE, with seconds, and STIME_DATE, without; 0: the meter has no clock. */
size_t c1219_long_time_size(const struct c1219_general *general);
size_t c1219_short_time_size(const struct c1219_general *general);

/*
 * STATUS_PROTOCOL when no such time exists. An all-zero STIME_DATE of formats 1 and 2 is an entry
 * without time: *is_there false.
 */
enum status c1219_take_long_time(const struct c1219_general *general, const uint8_t *bytes,
				 struct meter_time *time);
enum status c1219_take_short_time(const struct c1219_general *general, const uint8_t *bytes,
				  struct meter_time *time, bool *is_there);
/* LTIME_DATE of a valid time. */
void c1219_put_long_time(const struct c1219_general *general, const struct meter_time *time,
			 uint8_t *bytes);

#endif

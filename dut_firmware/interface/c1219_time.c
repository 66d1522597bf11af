/*
 * ST51, 52, 54-56, clock and rates; their contents are in c1219_billing. Times of tables: TM_FORMAT
 * 2, year of the century, month, day, hour, minute, second.
 */
#include <stddef.h>

#include "interface/c1219_billing.h"

#define SECONDS_OF_DAY 86400u
#define FEBRUARY 1u /* from 0 */

static uint32_t days_of_month(uint32_t year, uint32_t month)
{
	static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month] + (month == FEBRUARY && year % 4u == 0 ? 1u : 0u);
}

void c1219_put_time(uint32_t seconds, uint8_t bytes[C1219_LTIME_OCTETS])
{
	uint32_t day = seconds / SECONDS_OF_DAY;
	uint32_t year = 0;
	uint32_t month = 0;

	while (day >= days_of_month(year, month)) {
		day -= days_of_month(year, month);
		month = (month + 1u) % 12u;
		year += month == 0;
	}
	bytes[0] = (uint8_t)year;
	bytes[1] = (uint8_t)(month + 1u);
	bytes[2] = (uint8_t)(day + 1u);
	bytes[3] = (uint8_t)(seconds % SECONDS_OF_DAY / 3600u);
	bytes[4] = (uint8_t)(seconds % 3600u / 60u);
	bytes[5] = (uint8_t)(seconds % 60u);
}

#define CALENDAR_SELF_READ 0x01u
#define CALENDAR_DAYLIGHT_AUTOMATIC 0x01u
#define CALENDAR_SPECIAL_SCHEDULES 1u

static const struct c1219_field time_dimensions[] = {
	{1, 1, CALENDAR_SELF_READ, NULL, NULL},
	{1, 1, CALENDAR_DAYLIGHT_AUTOMATIC, NULL, NULL},
	{1, 1, CALENDAR_SEASONS | CALENDAR_SPECIAL_SCHEDULES << 4, NULL, NULL},
	{1, 1, CALENDAR_NON_RECURRING, NULL, NULL},
	{1, 1, CALENDAR_RECURRING, NULL, NULL},
	{2, 1, CALENDAR_SWITCHES, NULL, NULL},
	{2, 1, C1219_CALENDAR_OCTETS, NULL, NULL},
};

static const struct c1219_table tables[] = {
	C1219_READ_ONLY(51, time_dimensions),
	C1219_RENDERED(52, c1219_clock),
	{
		.id = 54,
		.render = c1219_calendar,
		.write_clearance = C1218_CLEARANCE_PROGRAM,
		.needs_open_seal = true,
		.partial_write = C1218_ONP,
		.shortest_write = C1219_CALENDAR_OCTETS,
		.longest_write = C1219_CALENDAR_OCTETS,
		.write = c1219_write_calendar,
	},
	C1219_RENDERED(55, c1219_clock_state),
	C1219_RENDERED(56, c1219_time_remaining),
};

const struct c1219_group c1219_time_tables = {tables, COUNT_OF(tables)};

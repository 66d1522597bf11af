/* Times of tables: TM_FORMAT 2, year of the century, month, day, hour, minute, second. */
#include "interface/c1219_tables.h"

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

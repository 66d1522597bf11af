/* Days of the Gregorian calendar, counted from 2000-01-01, which was a Saturday. */
#include "drivers/meter_time.h"

#include <stdio.h>

#define SECONDS_PER_DAY 86400
#define SATURDAY 6
#define LAST_YEAR 2089

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int year, int month)
{
	static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

bool meter_time_is_valid(const struct meter_time *time)
{
	return time->year >= 2000 && time->year <= LAST_YEAR && time->month >= 1 &&
	       time->month <= 12 && time->day >= 1 &&
	       time->day <= days_of_month(time->year, time->month) && time->hour >= 0 &&
	       time->hour < 24 && time->minute >= 0 && time->minute < 60 && time->second >= 0 &&
	       time->second < 60;
}

int64_t meter_time_wall_seconds(const struct meter_time *time)
{
	int64_t days = time->day - 1;

	for (int year = 2000; year < time->year; year++) {
		days += is_leap(year) ? 366 : 365;
	}
	for (int month = 1; month < time->month; month++) {
		days += days_of_month(time->year, month);
	}
	return ((days * 24 + time->hour) * 60 + time->minute) * 60 + time->second;
}

int64_t meter_time_standard_seconds(const struct meter_time *time)
{
	return meter_time_wall_seconds(time) - (time->is_daylight_saving ? 3600 : 0);
}

struct meter_time meter_time_from_seconds(int64_t seconds)
{
	int64_t days = seconds / SECONDS_PER_DAY;
	int rest = (int)(seconds % SECONDS_PER_DAY);

	if (rest < 0) {
		rest += SECONDS_PER_DAY;
		days--;
	}
	struct meter_time time = {
		.year = 2000,
		.month = 1,
		.hour = rest / 3600,
		.minute = rest / 60 % 60,
		.second = rest % 60,
		.weekday = (int)(((days + SATURDAY) % 7 + 7) % 7),
	};

	while (days < 0) {
		time.year--;
		days += is_leap(time.year) ? 366 : 365;
	}
	while (days >= (is_leap(time.year) ? 366 : 365)) {
		days -= is_leap(time.year) ? 366 : 365;
		time.year++;
	}
	while (days >= days_of_month(time.year, time.month)) {
		days -= days_of_month(time.year, time.month);
		time.month++;
	}
	time.day = (int)days + 1;
	return time;
}

const char *meter_time_text(const struct meter_time *time, char text[32])
{
	snprintf(text, 32, "%04d-%02d-%02d %02d:%02d:%02d%s", time->year % 10000, time->month % 100,
		 time->day % 100, time->hour % 100, time->minute % 100, time->second % 100,
		 time->is_daylight_saving ? " DST" : "");
	return text;
}

/* Digits go in from the right. */
#include "interface/display_text.h"

#include <string.h>

#include "interface/display_values.h"

void display_put_number(char *value, uint64_t magnitude, unsigned int decimals, unsigned int digits,
			bool is_negative)
{
	char *at = value + DISPLAY_VALUE_COLUMNS;

	for (unsigned int digit = 0;
	     (magnitude > 0 || digit < digits || digit <= decimals) && at > value + 1; digit++) {
		if (digit == decimals && decimals > 0) {
			*--at = '.';
		}
		*--at = (char)('0' + magnitude % 10);
		magnitude /= 10;
	}
	if (is_negative) {
		*--at = '-';
	}
}

void display_put_right(char *value, const char *text, size_t length)
{
	while (length > 0 && text[length - 1] == ' ') {
		length--;
	}
	memcpy(value + DISPLAY_VALUE_COLUMNS - length, text, length);
}

static void put_digits(char *at, unsigned int count, unsigned int number)
{
	for (char *digit = at + count; digit > at; number /= 10) {
		*--digit = (char)('0' + number % 10);
	}
}

void display_put_date(char *value, const struct meter_clock_time *time)
{
	if (time->date.month == 0) {
		display_put_right(value, "----------", 10);
		return;
	}
	put_digits(value, 4, time->date.year);
	value[4] = '-';
	put_digits(value + 5, 2, time->date.month);
	value[7] = '-';
	put_digits(value + 8, 2, time->date.day);
}

void display_put_time(char *value, const struct meter_clock_time *time, bool has_seconds)
{
	char *at = value + (has_seconds ? 2 : 5);

	if (time->date.month == 0) {
		display_put_right(value, "--:--", 5);
		return;
	}
	put_digits(at, 2, time->hour);
	at[2] = ':';
	put_digits(at + 3, 2, time->minute);
	if (has_seconds) {
		at[5] = ':';
		put_digits(at + 6, 2, time->second);
	}
}

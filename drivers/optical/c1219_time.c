/* TM_FORMAT 1 is BCD digits, 2 binary octets, 3 minutes since 1970, 4 seconds since 1970. */
#include "drivers/optical/c1219_time.h"

#include <string.h>

#define FORMAT_BCD 1
#define FORMAT_OCTETS 2
#define FORMAT_MINUTES 3
#define SECONDS_1970_TO_2000 INT64_C(946684800)

static const uint8_t long_octets[C1219_TIME_FORMATS] = {0, 6, 6, 5, 4};
static const uint8_t short_octets[C1219_TIME_FORMATS] = {0, 5, 5, 4, 4};

size_t c1219_long_time_size(const struct c1219_general *general)
{
	return long_octets[general->time_format];
}

size_t c1219_short_time_size(const struct c1219_general *general)
{
	return short_octets[general->time_format];
}

static int take_octet(const struct c1219_general *general, uint8_t octet)
{
	if (general->time_format != FORMAT_BCD) {
		return octet;
	}
	/* a digit above 9 becomes something that no date has */
	return octet >> 4 > 9 || (octet & 15) > 9 ? 255 : (octet >> 4) * 10 + (octet & 15);
}

static void take_octets(const struct c1219_general *general, const uint8_t *bytes, size_t count,
			struct meter_time *time)
{
	int *const part[6] = {&time->year, &time->month,  &time->day,
			      &time->hour, &time->minute, &time->second};

	for (size_t i = 0; i < count; i++) {
		*part[i] = take_octet(general, bytes[i]);
	}
	time->year += time->year < 90 ? 2000 : 1900;
	if (meter_time_is_valid(time)) {
		time->weekday = meter_time_from_seconds(meter_time_wall_seconds(time)).weekday;
	}
}

static enum status take_time(const struct c1219_general *general, const uint8_t *bytes,
			     size_t count, struct meter_time *time)
{
	char text[32];

	memset(time, 0, sizeof(*time));
	if (general->time_format == 0) {
		return status_fail(STATUS_PROTOCOL, "ST0 says that the meter has no clock");
	}
	if (general->time_format <= FORMAT_OCTETS) {
		take_octets(general, bytes, count, time);
	} else {
		int64_t seconds = (int64_t)c1219_take_integer(&general->coding, bytes, 4);

		if (general->time_format == FORMAT_MINUTES) {
			seconds = seconds * 60 + (count > 4 ? bytes[4] : 0);
		}
		*time = meter_time_from_seconds(seconds - SECONDS_1970_TO_2000);
	}
	if (!meter_time_is_valid(time)) {
		return status_fail(STATUS_PROTOCOL, "a time of %s does not exist",
				   meter_time_text(time, text));
	}
	return STATUS_OK;
}

enum status c1219_take_long_time(const struct c1219_general *general, const uint8_t *bytes,
				 struct meter_time *time)
{
	return take_time(general, bytes, c1219_long_time_size(general), time);
}

enum status c1219_take_short_time(const struct c1219_general *general, const uint8_t *bytes,
				  struct meter_time *time, bool *is_there)
{
	size_t size = c1219_short_time_size(general);

	*is_there = false;
	memset(time, 0, sizeof(*time));
	for (size_t i = 0; i < size; i++) {
		*is_there = *is_there || bytes[i];
	}
	return *is_there ? take_time(general, bytes, size, time) : STATUS_OK;
}

void c1219_put_long_time(const struct c1219_general *general, const struct meter_time *time,
			 uint8_t *bytes)
{
	const int part[6] = {time->year % 100, time->month,  time->day,
			     time->hour,       time->minute, time->second};
	int64_t seconds = meter_time_wall_seconds(time) + SECONDS_1970_TO_2000;

	if (general->time_format <= FORMAT_OCTETS) {
		for (int i = 0; i < 6; i++) {
			bytes[i] = (uint8_t)(general->time_format == FORMAT_BCD
						     ? part[i] / 10 * 16 + part[i] % 10
						     : part[i]);
		}
	} else if (general->time_format == FORMAT_MINUTES) {
		c1219_put_integer(&general->coding, (uint64_t)(seconds / 60), bytes, 4);
		bytes[4] = (uint8_t)(seconds % 60);
	} else {
		c1219_put_integer(&general->coding, (uint64_t)seconds, bytes, 4);
	}
}

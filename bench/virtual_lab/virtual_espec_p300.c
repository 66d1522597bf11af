/* Lines to commands by table; what no table knows is met with NA:CMD ERR. */
#include "bench/virtual_lab/virtual_espec_p300.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_LENGTH 96
#define ANSWER_SECONDS 0.1 /* until the controller has looked at a line */
#define ALARM_REFRIGERATOR 3
#define ALARM_DOOR 8

enum chamber_mode { CHAMBER_OFF, CHAMBER_STANDBY, CHAMBER_CONSTANT };

static const char *const mode_names[] = {"OFF", "STANDBY", "CONSTANT"};

struct virtual_espec_p300 {
	struct participant participant;
	struct climate *climate;
	struct virtual_line *line;
	struct virtual_espec_faults faults;
	enum chamber_mode mode;
	double set_point_celsius;
	double high_celsius, low_celsius; /* where its own alarms are */
	bool is_door_open, has_failed;
	char half_line[LINE_LENGTH];
	size_t half_length;
	bool is_too_long;
};

static bool has_come(struct instant fault, struct instant at)
{
	return fault.nanoseconds != 0 && !instant_before(at, fault);
}

static void reply(struct virtual_espec_p300 *chamber, struct instant at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void reply(struct virtual_espec_p300 *chamber, struct instant at, const char *format, ...)
{
	char line[LINE_LENGTH + 8];
	va_list arguments;

	if (has_come(chamber->faults.silent_after, at)) {
		return;
	}
	va_start(arguments, format);
	int length = vsnprintf(line, sizeof(line) - 2, format, arguments);
	va_end(arguments);
	assert(length >= 0 && (size_t)length < sizeof(line) - 2);
	if (has_come(chamber->faults.nonsense_after, at)) {
		length = snprintf(line, sizeof(line), "?%d#", length);
	}
	line[length] = '\r';
	line[length + 1] = '\n';
	virtual_line_send(chamber->line, (const uint8_t *)line, (size_t)length + 2,
			  instant_after(at, ANSWER_SECONDS));
}

static bool has_alarm(const struct virtual_espec_p300 *chamber)
{
	return chamber->is_door_open || chamber->has_failed;
}

static double shown_celsius(struct virtual_espec_p300 *chamber, struct instant at)
{
	return climate_air_celsius(chamber->climate, at) + chamber->faults.offset_kelvin;
}

/* Gives the air what mode and door say together. */
static void drive(struct virtual_espec_p300 *chamber, struct instant at)
{
	if (chamber->mode == CHAMBER_CONSTANT) {
		climate_control(chamber->climate, at, chamber->set_point_celsius);
	} else {
		climate_release(chamber->climate, at, chamber->is_door_open);
	}
}

/* ---- commands ---- */

static void tell_rom(struct virtual_espec_p300 *chamber, const char *argument, struct instant at)
{
	(void)argument;
	reply(chamber, at, "P300V2.30");
}

static void tell_type(struct virtual_espec_p300 *chamber, const char *argument, struct instant at)
{
	(void)argument;
	reply(chamber, at, "T,P300,%.1f", ESPEC_P300_HIGHEST);
}

static void tell_monitor(struct virtual_espec_p300 *chamber, const char *argument,
			 struct instant at)
{
	(void)argument;
	reply(chamber, at, "%.1f,,%s,%d", shown_celsius(chamber, at), mode_names[chamber->mode],
	      (chamber->is_door_open ? 1 : 0) + (chamber->has_failed ? 1 : 0));
}

static void tell_temperature(struct virtual_espec_p300 *chamber, const char *argument,
			     struct instant at)
{
	(void)argument;
	reply(chamber, at, "%.1f,%.1f,%.1f,%.1f", shown_celsius(chamber, at),
	      chamber->set_point_celsius, chamber->high_celsius, chamber->low_celsius);
}

static void tell_mode(struct virtual_espec_p300 *chamber, const char *argument, struct instant at)
{
	(void)argument;
	reply(chamber, at, "%s", mode_names[chamber->mode]);
}

static void tell_alarms(struct virtual_espec_p300 *chamber, const char *argument, struct instant at)
{
	(void)argument;
	if (chamber->has_failed && chamber->is_door_open) {
		reply(chamber, at, "2,%d,%d", ALARM_REFRIGERATOR, ALARM_DOOR);
	} else if (has_alarm(chamber)) {
		reply(chamber, at, "1,%d", chamber->has_failed ? ALARM_REFRIGERATOR : ALARM_DOOR);
	} else {
		reply(chamber, at, "0");
	}
}

/* "S23.0 H85.0 L-40.0" in any order, each at most once, S or H or L alone as well. */
static bool take_temperatures(const char *text, double *set_point, double *high, double *low)
{
	bool has_set_point = false, has_high = false, has_low = false;

	while (*text) {
		bool *has = *text == 'S'   ? &has_set_point
			    : *text == 'H' ? &has_high
			    : *text == 'L' ? &has_low
					   : NULL;
		double *number = *text == 'S' ? set_point : *text == 'H' ? high : low;
		char *end;

		if (!has || *has || !(isdigit((unsigned char)text[1]) || text[1] == '-')) {
			return false;
		}
		*has = true;
		*number = strtod(text + 1, &end);
		text = end + strspn(end, " ");
		if (end == text && *text) {
			return false;
		}
	}
	return has_set_point || has_high || has_low;
}

static void set_temperature(struct virtual_espec_p300 *chamber, const char *argument,
			    struct instant at)
{
	double set_point = chamber->set_point_celsius;
	double high = chamber->high_celsius, low = chamber->low_celsius;

	if (!take_temperatures(argument, &set_point, &high, &low)) {
		reply(chamber, at, "NA:PARA ERR");
		return;
	}
	if (low < ESPEC_P300_LOWEST || high > ESPEC_P300_HIGHEST || set_point < low ||
	    set_point > high) {
		reply(chamber, at, "NA:DATA OUT OF RANGE");
		return;
	}
	chamber->set_point_celsius = set_point;
	chamber->high_celsius = high;
	chamber->low_celsius = low;
	drive(chamber, at);
	reply(chamber, at, "OK:TEMP,%s", argument);
}

static void refuse_humidity(struct virtual_espec_p300 *chamber, const char *argument,
			    struct instant at)
{
	(void)argument;
	reply(chamber, at, "NA:CONT NOT READY-1");
}

static void switch_to(struct virtual_espec_p300 *chamber, enum chamber_mode mode,
		      const char *command, const char *argument, struct instant at)
{
	if (mode == CHAMBER_CONSTANT && has_alarm(chamber)) {
		reply(chamber, at, "NA:CHB NOT READY");
		return;
	}
	chamber->mode = mode;
	drive(chamber, at);
	reply(chamber, at, "OK:%s,%s", command, argument);
}

static void set_power(struct virtual_espec_p300 *chamber, const char *argument, struct instant at)
{
	if (!strcmp(argument, "ON")) {
		switch_to(chamber, CHAMBER_CONSTANT, "POWER", argument, at);
	} else if (!strcmp(argument, "OFF")) {
		switch_to(chamber, CHAMBER_OFF, "POWER", argument, at);
	} else {
		reply(chamber, at, "NA:PARA ERR");
	}
}

static void set_mode(struct virtual_espec_p300 *chamber, const char *argument, struct instant at)
{
	for (int mode = 0; mode <= CHAMBER_CONSTANT; mode++) {
		if (!strcmp(argument, mode_names[mode])) {
			switch_to(chamber, (enum chamber_mode)mode, "MODE", argument, at);
			return;
		}
	}
	reply(chamber, at, !strncmp(argument, "RUN", 3) ? "NA:DATA NOT READY" : "NA:PARA ERR");
}

/* `takes_argument`: after the name come a comma, blanks and the argument. */
static const struct command {
	const char *name;
	bool takes_argument;
	void (*run)(struct virtual_espec_p300 *chamber, const char *argument, struct instant at);
} commands[] = {
	{"ROM?", false, tell_rom},	   {"TYPE?", false, tell_type},
	{"MON?", false, tell_monitor},	   {"TEMP?", false, tell_temperature},
	{"MODE?", false, tell_mode},	   {"ALARM?", false, tell_alarms},
	{"HUMI?", false, refuse_humidity}, {"TEMP", true, set_temperature},
	{"HUMI", true, refuse_humidity},   {"POWER", true, set_power},
	{"MODE", true, set_mode},
};

/* ---- lines ---- */

static bool obey_as(struct virtual_espec_p300 *chamber, const struct command *command,
		    const char *line, struct instant at)
{
	size_t length = strlen(command->name);

	if (strncmp(line, command->name, length) != 0) {
		return false;
	}
	if (!command->takes_argument) {
		if (line[length]) {
			return false;
		}
		command->run(chamber, "", at);
		return true;
	}
	if (line[length] != ',') {
		return false;
	}
	command->run(chamber, line + length + 1 + strspn(line + length + 1, " "), at);
	return true;
}

static void obey(struct virtual_espec_p300 *chamber, const char *line, struct instant at)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (obey_as(chamber, &commands[i], line, at)) {
			return;
		}
	}
	reply(chamber, at, "NA:CMD ERR");
}

static void receive(void *context, uint8_t byte, struct instant at)
{
	struct virtual_espec_p300 *chamber = context;

	if (byte == '\n') {
		return; /* CR has ended the line */
	}
	if (byte != '\r') {
		if (chamber->half_length + 1 < LINE_LENGTH - 16 && byte) {
			chamber->half_line[chamber->half_length++] = (char)byte;
		} else {
			chamber->is_too_long = true;
		}
		return;
	}
	chamber->half_line[chamber->half_length] = '\0';
	chamber->half_length = 0;
	if (chamber->is_too_long) {
		chamber->is_too_long = false;
		reply(chamber, at, "NA:CMD ERR");
	} else {
		obey(chamber, chamber->half_line, at);
	}
}

/* ---- faults ---- */

static struct instant door_due(const struct virtual_espec_p300 *chamber)
{
	struct instant due = chamber->faults.door_open_at;

	return due.nanoseconds == 0 || chamber->is_door_open ? INSTANT_NEVER : due;
}

static struct instant failure_due(const struct virtual_espec_p300 *chamber)
{
	struct instant due = chamber->faults.alarm_at;

	return due.nanoseconds == 0 || chamber->has_failed ? INSTANT_NEVER : due;
}

static struct instant next_event(void *context)
{
	const struct virtual_espec_p300 *chamber = context;

	return instant_earlier(door_due(chamber), failure_due(chamber));
}

/* With an alarm the chamber stops by itself. */
static struct instant advance(void *context, struct instant until)
{
	struct virtual_espec_p300 *chamber = context;
	bool opens = !instant_before(until, door_due(chamber));
	bool fails = !instant_before(until, failure_due(chamber));

	if (opens || fails) {
		chamber->is_door_open |= opens;
		chamber->has_failed |= fails;
		if (chamber->mode == CHAMBER_CONSTANT) {
			chamber->mode = CHAMBER_STANDBY;
		}
		drive(chamber, until);
	}
	return until;
}

struct virtual_espec_p300 *virtual_espec_p300_new(struct virtual_time *time,
						  struct climate *climate,
						  struct virtual_line *line,
						  const struct virtual_espec_faults *faults)
{
	struct virtual_espec_p300 *chamber = calloc(1, sizeof(*chamber));

	assert(chamber);
	chamber->climate = climate;
	chamber->line = line;
	chamber->faults = *faults;
	chamber->mode = CHAMBER_STANDBY;
	chamber->set_point_celsius = 23.0;
	chamber->high_celsius = ESPEC_P300_HIGHEST;
	chamber->low_celsius = ESPEC_P300_LOWEST;
	chamber->participant = (struct participant){chamber, next_event, advance};
	virtual_time_add(time, &chamber->participant);
	virtual_line_attach(line, &(struct virtual_device){chamber, receive});
	return chamber;
}

void virtual_espec_p300_free(struct virtual_espec_p300 *chamber)
{
	free(chamber);
}

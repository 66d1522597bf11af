/*
 * The simulated ZERA MT as a whole: bytes to lines, lines to commands by table, replies, faults and
 * timers. A line that no table knows, or whose argument has not the form of its command, is met
 * with silence.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/virtual_lab/virtual_zera_mt_parts.h"

#define CARRIAGE_RETURN '\r'

struct virtual_zera_mt_options virtual_zera_mt_defaults(void)
{
	return (struct virtual_zera_mt_options){
		.model = "MT786-200",
		.volt_range_count = 4,
		.volt_ranges = {420, 250, 125, 60},
		.ampere_range_count = 11,
		.ampere_ranges = {200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1},
		.switch_on_seconds = 2,
	};
}

static bool has_come(struct instant fault, struct instant at)
{
	return fault.nanoseconds != 0 && !instant_before(at, fault);
}

void zera_reply(struct virtual_zera_mt *zera, struct instant at, const char *format, ...)
{
	const struct virtual_zera_faults *faults = &zera->options.faults;
	char line[ZERA_LINE_LENGTH];
	va_list arguments;

	if (has_come(faults->silent_after, at) || has_come(faults->hung_after, at)) {
		return;
	}
	va_start(arguments, format);
	int length = vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);
	assert(length >= 0 && (size_t)length < sizeof(line) - 1);
	if (has_come(faults->nonsense_after, at)) {
		length = snprintf(line, sizeof(line), "#%d?*!", length);
	}
	line[length] = CARRIAGE_RETURN;
	virtual_line_send(zera->line, (const uint8_t *)line, (size_t)length + 1,
			  instant_after(at, faults->late_seconds));
}

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

bool zera_take_number(const char **text, int digits, int decimals, double *number)
{
	double whole = 0;
	double scale = 1;
	const char *next = *text;

	for (int i = 0; i < digits; i++, next++) {
		if (!is_digit(*next)) {
			return false;
		}
		whole = whole * 10 + (*next - '0');
	}
	if (*next++ != '.') {
		return false;
	}
	for (int i = 0; i < decimals; i++, next++) {
		if (!is_digit(*next)) {
			return false;
		}
		whole = whole * 10 + (*next - '0');
		scale *= 10;
	}
	*number = whole / scale;
	*text = next;
	return true;
}

bool zera_take_whole(const char **text, int most, int64_t *number)
{
	const char *next = *text;

	*number = 0;
	for (int i = 0; i < most && is_digit(*next); i++, next++) {
		*number = *number * 10 + (*next - '0');
	}
	if (next == *text || is_digit(*next)) {
		return false;
	}
	*text = next;
	return true;
}

const char *zera_number_text(double number, int significant, char text[ZERA_TEXT_LENGTH])
{
	double size = number < 0 ? -number : number;
	int decimals = significant - 1;

	for (double bound = 10; size >= bound && decimals > 0; bound *= 10) {
		decimals--;
	}
	for (double bound = 1; size < bound && size > 0 && decimals < 15; bound /= 10) {
		decimals++;
	}
	snprintf(text, ZERA_TEXT_LENGTH, "%.*f", decimals, number);
	return text;
}

static void send_version(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	zera_reply(zera, at, "MT793V05.52");
	zera_reply(zera, at, "AAVACK");
}

static void send_model(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	zera_reply(zera, at, "STS%s", zera->model);
}

static const struct zera_command identity_commands[] = {
	{"AAV", false, send_version},
	{"STS", false, send_model},
	{NULL, false, NULL},
};

static const struct zera_command *const tables[] = {
	identity_commands,  zera_amplifier_commands, zera_reference_commands,
	zera_gate_commands, zera_dose_commands,	     NULL,
};

static const struct zera_command *const calculator_tables[] = {
	identity_commands,
	zera_range_commands,
	zera_gate_commands,
	NULL,
};

static const struct zera_command *find_in(const struct zera_command *table, const char *line)
{
	for (; table->name; table++) {
		size_t length = strlen(table->name);

		if (!strncmp(line, table->name, length) &&
		    (table->takes_argument || !line[length])) {
			return table;
		}
	}
	return NULL;
}

static void obey(struct virtual_zera_mt *zera, const char *line, struct instant at)
{
	const struct zera_command *const *table = zera->master ? calculator_tables : tables;

	for (; *table; table++) {
		const struct zera_command *command = find_in(*table, line);

		if (command) {
			command->run(zera, line + strlen(command->name), at);
			return;
		}
	}
}

static void end_line(struct virtual_zera_mt *zera, struct instant at)
{
	bool is_whole = !zera->is_too_long;

	zera->half_line[zera->half_length] = '\0';
	zera->half_length = 0;
	zera->is_too_long = false;
	if (is_whole && !has_come(zera->options.faults.hung_after, at)) {
		obey(zera, zera->half_line, at);
	}
}

static void receive(void *context, uint8_t byte, struct instant at)
{
	struct virtual_zera_mt *zera = context;

	if (byte == CARRIAGE_RETURN) {
		end_line(zera, at);
	} else if (zera->half_length + 1 < sizeof(zera->half_line) && byte != 0) {
		zera->half_line[zera->half_length++] = (char)byte;
	} else {
		zera->is_too_long = true;
	}
}

static struct instant emergency_stop_due(const struct virtual_zera_mt *zera)
{
	struct instant due = zera->options.faults.emergency_stop_at;

	return due.nanoseconds == 0 || zera->amplifier.is_stopped ? INSTANT_NEVER : due;
}

static struct instant reply_due(const struct virtual_zera_mt *zera)
{
	return zera->amplifier.is_reply_due ? zera->amplifier.reply_at : INSTANT_NEVER;
}

static struct instant next_event(void *context)
{
	struct virtual_zera_mt *zera = context;
	struct instant due = instant_earlier(emergency_stop_due(zera), reply_due(zera));

	return instant_earlier(due, zera_dose_next_event(zera));
}

static struct instant advance(void *context, struct instant until)
{
	struct virtual_zera_mt *zera = context;
	struct instant reply_at = reply_due(zera);

	if (!instant_before(until, emergency_stop_due(zera))) {
		zera_amplifier_stop(zera, until);
		zera_amplifier_status(zera, "", until);
	}
	zera_amplifier_watch(zera, until);
	zera_dose_advance(zera, until);
	if (!instant_before(until, reply_at)) {
		zera->amplifier.is_reply_due = false;
		zera_reply(zera, reply_at, "SOKUI");
	}
	return until;
}

struct virtual_zera_mt *virtual_zera_mt_new(struct virtual_time *time, struct world *world,
					    struct virtual_line *line,
					    const struct virtual_zera_mt_options *options)
{
	struct virtual_zera_mt *zera = calloc(1, sizeof(*zera));

	assert(zera && options->volt_range_count > 0 && options->ampere_range_count > 0);
	zera->world = world;
	zera->line = line;
	zera->channel = options->channel ? options->channel : 1;
	zera->options = *options;
	snprintf(zera->model, sizeof(zera->model), "%s", options->model);
	zera->options.model = zera->model;
	zera->standard = virtual_reference_standard_new(world, &options->standard);
	zera->reference.integration_seconds = 1;
	zera_amplifier_init(zera);
	zera->participant = (struct participant){zera, next_event, advance};
	virtual_time_add(time, &zera->participant);
	zera->source = virtual_power_source_new(time, world, &options->source);
	virtual_line_attach(line, &(struct virtual_device){zera, receive});
	return zera;
}

void virtual_zera_mt_add_calculator(struct virtual_zera_mt *zera, struct virtual_line *line,
				    int channel, int64_t lost_pulse)
{
	struct virtual_zera_mt *calculator = calloc(1, sizeof(*calculator));

	assert(calculator);
	calculator->master = zera;
	calculator->channel = channel;
	calculator->world = zera->world;
	calculator->line = line;
	calculator->standard = zera->standard;
	calculator->options.faults.lost_pulse = lost_pulse;
	snprintf(calculator->model, sizeof(calculator->model), "%s", zera->model);
	calculator->next_calculator = zera->next_calculator;
	zera->next_calculator = calculator;
	virtual_line_attach(line, &(struct virtual_device){calculator, receive});
}

void virtual_zera_mt_free(struct virtual_zera_mt *zera)
{
	while (zera && zera->next_calculator) {
		struct virtual_zera_mt *calculator = zera->next_calculator;

		zera->next_calculator = calculator->next_calculator;
		free(calculator);
	}
	if (zera) {
		virtual_power_source_free(zera->source);
		virtual_reference_standard_free(zera->standard);
	}
	free(zera);
}

void virtual_zera_mt_set_faults(struct virtual_zera_mt *zera,
				const struct virtual_zera_faults *faults)
{
	zera->options.faults = *faults;
}

/*
 * ESPEC P-300 and SCP-220 controllers as climate chamber: lines of text, CR LF, 9600 8N1 (RS-485
 * with addresses is not here). Command subset as public client software uses it; the maker's manual
 * was not read. Temperatures go out with one decimal, which is what the controller has.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/instruments/drivers.h"
#include "drivers/instruments/text_link.h"

#define REPLY_SECONDS 5.0
#define LINE_CHARACTERS 160
#define ALARMS_NAMED 16
/* The controller's resolution, and what counts as the set-point that was asked for. */
#define STEP_CELSIUS 0.1

struct espec {
	struct instrument instrument;
	struct text_link link;
	double minimum_celsius, maximum_celsius; /* its own limits, when it was opened */
	char line[LINE_CHARACTERS + 2];
};

/* What it may say after "NA:", in words that help. */
static const struct {
	const char *code;
	const char *advice;
} refusals[] = {
	{"CMD ERR", "it does not know the command; is this an ESPEC P-300?"},
	{"PARA ERR", "it cannot read the value"},
	{"DATA OUT OF RANGE", "outside its high and low limits; set these at the chamber"},
	{"CHB NOT READY", "the chamber is not ready; look at its panel"},
	{"PROTECT ON", "its settings are protected; take the protection off at the panel"},
	{"CONT NOT READY", "the controller is busy with a program or a setting at its panel"},
};

static struct espec *espec_of(struct instrument *instrument)
{
	return (struct espec *)instrument;
}

static enum status explain_refusal(struct espec *espec, const char *question)
{
	const char *code = espec->line + 3;
	const char *advice = "look at its panel";

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		if (!strncmp(code, refusals[i].code, strlen(refusals[i].code))) {
			advice = refusals[i].advice;
		}
	}
	return text_link_fail(&espec->link, STATUS_REFUSED, "it refuses \"%s\" with \"%.40s\": %s",
			      question, code, advice);
}

static enum status ask(struct espec *espec, const char *question)
{
	enum status status = text_link_ask_line(&espec->link, REPLY_SECONDS, question);

	if (!status && !strncmp(espec->line, "NA:", 3)) {
		return explain_refusal(espec, question);
	}
	return status;
}

static enum status not_this(struct espec *espec, const char *reply, const char *question,
			    const char *what)
{
	espec->link.is_out_of_step = true;
	return text_link_fail(&espec->link, STATUS_PROTOCOL, "\"%.60s\" to \"%s\" is not %s", reply,
			      question, what);
}

/* A command is confirmed by "OK:" and itself. */
static enum status command(struct espec *espec, const char *text)
{
	enum status status = ask(espec, text);

	if (!status && strncmp(espec->line, "OK:", 3) != 0) {
		return not_this(espec, espec->line, text, "OK");
	}
	return status;
}

/* A question whose reply has at least `least` fields; the first `numbers` of them are numbers. */
static enum status ask_numbers(struct espec *espec, const char *question, double numbers[],
			       int least)
{
	char reply[LINE_CHARACTERS + 2];
	char *fields[8];
	enum status status = ask(espec, question);

	if (status) {
		return status;
	}
	memcpy(reply, espec->line, sizeof(reply));
	int count = text_link_split(espec->line, ',', fields, 8);

	for (int i = 0; i < least; i++) {
		if (count < least || !text_link_number(fields[i], &numbers[i])) {
			return not_this(espec, reply, question, "the numbers that it should give");
		}
	}
	return STATUS_OK;
}

enum { TEMPERATURE_NOW, TEMPERATURE_SET, TEMPERATURE_HIGH, TEMPERATURE_LOW, TEMPERATURES };

static enum status read_temperatures(struct espec *espec, double numbers[TEMPERATURES])
{
	return ask_numbers(espec, "TEMP?", numbers, TEMPERATURES);
}

static void espec_limits(struct instrument *instrument, double *minimum_celsius,
			 double *maximum_celsius)
{
	*minimum_celsius = espec_of(instrument)->minimum_celsius;
	*maximum_celsius = espec_of(instrument)->maximum_celsius;
}

static enum status read_mode(struct espec *espec, bool *is_running)
{
	static const struct {
		const char *mode;
		bool is_running;
	} modes[] = {{"OFF", false}, {"STANDBY", false}, {"CONSTANT", true}, {"RUN", true}};
	enum status status = ask(espec, "MODE?");

	for (size_t i = 0; !status && i < sizeof(modes) / sizeof(*modes); i++) {
		if (!strncmp(espec->line, modes[i].mode, strlen(modes[i].mode))) {
			*is_running = modes[i].is_running;
			return STATUS_OK;
		}
	}
	return status ? status
		      : not_this(espec, espec->line, "MODE?", "OFF, STANDBY, CONSTANT or RUN");
}

static enum status espec_read(struct instrument *instrument, struct chamber_indication *indication)
{
	struct espec *espec = espec_of(instrument);
	double numbers[TEMPERATURES];
	enum status status = read_temperatures(espec, numbers);

	*indication = (struct chamber_indication){.is_running = false};
	if (!status) {
		indication->celsius = numbers[TEMPERATURE_NOW];
		indication->set_point_celsius = numbers[TEMPERATURE_SET];
		status = read_mode(espec, &indication->is_running);
	}
	return status;
}

/* What it has taken is read back: a controller may keep its old set-point without a word. */
static enum status confirm(struct espec *espec, double celsius)
{
	double numbers[TEMPERATURES];
	bool is_running = false;
	enum status status = read_temperatures(espec, numbers);

	if (!status && !(fabs(numbers[TEMPERATURE_SET] - celsius) < STEP_CELSIUS)) {
		return text_link_fail(&espec->link, STATUS_REFUSED,
				      "it was set to %.1f degrees Celsius and says that its "
				      "set-point is %.1f",
				      celsius, numbers[TEMPERATURE_SET]);
	}
	if (!status) {
		status = read_mode(espec, &is_running);
	}
	if (!status && !is_running) {
		return text_link_fail(&espec->link, STATUS_REFUSED,
				      "it was started and stands still; look at its panel");
	}
	return status;
}

static enum status espec_set(struct instrument *instrument, double celsius)
{
	struct espec *espec = espec_of(instrument);
	char text[40];

	if (!(celsius >= espec->minimum_celsius && celsius <= espec->maximum_celsius)) {
		return text_link_fail(&espec->link, STATUS_LIMIT,
				      "%g degrees Celsius are outside its limits, %g to %g",
				      celsius, espec->minimum_celsius, espec->maximum_celsius);
	}
	snprintf(text, sizeof(text), "TEMP, S%.1f", celsius);
	enum status status = command(espec, text);

	if (!status) {
		status = command(espec, "MODE,CONSTANT");
	}
	return status ? status : confirm(espec, celsius);
}

/* The way out: tried twice, because one lost reply must not leave it running. */
static enum status espec_stop(struct instrument *instrument)
{
	struct espec *espec = espec_of(instrument);
	enum status status = command(espec, "MODE,STANDBY");

	if (status && status != STATUS_ABORTED) {
		status = command(espec, "MODE,STANDBY");
	}
	return status;
}

/* "2,1,7": how many, then which. */
static enum status espec_check_alarms(struct instrument *instrument)
{
	struct espec *espec = espec_of(instrument);
	char reply[LINE_CHARACTERS + 2], words[160];
	char *fields[ALARMS_NAMED + 1];
	double number = 0;
	size_t used = 0;
	enum status status = ask(espec, "ALARM?");

	if (status) {
		return status;
	}
	memcpy(reply, espec->line, sizeof(reply));
	int count = text_link_split(espec->line, ',', fields, ALARMS_NAMED + 1);

	if (!text_link_number(fields[0], &number) || number < 0 || number > 255) {
		return not_this(espec, reply, "ALARM?", "a number of alarms");
	}
	words[0] = '\0';
	for (int i = 1; i < count && i <= ALARMS_NAMED && used < sizeof(words); i++) {
		used += (size_t)snprintf(words + used, sizeof(words) - used, "%s%s",
					 i > 1 ? ", " : "", fields[i]);
	}
	if (number == 0) {
		return STATUS_OK;
	}
	return text_link_fail(&espec->link, STATUS_ALARM,
			      "the chamber reports %.0f alarm%s: number %s of its manual", number,
			      number > 1 ? "s" : "", words[0] ? words : "unknown");
}

static enum status espec_close(struct instrument *instrument)
{
	free(instrument);
	return STATUS_OK;
}

static const struct climate_chamber espec_chamber = {
	.limits = espec_limits,
	.set = espec_set,
	.read = espec_read,
	.stop = espec_stop,
	.check_alarms = espec_check_alarms,
};

/* ROM? says which program the controller has; the limits are those that are set at its panel. */
static enum status identify(struct espec *espec)
{
	struct instrument_identity *identity = &espec->instrument.identity;
	double numbers[TEMPERATURES];
	enum status status = text_link_open(&espec->link);

	if (!status && (!espec->link.identity[0] || !strncmp(espec->link.identity, "NA:", 3))) {
		return text_link_fail(&espec->link, STATUS_PROTOCOL,
				      "\"%.60s\" as reply to \"ROM?\" is no version; is this an "
				      "ESPEC P-300?",
				      espec->link.identity);
	}
	if (!status) {
		status = read_temperatures(espec, numbers);
	}
	if (status) {
		return status;
	}
	if (!(numbers[TEMPERATURE_HIGH] > numbers[TEMPERATURE_LOW])) {
		return text_link_fail(&espec->link, STATUS_PROTOCOL,
				      "its limits of %g and %g degrees Celsius leave no room",
				      numbers[TEMPERATURE_LOW], numbers[TEMPERATURE_HIGH]);
	}
	espec->maximum_celsius = numbers[TEMPERATURE_HIGH];
	espec->minimum_celsius = numbers[TEMPERATURE_LOW];
	snprintf(identity->maker, sizeof(identity->maker), "ESPEC");
	snprintf(identity->model, sizeof(identity->model), "P-300");
	snprintf(identity->version, sizeof(identity->version), "%.31s", espec->link.identity);
	return STATUS_OK;
}

static enum status espec_open(const char *name, struct port *port, struct instrument **instrument)
{
	struct espec *espec = calloc(1, sizeof(*espec));

	if (!espec) {
		return status_fail(STATUS_IO, "no memory for instrument %s", name);
	}
	espec->instrument = (struct instrument){
		.driver = &espec_p300_driver,
		.name = name,
		.port = port,
		.climate_chamber = &espec_chamber,
		.close = espec_close,
	};
	espec->link = (struct text_link){
		.port = port,
		.role = "climate chamber",
		.name = name,
		.ending = "\r\n",
		.identify = "ROM?",
		.patience = REPLY_SECONDS,
		.line = espec->line,
		.capacity = sizeof(espec->line),
	};
	enum status status = identify(espec);

	if (status) {
		free(espec);
		return status;
	}
	*instrument = &espec->instrument;
	return STATUS_OK;
}

const struct instrument_driver espec_p300_driver = {
	.name = "espec_p300",
	.description = "ESPEC P-300 and SCP-220 climate chambers",
	.line = {.baud = 9600, .stop_bits = 1},
	.tested = "simulated only",
	.open = espec_open,
};

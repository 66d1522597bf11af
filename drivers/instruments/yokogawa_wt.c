/*
 * Yokogawa WT digital power meters as burden meter: elements 1 to 3 in the voltage circuit of
 * phases A to C. Command subset as public client software uses it; the maker's manual was not read.
 * Which ranges a model has is not tabulated here: the instrument is asked.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/instruments/drivers.h"
#include "drivers/instruments/text_link.h"

#define REPLY_SECONDS 5.0
/* A new measurement after the question: slowest rate, and settling of the synchronisation. */
#define UPDATE_SECONDS 45.0
#define LINE_CHARACTERS 256
/* Range limits are told with few digits. */
#define SAME_RANGE 1e-6

enum item { ITEM_VOLTS, ITEM_AMPERES, ITEM_WATTS, ITEM_VOLT_AMPERES, ITEM_VARS, ITEM_HERTZ, ITEMS };

static const char *const item_names[ITEMS] = {"U", "I", "P", "S", "Q", "FU"};

/* Every model has some of these. */
static const double voltage_ranges[] = {15, 30, 60, 100, 150, 300, 600, 1000};
static const double current_ranges[] = {0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20};

struct wattmeter {
	struct instrument instrument;
	struct text_link link;
	int phase; /* whose items are chosen; -1: none yet */
	char line[LINE_CHARACTERS + 2];
};

static struct wattmeter *wattmeter_of(struct instrument *instrument)
{
	return (struct wattmeter *)instrument;
}

static enum status not_this(struct wattmeter *wattmeter, const char *question, const char *what)
{
	wattmeter->link.is_out_of_step = true;
	return text_link_fail(&wattmeter->link, STATUS_PROTOCOL, "\"%.60s\" to \"%s\" is not %s",
			      wattmeter->line, question, what);
}

/* 0,"No error" or 113,"Undefined header": *code; the words stay in the line. */
static enum status read_error(struct wattmeter *wattmeter, int *code)
{
	char *fields[2];
	double number;
	enum status status = text_link_ask(&wattmeter->link, REPLY_SECONDS, ":STAT:ERR?");

	if (status) {
		return status;
	}
	char reply[LINE_CHARACTERS + 2];

	memcpy(reply, wattmeter->line, sizeof(reply));
	if (text_link_split(reply, ',', fields, 2) < 1 || !text_link_number(fields[0], &number) ||
	    fabs(number) > 9999) {
		return not_this(wattmeter, ":STAT:ERR?", "an error number and its words");
	}
	*code = (int)number;
	return STATUS_OK;
}

/* A setting that has to be taken. */
static enum status set(struct wattmeter *wattmeter, const char *text)
{
	int code = 0;
	enum status status = text_link_tell(&wattmeter->link, "%s", text);

	if (!status) {
		status = read_error(wattmeter, &code);
	}
	if (!status && code) {
		return text_link_fail(&wattmeter->link, STATUS_REFUSED,
				      "it refuses \"%s\" with error %.60s", text, wattmeter->line);
	}
	return status;
}

static enum status read_range(struct wattmeter *wattmeter, const char *header, double *range)
{
	char question[40];
	enum status status = text_link_ask(&wattmeter->link, REPLY_SECONDS, "%s?", header);

	snprintf(question, sizeof(question), "%s?", header);
	if (!status && !text_link_number(wattmeter->line, range)) {
		return not_this(wattmeter, question, "a range");
	}
	return status;
}

/* The smallest range of the list that holds the value and that this model has. */
static enum status choose_range(struct wattmeter *wattmeter, const char *header,
				const double ranges[], size_t count, double rms)
{
	for (size_t i = 0; i < count; i++) {
		double taken = 0;
		int code = 0;

		if (ranges[i] < rms * (1 - SAME_RANGE)) {
			continue;
		}
		enum status status = text_link_tell(&wattmeter->link, "%s %g", header, ranges[i]);

		if (!status) {
			status = read_error(wattmeter, &code);
		}
		if (!status && !code) {
			status = read_range(wattmeter, header, &taken);
		}
		if (status || (!code && taken >= rms * (1 - SAME_RANGE))) {
			return status;
		}
	}
	return text_link_fail(&wattmeter->link, STATUS_LIMIT, "no range of \"%s\" holds %g", header,
			      rms);
}

static enum status wt_set_range(struct instrument *instrument, double volts, double amperes)
{
	struct wattmeter *wattmeter = wattmeter_of(instrument);
	enum status status = choose_range(wattmeter, ":INP:VOLT:RANG", voltage_ranges,
					  sizeof(voltage_ranges) / sizeof(*voltage_ranges), volts);

	return status ? status
		      : choose_range(wattmeter, ":INP:CURR:RANG", current_ranges,
				     sizeof(current_ranges) / sizeof(*current_ranges), amperes);
}

static enum status choose_items(struct wattmeter *wattmeter, int phase)
{
	enum status status = STATUS_OK;

	if (wattmeter->phase == phase) {
		return STATUS_OK;
	}
	wattmeter->phase = -1;
	for (int item = 0; !status && item < ITEMS; item++) {
		char text[40];

		snprintf(text, sizeof(text), ":NUM:NORM:ITEM%d %s,%d", item + 1, item_names[item],
			 phase + 1);
		status = set(wattmeter, text);
	}
	if (!status) {
		wattmeter->phase = phase;
	}
	return status;
}

/* Waits for the end of an update that begins after now: what is read then is whole and new. */
static enum status await_update(struct wattmeter *wattmeter)
{
	enum status status =
		text_link_ask(&wattmeter->link, REPLY_SECONDS, ":STAT:EESR?"); /* clears */

	if (!status) {
		status = text_link_tell(&wattmeter->link, ":COMM:WAIT 1");
	}
	if (!status) {
		/* answered when the wait is over; clears for the second, whole update */
		status = text_link_ask(&wattmeter->link, UPDATE_SECONDS, ":STAT:EESR?");
	}
	return status ? status : text_link_tell(&wattmeter->link, ":COMM:WAIT 1");
}

static enum status take_number(struct wattmeter *wattmeter, int item, const char *field,
			       double *number)
{
	if (strstr(field, "INF")) {
		return text_link_fail(&wattmeter->link, STATUS_LIMIT,
				      "%s of phase %c is beyond its range; choose a larger one",
				      item_names[item], 'A' + wattmeter->phase);
	}
	if (strstr(field, "NAN")) {
		return text_link_fail(&wattmeter->link, STATUS_PROTOCOL,
				      "it has no measurement of %s of phase %c; check its wiring",
				      item_names[item], 'A' + wattmeter->phase);
	}
	if (!text_link_number(field, number)) {
		return text_link_fail(&wattmeter->link, STATUS_PROTOCOL,
				      "\"%.30s\" for %s of phase %c is no number", field,
				      item_names[item], 'A' + wattmeter->phase);
	}
	return STATUS_OK;
}

static enum status wt_read(struct instrument *instrument, int phase,
			   struct burden_indication *indication)
{
	struct wattmeter *wattmeter = wattmeter_of(instrument);
	char *fields[ITEMS];
	double numbers[ITEMS] = {0};
	enum status status = choose_items(wattmeter, phase);

	*indication = (struct burden_indication){.volts = 0};
	if (!status) {
		status = await_update(wattmeter);
	}
	if (!status) {
		status = text_link_ask(&wattmeter->link, UPDATE_SECONDS, ":NUM:NORM:VAL?");
	}
	if (status) {
		return status;
	}
	if (text_link_split(wattmeter->line, ',', fields, ITEMS) != ITEMS) {
		return not_this(wattmeter, ":NUM:NORM:VAL?", "the six values that were chosen");
	}
	for (int item = 0; !status && item < ITEMS; item++) {
		/* no frequency without a signal is no fault: the other values say that there is
		 * none */
		if (item != ITEM_HERTZ || text_link_number(fields[item], &numbers[item])) {
			status = take_number(wattmeter, item, fields[item], &numbers[item]);
		}
	}
	*indication = (struct burden_indication){
		.volts = numbers[ITEM_VOLTS],
		.amperes = numbers[ITEM_AMPERES],
		.watts = numbers[ITEM_WATTS],
		.volt_amperes = numbers[ITEM_VOLT_AMPERES],
		.vars = numbers[ITEM_VARS],
		.hertz = numbers[ITEM_HERTZ],
	};
	return status;
}

static enum status wt_close(struct instrument *instrument)
{
	free(instrument);
	return STATUS_OK;
}

static const struct burden_meter wt_burden_meter = {
	.set_range = wt_set_range,
	.read = wt_read,
};

/* YOKOGAWA,WT333,123456789,F1.04 */
static enum status identify(struct wattmeter *wattmeter)
{
	struct instrument_identity *identity = &wattmeter->instrument.identity;
	char text[TEXT_LINK_IDENTITY];
	char *fields[4];
	enum status status = text_link_open(&wattmeter->link);

	if (status) {
		return status;
	}
	memcpy(text, wattmeter->link.identity, sizeof(text));
	if (text_link_split(text, ',', fields, 4) != 4 || strcmp(fields[0], "YOKOGAWA") != 0 ||
	    !strstr(fields[1], "WT")) {
		return text_link_fail(&wattmeter->link, STATUS_PROTOCOL,
				      "\"%.60s\" as reply to \"*IDN?\" is no Yokogawa WT",
				      wattmeter->link.identity);
	}
	snprintf(identity->maker, sizeof(identity->maker), "Yokogawa");
	snprintf(identity->model, sizeof(identity->model), "%.47s", fields[1]);
	snprintf(identity->serial, sizeof(identity->serial), "%.31s", fields[2]);
	snprintf(identity->version, sizeof(identity->version), "%.31s", fields[3]);
	return STATUS_OK;
}

static enum status prepare(struct wattmeter *wattmeter)
{
	static const char *const settings[] = {
		":COMM:HEAD OFF", ":COMM:VERB OFF",  ":COMM:REM ON",
		":NUM:FORM ASC",  ":NUM:NORM:NUM 6", ":STAT:FILT1 FALL",
	};
	enum status status = STATUS_OK;
	int code = 1;

	/* old errors are not ours */
	for (int i = 0; !status && code && i < 16; i++) {
		status = read_error(wattmeter, &code);
	}
	for (size_t i = 0; !status && i < sizeof(settings) / sizeof(*settings); i++) {
		status = set(wattmeter, settings[i]);
	}
	return status;
}

static enum status wt_open(const char *name, struct port *port, struct instrument **instrument)
{
	struct wattmeter *wattmeter = calloc(1, sizeof(*wattmeter));

	if (!wattmeter) {
		return status_fail(STATUS_IO, "no memory for instrument %s", name);
	}
	wattmeter->instrument = (struct instrument){
		.driver = &yokogawa_wt_driver,
		.name = name,
		.port = port,
		.burden_meter = &wt_burden_meter,
		.close = wt_close,
	};
	wattmeter->phase = -1;
	wattmeter->link = (struct text_link){
		.port = port,
		.role = "burden meter",
		.name = name,
		.ending = "\n",
		.identify = "*IDN?",
		.patience = REPLY_SECONDS,
		.line = wattmeter->line,
		.capacity = sizeof(wattmeter->line),
	};
	enum status status = identify(wattmeter);

	if (!status) {
		status = prepare(wattmeter);
	}
	if (status) {
		free(wattmeter);
		return status;
	}
	*instrument = &wattmeter->instrument;
	return STATUS_OK;
}

const struct instrument_driver yokogawa_wt_driver = {
	.name = "yokogawa_wt",
	.description = "Yokogawa WT power meters as wattmeter in the voltage circuit",
	.line = {.baud = 9600, .stop_bits = 1},
	.tested = "simulated only",
	.open = wt_open,
};

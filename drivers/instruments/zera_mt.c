/*
 * ZERA MT786/MT3000 combined source and reference standard over its serial ASCII protocol: four
 * roles on one line. Here: who it is and what it may do. Roles: zera_mt_source, _standard,
 * _error_calculator, _dose.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/instruments/drivers.h"
#include "drivers/instruments/zera_mt.h"

static const struct zera_command identify_source = ZERA_VALUE("source", "STS", "STS");
static const struct zera_command identify_standard = ZERA_LINES("standard", "AAV");

/* Limits of the source by the beginning of its model text; a longer name stands before its own
 * beginning. */
static const struct zera_source_model source_models[] = {
	/* Exists only as a simulation: an MT786 with 200 A class amplifiers. */
	{"MT786-200", {20, 500, 0.001, 240, 45, 65}},
	{"MT786", {20, 500, 0.001, 120, 45, 65}},
};

bool zera_parse_number(const char *text, double *number)
{
	char *end;

	if (!strpbrk(text, "0123456789") || strpbrk(text, "xXnNiIpP")) {
		return false;
	}
	*number = strtod(text, &end);
	return end != text && !end[strspn(end, " ")] && isfinite(*number);
}

enum status zera_no_number(struct zera_mt *zera, const struct zera_command *command,
			   const char *text)
{
	return zera_fail(&zera->link, command, STATUS_PROTOCOL,
			 "\"%s\" in the reply to \"%s\" is no number", text, command->word);
}

static const struct zera_source_model *find_model(const char *text)
{
	for (size_t i = 0; i < sizeof(source_models) / sizeof(*source_models); i++) {
		if (!strncmp(text, source_models[i].name, strlen(source_models[i].name))) {
			return &source_models[i];
		}
	}
	return NULL;
}

/* "MT793V05.52": the model before the last V, the version from there. */
static enum status read_version(struct zera_mt *zera, char model[ZERA_LINE_BYTES])
{
	struct instrument_identity *identity = &zera->instrument.identity;
	enum status status = zera_mt_ask(zera, &identify_standard, "");

	if (status) {
		return status;
	}
	char *version = zera->link.line_count == 1 ? strrchr(zera->link.lines[0], 'V') : NULL;

	if (!version || version == zera->link.lines[0]) {
		return zera_fail(
			&zera->link, &identify_standard, STATUS_PROTOCOL,
			"\"%.40s\" as reply to \"AAV\" is no model and version; is this a ZERA MT?",
			zera->link.line_count ? zera->link.lines[0] : "");
	}
	snprintf(identity->version, sizeof(identity->version), "%.31s", version);
	snprintf(model, ZERA_LINE_BYTES, "%.*s", (int)(version - zera->link.lines[0]),
		 zera->link.lines[0]);
	return STATUS_OK;
}

static enum status identify(struct zera_mt *zera)
{
	struct instrument_identity *identity = &zera->instrument.identity;
	char standard_model[ZERA_LINE_BYTES];
	enum status status = read_version(zera, standard_model);

	if (!status) {
		status = zera_mt_ask(zera, &identify_source, "");
	}
	if (status) {
		return status;
	}
	snprintf(identity->maker, sizeof(identity->maker), "ZERA");
	zera->model = find_model(zera->link.value);
	if (!zera->model) {
		zera->model = find_model(standard_model);
	}
	if (!zera->model) {
		return zera_fail(&zera->link, &identify_source, STATUS_BAD_INPUT,
				 "model \"%.40s\" (standard \"%.40s\") is not one whose limits "
				 "this driver knows",
				 zera->link.value, standard_model);
	}
	snprintf(identity->model, sizeof(identity->model), "%s", zera->model->name);
	return STATUS_OK;
}

static enum status zera_close(struct instrument *instrument)
{
	free(instrument);
	return STATUS_OK;
}

static enum status zera_open(const char *name, struct port *port, struct instrument **instrument)
{
	struct zera_mt *zera = calloc(1, sizeof(*zera));

	if (!zera) {
		return status_fail(STATUS_IO, "no memory for instrument %s", name);
	}
	zera->instrument = (struct instrument){
		.driver = &zera_mt_driver,
		.name = name,
		.port = port,
		.power_source = &zera_power_source,
		.reference_standard = &zera_reference_standard,
		.error_calculator = &zera_error_calculator,
		.energy_dose = &zera_energy_dose,
		.close = zera_close,
	};
	zera_link_init(&zera->link, port, name);
	enum status status = zera_link_synchronise(&zera->link);

	if (!status) {
		status = identify(zera);
	}
	if (status) {
		free(zera);
		return status;
	}
	*instrument = &zera->instrument;
	return STATUS_OK;
}

const struct instrument_driver zera_mt_driver = {
	.name = "zera_mt",
	.description = "ZERA MT786 source, reference standard, error calculator and energy dose",
	.line = {.baud = 9600, .stop_bits = 2},
	.tested = "simulated only",
	.gives_harmonics = true,
	.open = zera_open,
};

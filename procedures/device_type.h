/*
 * A type of meter as data: devices/<file>.xml. Ratings, forms with their constants, models,
 * approved firmware.
 */
#ifndef PROCEDURES_DEVICE_TYPE_H
#define PROCEDURES_DEVICE_TYPE_H

#include <stddef.h>

#include "reference_source/service_type.h"
#include "reference_source/status.h"

#define DEVICE_FORMS 16
#define DEVICE_MODELS 8
#define DEVICE_VOLTAGES 8
#define DEVICE_FIRMWARES 8

struct device_form {
	char name[6];		   /* "16S" */
	const struct form *wiring; /* of reference_source/service_type.h */
	enum service service;
	char configuration[64]; /* "3 element, 4 wire, wye" */
	double class_amperes;	/* 200 */
	double minimum_amperes; /* 2 */
	double maximum_amperes; /* 200: Imax */
	double test_amperes;	/* 30 */
	double kh_watt_hours;	/* 21.6 */
	double kt_watt_hours;	/* 1.8 */
};

struct device_type {
	char id[32];
	char title[96];
	char manufacturer[64];
	int voltage_count;
	double voltages[DEVICE_VOLTAGES]; /* rated, per element */
	double minimum_volts, maximum_volts;
	double hertz;
	double influence_volts_factor; /* 1.15 of rated, for steps that declare an influence test */
	double influence_amperes_factor; /* 1.2 of Imax */
	int model_count;
	char models[DEVICE_MODELS][16];
	int firmware_count;
	char firmwares[DEVICE_FIRMWARES][8];
	int form_count;
	struct device_form forms[DEVICE_FORMS];
};

enum status device_type_load(const char *path, struct device_type *device);
/* STATUS_BAD_INPUT lists the forms that there are. */
enum status device_type_form(const struct device_type *device, const char *name,
			     const struct device_form **form);
enum status device_type_model(const struct device_type *device, const char *name);

#endif

/*
 * A type of meter as data: devices/<file>.xml. Ratings, forms with their constants and services,
 * models with their features, modules, firmware, the combinations that the notice covers, and the
 * items that a person looks at.
 */
#ifndef PROCEDURES_DEVICE_TYPE_H
#define PROCEDURES_DEVICE_TYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "reference_source/service_type.h"
#include "reference_source/status.h"

#define DEVICE_FORMS 16
#define DEVICE_SERVICES 4
#define DEVICE_MODELS 8
#define DEVICE_MODULES 8
#define DEVICE_VOLTAGES 8
#define DEVICE_FIRMWARES 8
#define DEVICE_QUANTITIES 16
#define DEVICE_COMBINATIONS 8
#define DEVICE_TABLES 64
#define DEVICE_ITEMS 64
#define DEVICE_DISPLAY_LISTS 4
#define DEVICE_SHOWN 64

/* A service that a form can be connected to. */
struct device_service {
	enum service service;
	char configuration[64]; /* "3 element, 4 wire, wye" */
	int voltage_count;
	double voltages[DEVICE_VOLTAGES]; /* rated, of an element or leg, rising */
	char not_covered[192];		  /* why the notice does not cover it; empty: it does */
};

struct device_form {
	/* What records and messages call it: "16S", with service or model where a run has several:
	 * "12S 3-wire delta". The form itself is wiring->name. */
	char name[64];
	const struct form *wiring; /* of reference_source/service_type.h */
	/* the service that is meant here: the form's own, or the one that was chosen */
	enum service service;
	char configuration[64];
	int voltage_count;
	double voltages[DEVICE_VOLTAGES];
	double class_amperes;	/* 200 */
	double minimum_amperes; /* 2 */
	double maximum_amperes; /* 200: Imax */
	double test_amperes;	/* 30 */
	double kh_watt_hours;	/* 21.6 */
	double kt_watt_hours;	/* 1.8 */
	int service_count;
	struct device_service services[DEVICE_SERVICES]; /* the first is its own */
};

struct device_burden {
	double volt_amperes; /* 0: not stated */
	char kind[16];	     /* "capacitive" */
	double volts;	     /* at which it is stated; 0: not stated */
};

struct device_model {
	char name[16];
	char features[192]; /* words: "demand time_of_use recorder service_disconnect" */
};

struct device_module {
	char id[16]; /* "0746" */
	char name[64], maker[64];
	char label[64], forbidden_on_label[64]; /* texts on the label; the second may be empty */
	char features[192];
	struct device_burden burden; /* of the meter with the module */
};

struct device_quantity {
	char name[32]; /* "active_energy" */
	char unit[64];
	char directions[192]; /* words */
	bool is_approved;     /* for billing */
};

/* Any of these with any of those; lists of words. */
struct device_combination {
	char models[192], forms[192], modules[192], firmwares[192];
};

struct device_table {
	int number;
	char content[192];
	char changes[64]; /* what changes by itself: "all", octets and ranges "3-4 7", or empty */
};

/* Kind is the element's name: "switch", "display", "sealing_point", "nameplate", "construction". */
struct device_item {
	char kind[16];
	char name[32];
	char text[192];
	char models[192]; /* words; empty: all */
};

/* Columns of an image of the display, from 0; count 0: not stated. */
struct display_field {
	int first, count;
};

struct device_display_columns {
	struct display_field code, number, unit, name, mode, voltages;
};

struct device_shown {
	char code[8], unit[8], name[8];
	char what[64];
	char reads[32];	    /* the quantity that the number has to be; empty: not compared */
	char only_with[32]; /* a feature; empty: on every meter */
	bool is_optional;
};

struct device_display_list {
	char name[32]; /* "normal", "alternate", "test" */
	char mode[8];  /* word in the column `mode` */
	int seconds;   /* an item stays */
	int shown_count;
	struct device_shown shown[DEVICE_SHOWN];
};

struct device_type {
	char id[32];
	char title[96];
	char manufacturer[64];
	char notice[192], notice_date[11]; /* empty: none, the maker's word */
	int voltage_count;
	double voltages[DEVICE_VOLTAGES]; /* rated, per element */
	double minimum_volts, maximum_volts;
	double hertz;
	double coldest_celsius, hottest_celsius;
	struct device_burden burden;   /* bare */
	double influence_volts_factor; /* 1.15 of rated, for steps that declare an influence test */
	double influence_amperes_factor; /* 1.2 of Imax */
	int quantity_count;
	struct device_quantity quantities[DEVICE_QUANTITIES];
	int model_count;
	struct device_model models[DEVICE_MODELS];
	int module_count;
	struct device_module modules[DEVICE_MODULES];
	int firmware_count;
	char firmwares[DEVICE_FIRMWARES][8];
	int form_count;
	struct device_form forms[DEVICE_FORMS];
	int combination_count;
	struct device_combination combinations[DEVICE_COMBINATIONS];
	int table_count;
	struct device_table tables[DEVICE_TABLES];
	struct device_display_columns display;
	int display_list_count;
	struct device_display_list display_lists[DEVICE_DISPLAY_LISTS];
	int item_count;
	struct device_item items[DEVICE_ITEMS];
};

enum status device_type_load(const char *path, struct device_type *device);

/* STATUS_BAD_INPUT lists those that there are. */
enum status device_type_form(const struct device_type *device, const char *name,
			     const struct device_form **form);
enum status device_type_model(const struct device_type *device, const char *name);
enum status device_type_module(const struct device_type *device, const char *id,
			       const struct device_module **module);
/* The form on one of its services, by the word of the service; NULL: its own. */
enum status device_type_choose(const struct device_type *device, const char *form,
			       const char *service, struct device_form *chosen);

/* Does a meter of this model, with this module (NULL: none), have it? "module" is one, too. */
bool device_type_has(const struct device_type *device, const char *model,
		     const struct device_module *module, const char *feature);

/* STATUS_BAD_INPUT when it has not; names the models that have. */
enum status device_type_require(const struct device_type *device, const char *model,
				const struct device_module *module, const char *feature);

/*
 * Is the combination among the approved ones, whatever the firmware? If not, `reason` is a sentence
 * ("form 16S with model AX-SD is none of the approved combinations").
 */
bool device_type_covers(const struct device_type *device, const struct device_form *form,
			const char *model, const struct device_module *module, char *reason,
			size_t size);

#endif

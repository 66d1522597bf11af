/*
 * What a session or a switch may do to the meter as a whole: mode, procedures, seal, settings. The
 * seam between the interface and the meter's state; who may call what is checked before.
 */
#ifndef DUT_FIRMWARE_REGISTERS_CONTROL_H
#define DUT_FIRMWARE_REGISTERS_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "registers/settings.h"

struct adjustment;
struct meter;

/* ST3 ED_MODE and the parameter of procedure 6. */
enum meter_mode {
	METER_MODE_NORMAL = 1,
	METER_MODE_TEST = 2,
	METER_MODE_SHOP = 4,
};

#define METER_MODE_SECONDS 1800u /* test and shop mode end by themselves */

/* ST8 RESULT. */
enum procedure_result {
	PROCEDURE_COMPLETED = 0,
	PROCEDURE_INVALID_PARAMETER = 2,
	PROCEDURE_CONFLICT = 3,
	PROCEDURE_TIMING = 4,
	PROCEDURE_NO_AUTHORISATION = 5,
	PROCEDURE_UNRECOGNISED = 6,
};

/* Codes of C12.19's event log. */
enum meter_event_code {
	METER_EVENT_PROGRAMMED = 11,
	METER_EVENT_DEMAND_RESET = 20,
	METER_EVENT_SELF_READ = 21,
	METER_EVENT_DAYLIGHT_ON = 22,
	METER_EVENT_DAYLIGHT_OFF = 23,
	METER_EVENT_SEASON = 24,
	METER_EVENT_TEST_MODE_START = 32,
	METER_EVENT_TEST_MODE_STOP = 33,
	METER_EVENT_SHOP_MODE_START = 34,
	METER_EVENT_SHOP_MODE_STOP = 35,
	METER_EVENT_CONFIGURATION_ERROR = 37,
	METER_EVENT_SELF_CHECK_ERROR = 38,
	METER_EVENT_RAM_ERROR = 39,
	METER_EVENT_ROM_ERROR = 40,
	METER_EVENT_CLOCK_ERROR = 42,
	METER_EVENT_MEASUREMENT_ERROR = 43,
};

struct control {
	struct settings settings;
	uint8_t mode; /* enum meter_mode */
	uint8_t is_seal_broken;
	uint16_t event_count;  /* since power-up */
	uint16_t newest_event; /* its code */
	uint16_t demand_reset_requests;
	uint64_t mode_ends; /* frame at which test or shop mode ends by itself */
};

void control_init(struct control *control);

/* Something that a log has to keep. */
void meter_note_event(struct meter *meter, enum meter_event_code code);
void meter_note_event_of(struct meter *meter, enum meter_event_code code, uint64_t argument);

/* Both in one durable record; what is not NULL changes. False: nothing changed. */
bool settings_save(struct meter *meter, const struct adjustment *adjustment,
		   const struct settings *settings);

const struct settings *settings_of(const struct meter *meter);
/* Makes the settings durable, counts the change, then uses them. False: out of range or storage
 * failed. */
bool settings_change(struct meter *meter, const struct settings *wanted);

/* Until passwords are looked at again: on the optical port, on the module's. */
uint32_t meter_locked_seconds(const struct meter *meter);
uint32_t meter_module_locked_seconds(const struct meter *meter);

/* Programming is possible: never sealed, or the seal's contact is open at present. */
bool meter_is_open(const struct meter *meter);
/* As far as the seal decides: a sealed meter takes constants in shop mode only. */
bool meter_takes_adjustment(const struct meter *meter);

const struct control *control_of(const struct meter *meter);

struct test_registers {
	int64_t delivered_counts;
	int64_t received_counts;
	uint16_t seconds_left; /* of test or shop mode */
};
struct test_registers test_registers_of(const struct meter *meter);

/* Procedures 0, 1, 2, 3, 6, 7 and 8; `parameters` has the length that the row names. */
enum procedure_result meter_cold_start(struct meter *meter, const uint8_t *parameters);
enum procedure_result meter_warm_start(struct meter *meter, const uint8_t *parameters);
enum procedure_result meter_save_configuration(struct meter *meter, const uint8_t *parameters);
enum procedure_result meter_clear_data(struct meter *meter, const uint8_t *parameters);
enum procedure_result meter_change_mode(struct meter *meter, const uint8_t *parameters);
enum procedure_result meter_clear_status(struct meter *meter, const uint8_t *parameters);
enum procedure_result meter_clear_losses(struct meter *meter, const uint8_t *parameters);

struct supervision_report {
	const struct program_check *program;
	const struct program_check *legal; /* the legally relevant part */
	uint32_t watchdog_resets;
	const char *build_identity;
};
struct supervision_report supervision_report_of(const struct meter *meter);

/* The switches of the meter's front. */
void meter_toggle_test_mode(struct meter *meter);
void meter_request_demand_reset(struct meter *meter);

/* Once a second: ends a mode that has lasted too long. */
void meter_watch_mode(struct meter *meter);

#endif

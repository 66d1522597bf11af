/*
 * What the files of the ZERA MT driver share: zera_mt.c (identity), one file per role, zera_mt_link
 * (lines) and zera_mt_status (alarms in words). Not for anybody else.
 */
#ifndef DRIVERS_INSTRUMENTS_ZERA_MT_H
#define DRIVERS_INSTRUMENTS_ZERA_MT_H

#include "drivers/instrument.h"
#include "drivers/instruments/zera_mt_link.h"

#define ZERA_GENERAL_SECONDS 30.0
#define ZERA_WORD(role, word, closing)                                                             \
	{                                                                                          \
		role, word, closing, ZERA_REPLY_WORD, ZERA_GENERAL_SECONDS, false                  \
	}
#define ZERA_VALUE(role, word, closing)                                                            \
	{                                                                                          \
		role, word, closing, ZERA_REPLY_VALUE, ZERA_GENERAL_SECONDS, false                 \
	}
#define ZERA_LINES(role, word)                                                                     \
	{                                                                                          \
		role, word, word "ACK", ZERA_REPLY_LINES_AND_WORD, ZERA_GENERAL_SECONDS, false     \
	}

struct zera_source_model {
	const char *name;
	struct power_source_limits limits;
};

struct zera_mt {
	struct instrument instrument;
	struct zera_link link;
	const struct zera_source_model *model;
	struct three_phase load; /* last applied */
	struct waveform volts_shape, amperes_shape;
	bool is_dosing;		 /* dosage mode is on */
	double count_watt_hours; /* of one count of the frequency output, when last asked */
};

extern const struct power_source zera_power_source;
extern const struct reference_standard zera_reference_standard;
extern const struct error_calculator zera_error_calculator;
extern const struct energy_dose zera_energy_dose;

static inline struct zera_mt *zera_of(struct instrument *instrument)
{
	return (struct zera_mt *)instrument;
}

static inline enum status zera_mt_ask(struct zera_mt *zera, const struct zera_command *command,
				      const char *arguments)
{
	return zera_ask(&zera->link, command, arguments);
}

/* A whole decimal number (also 333E2); blanks around it are allowed. */
bool zera_parse_number(const char *text, double *number);
/* STATUS_PROTOCOL: `text` in the reply to `command` is no number. */
enum status zera_no_number(struct zera_mt *zera, const struct zera_command *command,
			   const char *text);

/* Whether the wire's digits can tell this load; sends nothing. */
enum status zera_check_wire(struct zera_mt *zera, const struct three_phase *load);
/* Frequency, voltages, currents, then on. */
enum status zera_set_load(struct zera_mt *zera, const struct three_phase *load);
/* The outputs whose rms is not 0 on, the others off. */
enum status zera_switch_outputs(struct zera_mt *zera, const struct phasor volts[3],
				const struct phasor amperes[3]);
/* In dosage mode an applied current would wait for a start that does not come. */
enum status zera_leave_dosage_mode(struct zera_mt *zera);

/* Active energy of three phases; everything that counts energy rests on it. Also notes the count of
 * the ranges. */
enum status zera_require_active_mode(struct zera_mt *zera);

#endif

/*
 * Inside the simulated ZERA MT: its state and the commands of its parts (amplifier, reference
 * meter, error calculator, dose). Only virtual_zera_mt*.c include this.
 */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_ZERA_MT_PARTS_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_ZERA_MT_PARTS_H

#include "bench/virtual_lab/virtual_zera_mt.h"

#define ZERA_LINE_LENGTH 256
#define ZERA_TEXT_LENGTH 64

struct zera_amplifier {
	struct three_phase
		asked; /* amplitudes and angles as last sent; in force with the next SUI */
	struct waveform shapes[2]; /* of voltages and currents, as last sent */
	bool has_function[2];	   /* the letter E that puts them into force */
	bool is_on[6];		   /* volts, then amperes, as the last SUI wants them */
	bool is_reply_due;	   /* SOKUI still to come */
	struct instant reply_at;
	bool is_stopped;	/* by an emergency stop */
	unsigned open_circuits; /* currents that found none and are off until the next SUI; bit 0:
				   I1 */
};

struct zera_reference {
	int integration_seconds;
	bool is_manual[3]; /* volt range, ampere range, PLL */
	int volt_range;	   /* index, when manual */
	int ampere_range;
	int pll_channel; /* 0..5: U1..U3, I1..I3 */
	bool has_register;
	bool is_register_running;
	struct energy_span register_span;
	struct instant register_stopped_at;
	double register_counts; /* per watt-hour */
};

struct zera_gate {
	double pulses_per_kilowatt_hour; /* 0: none given */
	int64_t pulses;			 /* intervals from the first to the last pulse */
	bool is_armed;
	bool is_continuous;
	struct instant armed_at;
	int64_t first_index; /* in the channel, of the first pulse after arming */
	struct energy_span span;
	bool has_result; /* of a single measurement that is over */
	double result_watt_hours;
};

struct zera_dose {
	bool is_mode;
	bool is_running;
	bool has_run;
	int64_t preset_counts;
	double counts_per_watt_hour;
	struct instant started_at;
	struct energy_span span;
	struct instant closed_at;   /* ramp-down over: counting ends */
	int64_t solved_segments;    /* the search below belongs to this state of the source */
	struct instant looks_until; /* how far the search has looked */
	struct instant ends_at;	    /* INSTANT_NEVER: not before looks_until */
};

struct virtual_zera_mt {
	/* Of a calculator: the instrument whose frequency output it counts; NULL: the whole one. */
	struct virtual_zera_mt *master;
	struct virtual_zera_mt *next_calculator;
	int channel; /* of the world's pulses */
	struct world *world;
	struct virtual_line *line;
	struct virtual_power_source *source;
	struct virtual_reference_standard *standard;
	struct participant participant;
	struct virtual_zera_mt_options options;
	char model[32];
	struct zera_amplifier amplifier;
	struct zera_reference reference;
	struct zera_gate gate;
	struct zera_dose dose;
	char half_line[ZERA_LINE_LENGTH];
	size_t half_length;
	bool is_too_long;
};

/* One row of a command table. What follows the name must be empty unless takes_argument. */
struct zera_command {
	const char *name;
	bool takes_argument;
	void (*run)(struct virtual_zera_mt *zera, const char *argument, struct instant at);
};

/* Each ends with name NULL. */
extern const struct zera_command zera_amplifier_commands[];
extern const struct zera_command zera_reference_commands[];
extern const struct zera_command zera_gate_commands[];
extern const struct zera_command zera_dose_commands[];
/* What a calculator tells of the ranges of its frequency input. */
extern const struct zera_command zera_range_commands[];

/* Sends one line, CR added; bad luck of the faults included. */
void zera_reply(struct virtual_zera_mt *zera, struct instant at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Unsigned decimal of `digits` digits before and `decimals` after the point; moves *text behind it.
 */
bool zera_take_number(const char **text, int digits, int decimals, double *number);
/* A whole number of 1..most digits; moves *text behind it. */
bool zera_take_whole(const char **text, int most, int64_t *number);

/* Nine, or fewer, significant digits without an exponent; returns text. */
const char *zera_number_text(double number, int significant, char text[ZERA_TEXT_LENGTH]);

/* Pulses of the frequency output per watt-hour with the ranges in force. */
double zera_counts_per_watt_hour(struct virtual_zera_mt *zera, struct instant at);
/* Whole pulses of the frequency output after so much energy. */
double zera_whole_counts(double watt_hours, double counts_per_watt_hour);

void zera_amplifier_init(struct virtual_zera_mt *zera);
/* Gives the source what asked, switches and dosage mode say together. */
void zera_amplifier_drive(struct virtual_zera_mt *zera, struct instant at);
void zera_amplifier_stop(struct virtual_zera_mt *zera, struct instant at);
/* Notices currents that have no way to flow. */
void zera_amplifier_watch(struct virtual_zera_mt *zera, struct instant at);
void zera_amplifier_status(struct virtual_zera_mt *zera, const char *argument, struct instant at);

/* A gate or a dose is under way: its range may not move. */
bool zera_is_counting(struct virtual_zera_mt *zera, struct instant at);

/* Currents may flow: not in dosage mode, or a dose is running. */
bool zera_dose_allows_current(const struct virtual_zera_mt *zera);
struct instant zera_dose_next_event(struct virtual_zera_mt *zera);
void zera_dose_advance(struct virtual_zera_mt *zera, struct instant until);
void zera_dose_end(struct virtual_zera_mt *zera, struct instant at);

#endif

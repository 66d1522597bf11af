/* Inside the simulated WT: its state, and what measuring (virtual_yokogawa_wt.c), commands
 * (_commands.c) and language (_language.c) want of each other. */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_YOKOGAWA_WT_PARTS_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_YOKOGAWA_WT_PARTS_H

#include "bench/virtual_lab/text_lines.h"
#include "bench/virtual_lab/virtual_yokogawa_wt.h"

#define WT_ELEMENTS 3
#define WT_ITEMS 64
#define WT_ERRORS 8
#define WT_LINE 512
#define WT_WORD_SETTINGS 16
#define WT_UPDATED 1u /* of the condition register: bit 0, an update is being made */

/* What an item of the list is: a function of an element; 0: NONE. Element 4 is SIGMA. */
enum wt_function {
	WT_NONE,
	WT_VOLTS,
	WT_AMPERES,
	WT_WATTS,
	WT_VOLT_AMPERES,
	WT_VARS,
	WT_POWER_FACTOR,
	WT_HERTZ,
};
#define WT_SIGMA 4

struct wt_item {
	enum wt_function function;
	int element;
};

/* Of the newest complete update. */
struct wt_values {
	double volts, amperes, watts, volt_amperes, vars, hertz;
	bool is_over; /* beyond the range */
};

struct virtual_yokogawa_wt {
	struct participant participant;
	struct world *world;
	struct virtual_line *line;
	struct fitted_meters *meters;
	double gain_percent;
	/* settings */
	bool has_header;
	double volt_range, ampere_range;
	bool is_volt_auto, is_ampere_auto;
	double rate_seconds;
	int item_count;
	struct wt_item items[WT_ITEMS];
	int words[WT_WORD_SETTINGS]; /* index of the word in force, of each setting that is one */
	/* status */
	unsigned events, wanted; /* extended event register; what COMMunicate:WAIT waits for */
	bool is_filtered;	 /* FILTer1 FALL: the end of an update is an event */
	int error_count;
	int errors[WT_ERRORS];
	/* measuring */
	struct instant updated_at;
	struct wt_values values[WT_ELEMENTS + 1]; /* the last: SIGMA */
	bool has_values;
	/* conversation */
	char text[WT_LINE];
	struct text_lines lines;
	char message[WT_LINE]; /* being obeyed */
	char *rest;	       /* of it; NULL: none */
	char path[64];	       /* of the header before */
	char answer[2 * WT_LINE];
	char later[4 * WT_LINE]; /* what came while it waited */
	size_t later_length;
};

struct wt_command {
	const char *header; /* capital letters are the short form; # is a number */
	void (*set)(struct virtual_yokogawa_wt *self, int number, const char *argument);
	/* Appends its value with wt_append. */
	void (*ask)(struct virtual_yokogawa_wt *self, int number, const char *argument);
};
extern const struct wt_command wt_commands[]; /* ends with header NULL */

void wt_append(struct virtual_yokogawa_wt *self, const char *text);

/* Obeys self->message from self->rest on, until its end or until it has to wait. */
void wt_obey(struct virtual_yokogawa_wt *self, struct instant at);

void wt_settings_reset(struct virtual_yokogawa_wt *self);
#define WT_ERROR_MISSING 109   /* missing parameter */
#define WT_ERROR_HEADER 113    /* undefined header */
#define WT_ERROR_PARAMETER 222 /* data out of range */
void wt_error(struct virtual_yokogawa_wt *self, int code);

/* The smallest range that holds so much; the largest if none does. */
double wt_smallest_volt_range(double volts);
double wt_smallest_ampere_range(double amperes);

#endif

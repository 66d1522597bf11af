/*
 * Role: the operator, a person at the bench who presses switches, reads the display and says what
 * an inspection saw (OPERATOR.md). A person may take hours: no call times out, an alarm or an abort
 * ends it. That something cannot be done is an answer: STATUS_OK with `is_done` false and the
 * reason in `text`.
 */
#ifndef DRIVERS_OPERATOR_H
#define DRIVERS_OPERATOR_H

#include <stdbool.h>

#include "reference_source/status.h"

struct instrument;

enum meter_switch { METER_SWITCH_DEMAND_RESET, METER_SWITCH_TEST_MODE, METER_SWITCH_SCROLL };

enum inspection_outcome { INSPECTION_NOT_DONE, INSPECTION_YES, INSPECTION_NO };

struct operator_answer {
	bool is_done;
	char text[512]; /* what was seen, or why it was not done */
};

struct inspection_answer {
	enum inspection_outcome outcome;
	char seen[512];
	char by[64];	   /* who looked */
	char file[256];	   /* of a photograph or report; empty: none */
	char sha256[65];   /* of that file, computed by the driver; empty: none */
	char report[64];   /* number of a report of another laboratory; empty: none */
	char when_utc[24]; /* as the answer says; empty: now */
};

#define OPERATOR_IMAGES 64
#define OPERATOR_IMAGE 64

/* Images of the display, each as it changed. */
struct display_images {
	int count;
	char text[OPERATOR_IMAGES][OPERATOR_IMAGE];
};

/* A look at the laboratory while somebody is waited for; anything but STATUS_OK ends the wait. */
typedef enum status operator_watch(void *context);

struct bench_operator {
	/* Called about every second of a wait; NULL: an abort alone ends it. */
	void (*set_watch)(struct instrument *instrument, operator_watch *watch, void *context);
	/* Who is at the bench. */
	enum status (*name)(struct instrument *instrument, char *name, int size);
	enum status (*press)(struct instrument *instrument, int position, enum meter_switch which,
			     double seconds, struct operator_answer *answer);
	enum status (*seal)(struct instrument *instrument, int position, bool is_broken,
			    struct operator_answer *answer);
	/* A voltage from elsewhere on the load's side of the service switch, on or off. */
	enum status (*feed_load_side)(struct instrument *instrument, int position, bool is_fed,
				      struct operator_answer *answer);
	/* Everything that the display shows within that time; 0: what it shows now. */
	enum status (*watch_display)(struct instrument *instrument, int position, double seconds,
				     struct display_images *images, struct operator_answer *answer);
	enum status (*inspect)(struct instrument *instrument, int position, const char *identifier,
			       const char *question, struct inspection_answer *answer);
};

#endif

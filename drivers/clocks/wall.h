/*
 * Waiting in real time: one poll over all open lines and the abort descriptor. For the wall clock
 * and the kinds of port that have a descriptor; not for verbs.
 */
#ifndef DRIVERS_CLOCKS_WALL_H
#define DRIVERS_CLOCKS_WALL_H

#include <stdbool.h>

#include "drivers/clock.h"

#define WALL_LINES 64
#define WALL_KEPT_BYTES 4096

/* A descriptor that is read whenever anybody waits; what comes is kept for its owner, who reads
 * this first. */
struct wall_line {
	int descriptor;
	bool is_lost; /* hung up while somebody else waited; the owner finds out by itself */
	size_t kept_start, kept_end;
	uint8_t kept[WALL_KEPT_BYTES];
};

/* Storage of the port, until removed. STATUS_BAD_INPUT when WALL_LINES are open. */
enum status wall_line_add(struct wall_line *line, int descriptor);
void wall_line_remove(struct wall_line *line);

/* Up to capacity of the kept bytes, in order; 0: none is kept. */
size_t wall_line_take(struct wall_line *line, uint8_t *bytes, size_t capacity);
void wall_line_forget(struct wall_line *line);

/*
 * Waits until the line (NULL: a plain sleep) shows one of poll's `events` or a hang-up; bytes of
 * the other lines are kept meanwhile. STATUS_TIMEOUT at the deadline of `clock`, which has to run
 * in real time, STATUS_ABORTED as soon as the abort descriptor is readable. An event that is
 * already there wins over a deadline that has passed.
 */
enum status wall_wait(struct clock *clock, struct wall_line *line, short events,
		      struct instant deadline);

#endif

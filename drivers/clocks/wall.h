/*
 * Waiting in real time: one poll over a descriptor and the abort descriptor. For the wall clock and
 * the kinds of port that have a descriptor; not for verbs.
 */
#ifndef DRIVERS_CLOCKS_WALL_H
#define DRIVERS_CLOCKS_WALL_H

#include "drivers/clock.h"

/*
 * Waits until `descriptor` (-1: none, a plain sleep) shows one of poll's `events` or a hang-up.
 * STATUS_TIMEOUT at the deadline of `clock`, which has to run in real time, STATUS_ABORTED as soon
 * as the abort descriptor is readable. An event that is already there wins over a deadline that has
 * passed.
 */
enum status wall_wait(struct clock *clock, int descriptor, short events, struct instant deadline);

#endif

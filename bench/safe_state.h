/*
 * Safe state: source off, confirmed by an instrument other than the source. Entered from one place
 * after every form, whatever ended it, and from the handler of failed assertions. Nothing on its
 * path allocates.
 */
#ifndef BENCH_SAFE_STATE_H
#define BENCH_SAFE_STATE_H

#include "drivers/lab.h"
#include "procedures/run_store.h"

/* From now on a failed assertion or a crash switches this laboratory's source off first. NULL: no
 * laboratory. */
void safe_state_guard(struct lab *lab);

/*
 * Switches off, asks the reference standard, records what it says (`store` may be NULL). Further
 * stop signals are ignored meanwhile.
 */
enum status safe_state_enter(struct lab *lab, struct run_store *store);

#endif

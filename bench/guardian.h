/*
 * The second process of a real laboratory: when the bench is killed or hangs, it switches the
 * source off through the descriptors that it has inherited, and lets the standard confirm it. While
 * the bench lives it neither reads nor writes there.
 */
#ifndef BENCH_GUARDIAN_H
#define BENCH_GUARDIAN_H

#include "drivers/lab.h"

struct guardian;

/*
 * After the laboratory is open and before anything is switched on; `folder` gets guardian.log.
 * *guardian is NULL in a virtual laboratory, whose world dies with the bench, and where the
 * source's port has no descriptor to inherit (said on stderr).
 */
enum status guardian_start(struct lab *lab, const char *folder, struct guardian **guardian);

/* The source is off and that was confirmed: it may leave. Otherwise it acts, and this waits for it.
 * Before the ports are closed; NULL is allowed. */
void guardian_stop(struct guardian *guardian, bool is_off);

/* What the guardian's own process does; arguments as guardian_start gives them. */
int guardian_main(int argc, char **argv);

#endif

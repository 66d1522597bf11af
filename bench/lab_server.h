/*
 * The virtual laboratory in real time: one pseudo-terminal per simulated instrument, linked as
 * DIRECTORY/name, so that any client can talk to it. The bytes' times come from the simulated
 * lines.
 */
#ifndef BENCH_LAB_SERVER_H
#define BENCH_LAB_SERVER_H

#include "bench/virtual_lab/virtual_lab.h"

struct lab_server;

/*
 * Makes the directory if it is missing, replaces links of a killed predecessor, refuses a directory
 * that a living server holds. Nothing is left behind by lab_server_close.
 */
enum status lab_server_open(struct virtual_lab *lab, const char *directory,
			    struct lab_server **server);

/* Serves until the abort descriptor is readable (STATUS_ABORTED: a signal) or something fails. */
enum status lab_server_run(struct lab_server *server);
void lab_server_close(struct lab_server *server);

#endif

/*
 * A lab file into a laboratory: opens the instruments on their ports (real or simulated), binds
 * roles, reads certificates. Everything that it opens it closes again.
 */
#ifndef BENCH_LAB_FILE_H
#define BENCH_LAB_FILE_H

#include <stdio.h>

#include "bench/virtual_lab/virtual_lab.h"
#include "drivers/lab.h"

/* What the virtual laboratory must know of the meter to be built; ignored by a real one. */
struct lab_meter {
	const char *model;
	const char *form;
	const char *serial;
	unsigned class_amperes;
};

struct bench_lab;

/*
 * Reads and checks the file only: nothing is opened, nothing switched. `path` is any file;
 * certificates are found relative to the data folder. The seed counts for a virtual laboratory.
 */
enum status lab_file_load(const char *path, uint64_t seed, struct bench_lab **bench_lab);

/* Opens ports and instruments; for a virtual laboratory builds it around this meter first. */
enum status lab_file_open(struct bench_lab *bench_lab, const struct lab_meter *meter);

/* Builds the virtual laboratory without opening any port or instrument: for the real-time server.
 */
enum status lab_file_build(struct bench_lab *bench_lab, const struct lab_meter *meter);

/* From the next opening on every transfer of every port is written to this file, which stays the
 * caller's. */
void lab_file_trace(struct bench_lab *bench_lab, FILE *file);

/* Closes instruments and ports, removes the virtual laboratory; the file stays loaded. */
void lab_file_close(struct bench_lab *bench_lab);
void lab_file_free(struct bench_lab *bench_lab);

/* Never NULL. Roles are bound from the loading on; they answer, and lab->clock is there, between
 * open and close. */
struct lab *bench_lab_lab(struct bench_lab *bench_lab);
/* NULL for a real laboratory or before build. */
struct virtual_lab *bench_lab_virtual(struct bench_lab *bench_lab);

#define LAB_ROLES_TEXT 192

/* The i-th instrument as the file names it; false after the last. `certificate_file` is NULL when
 * there is none. */
struct lab_instrument_line {
	const char *id, *driver, *resource, *certificate_file;
	char roles[LAB_ROLES_TEXT];
};
bool bench_lab_instrument(const struct bench_lab *bench_lab, int index,
			  struct lab_instrument_line *line);

/* Of the next building: tests change tolerances and defects, a run names its module. */
struct virtual_lab_options *bench_lab_virtual_options(struct bench_lab *bench_lab);

/* The file of a position's isolation certificate (by index); NULL: there is none. */
const char *bench_lab_isolation_file(const struct bench_lab *bench_lab, int index);

#endif

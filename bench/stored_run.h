/* A stored run as a person names it: the folder of a run, its record.mcbench, or an archival XML.
 */
#ifndef BENCH_STORED_RUN_H
#define BENCH_STORED_RUN_H

#include <stddef.h>

#include "procedures/run_record.h"

/* Reads it and checks its chain; run_record_free releases it. */
enum status stored_run_load(const char *name, struct run_record *record);

/* Path of its record.mcbench; STATUS_BAD_INPUT for an XML, to which nothing can be added. */
enum status stored_run_path(const char *name, char *path, size_t size);

#endif

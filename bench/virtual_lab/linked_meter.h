/* The meter's firmware in this process, called directly. */
#ifndef BENCH_VIRTUAL_LAB_LINKED_METER_H
#define BENCH_VIRTUAL_LAB_LINKED_METER_H

#include "bench/virtual_lab/meter_backend.h"

struct meter_backend *linked_meter_new(void);
/* The same with its storage in a file, which outlives the process: one that is there is this
 * meter's memory from before. */
enum status linked_meter_open(const char *memory_path, struct meter_backend **backend);

#endif

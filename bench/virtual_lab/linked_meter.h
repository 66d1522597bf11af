/* The meter's firmware in this process, called directly. */
#ifndef BENCH_VIRTUAL_LAB_LINKED_METER_H
#define BENCH_VIRTUAL_LAB_LINKED_METER_H

#include "bench/virtual_lab/meter_backend.h"

struct meter_backend *linked_meter_new(void);

#endif

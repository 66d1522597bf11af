/*
 * The gateway of a virtual laboratory behind a virtual line, in the language of drivers/GATEWAY.md:
 * a radio for each position, to the module that sits there.
 */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_GATEWAY_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_GATEWAY_H

#include "bench/virtual_lab/fitted_meter.h"
#include "bench/virtual_lab/virtual_line.h"

struct virtual_gateway;

/* Attaches itself to the line and takes part in `time`; made after the modules. Both and the meters
 * must outlive it. */
struct virtual_gateway *virtual_gateway_new(struct virtual_time *time, struct virtual_line *line,
					    struct fitted_meters *meters);
void virtual_gateway_free(struct virtual_gateway *self);

#endif

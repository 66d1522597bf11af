/*
 * What happens at each second of time: the log's stamp and the recorder. The time is local standard
 * time since 2000-01-01; a meter whose clock nobody sets counts its operation and its outages from
 * there.
 */
#ifndef DUT_FIRMWARE_REGISTERS_SECONDS_H
#define DUT_FIRMWARE_REGISTERS_SECONDS_H

#include <stdint.h>

struct meter;

uint32_t meter_seconds(const struct meter *meter);

/* To be called once a second. */
void meter_begin_second(struct meter *meter);

#endif

/*
 * What happens at each second of the meter's clock: the log's stamp, the recorder, what billing has
 * to log and to keep. The time is local standard time since 2000-01-01; a meter whose clock nobody
 * sets counts its age from there, operation and outages.
 */
#ifndef DUT_FIRMWARE_REGISTERS_SECONDS_H
#define DUT_FIRMWARE_REGISTERS_SECONDS_H

#include <stdint.h>

struct meter;

/* Of operation and outages, as far as the battery clock kept them. */
int64_t meter_age_seconds(const struct meter *meter);

uint32_t meter_seconds(const struct meter *meter);

/* To be called when a second of the clock has begun, and at power-up once the time is known. */
void meter_begin_second(struct meter *meter);

/* Logs what has happened to billing; storage/nonvolatile calls it before it saves billing. */
void meter_log_billing(struct meter *meter);

#endif

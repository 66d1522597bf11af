/*
 * A port between the bench and a meter that alters what the meter says: answers to reads, in one
 * packet, with good checksums again. So a verb meets a meter with one defect that is seen from
 * outside, whatever firmware made it.
 */
#ifndef TESTS_SUPPORT_LYING_METER_H
#define TESTS_SUPPORT_LYING_METER_H

#include <stdbool.h>

#include "drivers/port.h"

/* Alters `bytes` of the table, of which they are those from `offset` on. */
typedef void meter_lie(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length);

/* `inner` stays the caller's. The result is closed by port_close. */
struct port *lying_meter_new(struct port *inner, meter_lie *lie, void *context);

#endif

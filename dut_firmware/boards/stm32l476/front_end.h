/*
 * Sample frames from the ADS131M06: DRDY starts a transfer by DMA, its end adds a frame to a ring.
 * Frames are numbered from the first one, modulo 2^32.
 */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_FRONT_END_H
#define DUT_FIRMWARE_BOARDS_STM32L476_FRONT_END_H

#include <stdbool.h>
#include <stdint.h>

#include "exchange.h"

#define FRONT_END_BLOCK 16u /* 4.2 ms */

/* Clock, reset, registers, first frames. Inputs whose bit (voltages A to C, currents A to C) is
 * not in `inputs` are read as 0. False: the converter does not answer. */
bool front_end_start(uint32_t inputs);

/* The number of the next frame to come. */
uint32_t front_end_next_frame(void);

/* The block that begins with frame `first`, a multiple of FRONT_END_BLOCK; NULL until it is whole.
 */
const struct sample_frame *front_end_block(uint32_t first);

/* The timer's counter when frame `number` was complete. */
uint32_t front_end_ticks_of(uint32_t number);

/* A frame was lost or came too late to be used, so frames are not time any more; or none has been
 * read without error for long. Only a restart helps. */
bool front_end_has_failed(uint32_t first);

/* Called by the interrupts. */
void front_end_data_ready(uint32_t ticks);

#endif

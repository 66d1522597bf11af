/* What the factory burns into the one-time programmable area: which meter this is. */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_FACTORY_DATA_H
#define DUT_FIRMWARE_BOARDS_STM32L476_FACTORY_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include "meter.h"

/* Texts end with a NUL. */
struct factory_data {
	char model[8];
	char form[4];
	char serial[20];
	uint16_t class_amperes;
	uint16_t inputs; /* bits 0-2 voltages A to C, 3-5 currents A to C */
	uint32_t crc;	 /* CRC-32 of all before */
};

/* False: never burnt, or damaged. */
bool factory_data_read(struct meter_hardware *hardware, uint32_t *inputs);

#endif

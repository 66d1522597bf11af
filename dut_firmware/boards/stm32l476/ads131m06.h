/*
 * What the converter ADS131M06 says and is told, as bytes; no pins. Words of 24 bits, most
 * significant byte first; from the part's public data sheet (SBAS951).
 */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_ADS131M06_H
#define DUT_FIRMWARE_BOARDS_STM32L476_ADS131M06_H

#include <stdbool.h>
#include <stdint.h>

#include "exchange.h"

/* Status, six channels, CRC. A transfer of this length reads one frame, whatever is sent. */
#define ADS131M06_FRAME_BYTES 24u

enum ads131m06_register {
	ADS131M06_CLOCK = 0x03,
	ADS131M06_GAIN1 = 0x04,
	ADS131M06_GAIN2 = 0x05,
};

/* All channels on, external clock, oversampling 1024, high resolution. */
#define ADS131M06_CLOCK_AS_USED 0x3F8Eu
#define ADS131M06_GAIN_ONE 0x0000u

/* The bytes to send that write one register. */
void ads131m06_write_register(enum ads131m06_register number, uint16_t content,
			      uint8_t bytes[ADS131M06_FRAME_BYTES]);

/* The bytes to send that ask for one register; its content leads the frame after. */
void ads131m06_read_register(enum ads131m06_register number, uint8_t bytes[ADS131M06_FRAME_BYTES]);
uint16_t ads131m06_register_content(const uint8_t bytes[ADS131M06_FRAME_BYTES]);

/* Channels 0 to 2 are the voltages, 3 to 5 the currents. False: the CRC is wrong, and `frame` is
 * left as it was. */
bool ads131m06_take_frame(const uint8_t bytes[ADS131M06_FRAME_BYTES], struct sample_frame *frame);

/* CRC-16 of CCITT, polynomial 1021, start FFFF, as the converter's default is. */
uint16_t ads131m06_crc(const uint8_t *bytes, uint32_t count);

#endif

/*
 * The meter's firmware as its host sees it: opaque state in storage of the host, one exchange per
 * block of frames, and a board for non-volatile storage. Nothing else goes in or out.
 */
#ifndef DUT_FIRMWARE_METER_H
#define DUT_FIRMWARE_METER_H

#include <stddef.h>
#include <stdint.h>

#include "exchange.h"

struct meter;

/* Full scale of the converters: 2^23 counts. */
#define METER_FULL_SCALE_COUNTS 8388608
#define METER_FULL_SCALE_VOLTS 500
#define METER_FULL_SCALE_AMPERES_CLASS_200 500
#define METER_FULL_SCALE_AMPERES_CLASS_20 50
#define METER_FRAMES_PER_SECOND 3840

/* NOR flash: programming clears bits only, erasing sets a sector to FF. Return 0, or -1 outside the
 * part. */
struct board {
	void *context;
	uint32_t storage_bytes; /* 512 KiB; with less, functions are missing: storage/storage_map.h
				 */
	uint32_t sector_bytes;	/* 4096 */
	int (*storage_read)(void *context, uint32_t offset, uint8_t *bytes, uint32_t count);
	int (*storage_program)(void *context, uint32_t offset, const uint8_t *bytes,
			       uint32_t count);
	int (*storage_erase)(void *context, uint32_t sector_offset);
	/* The program in memory and the CRC-32 it was built with, the whole of it and its legally
	 * relevant part (legally_relevant.cmake). 0 bytes: not available, and the meter says so;
	 * address 0 is a place like any other. */
	const uint8_t *program;
	uint32_t program_bytes;
	uint32_t program_crc;
	const uint8_t *legal_program;
	uint32_t legal_bytes;
	uint32_t legal_crc;
	const char *build_identity; /* shorter than METER_BUILD_IDENTITY_BYTES; NULL: unknown */
	/* Restarts by the watchdog since power came on. NULL: not counted. */
	uint32_t (*watchdog_resets)(void *context);
};

/* Which sources this library was built from: git's name of the firmware's folder, with a + when
 * they were changed, or "unknown". */
#define METER_BUILD_IDENTITY_BYTES 17u /* with its end */
extern const char meter_build_identity[METER_BUILD_IDENTITY_BYTES];

/* What the factory burns in: the kind of hardware. Texts are at most as long as their tables'
 * fields. */
struct meter_hardware {
	const char *model;	/* "AXR", "AX", "AX-SD", "AXR-SD" */
	const char *form;	/* "16S", "9S", "12S", "25S", "5S", "45S", "6S", "36S" */
	const char *serial;	/* up to 16 characters */
	uint16_t class_amperes; /* 200 or 20 */
};

/* Bytes and alignment (8) that the host provides for one meter. */
size_t meter_size(void);

/* Why the device has no such combination of model, form and class: a sentence without its stop,
 * NULL when it has. */
const char *meter_refusal(const struct meter_hardware *hardware);

/*
 * Power-up: sets the state from storage (or factory defaults when it is blank). `board` and the
 * texts must outlive the meter. Returns NULL when meter_refusal has a reason.
 */
struct meter *meter_init(void *memory, const struct board *board,
			 const struct meter_hardware *hardware);

/* Consumes frames and received bytes, fills the out part. Never waits, never allocates. */
void meter_run(struct meter *meter, struct exchange *exchange);

#endif

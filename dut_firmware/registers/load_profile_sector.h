/*
 * The recorder's part of the flash: an element is a sector with the header of a block and places
 * for its intervals. A header or an interval is one programming with its CRC-32: whole or absent.
 */
#ifndef DUT_FIRMWARE_REGISTERS_LOAD_PROFILE_SECTOR_H
#define DUT_FIRMWARE_REGISTERS_LOAD_PROFILE_SECTOR_H

#include "registers/load_profile.h"

#define LOAD_PROFILE_PLACES 100u

struct load_profile_header {
	uint32_t sequence;
	uint32_t generation;
	uint32_t first_sequence;
	uint32_t start;
	struct load_profile_setup setup;
	struct load_profile_readings readings; /* at the block's start */
};

struct load_profile_record {
	uint8_t index; /* in the block */
	struct load_profile_interval interval;
	struct load_profile_readings end;
};

/* Erases the sector and writes the header. Before that the old header is spoilt: half erased it
 * must not look like a block. */
bool load_profile_sector_begin(const struct board *board, uint32_t element,
			       const struct load_profile_header *header);

bool load_profile_sector_read_header(const struct board *board, uint32_t element,
				     struct load_profile_header *header);

/* Into a place that is erased, and reads it back. */
bool load_profile_sector_write(const struct board *board, uint32_t element, uint32_t place,
			       const struct load_profile_record *record);

bool load_profile_sector_read(const struct board *board, uint32_t element, uint32_t place,
			      struct load_profile_record *record);

bool load_profile_sector_is_erased(const struct board *board, uint32_t element, uint32_t place);

#endif

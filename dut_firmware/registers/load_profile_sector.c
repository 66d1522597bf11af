/*
 * A sector: 8 bytes that are cleared before it is erased, the block's header, then places for
 * records in ascending order of interval.
 */
#include "registers/load_profile_sector.h"

#include <string.h>

#include "storage/crc32.h"
#include "storage/erased.h"
#include "storage/little_endian.h"
#include "storage/storage_map.h"

#define RETIRED_BYTES 8u
#define HEADER_OFFSET RETIRED_BYTES
#define HEADER_BYTES 64u
#define HEADER_MARK 0x3142504Cu /* "LPB1" */
#define HEADER_CRC_OFFSET (HEADER_BYTES - 4u)

#define FIRST_PLACE (HEADER_OFFSET + HEADER_BYTES)
#define RECORD_BYTES 40u
#define RECORD_CRC_OFFSET (RECORD_BYTES - 4u)

static void put_readings(uint8_t bytes[24], const struct load_profile_readings *readings)
{
	const int64_t numbers[3] = {readings->delivered, readings->received, readings->net};

	for (int i = 0; i < 3; i++) {
		put_u32(&bytes[8 * i], (uint32_t)((uint64_t)numbers[i] & UINT32_MAX));
		put_u32(&bytes[8 * i + 4], (uint32_t)((uint64_t)numbers[i] >> 32));
	}
}

/* Readings are never negative. */
static int64_t get_reading(const uint8_t *bytes)
{
	return (int64_t)((uint64_t)(get_u32(bytes + 4) & INT32_MAX) << 32 | get_u32(bytes));
}

static struct load_profile_readings get_readings(const uint8_t bytes[24])
{
	return (struct load_profile_readings){get_reading(bytes), get_reading(bytes + 8),
					      get_reading(bytes + 16)};
}

static void put_counts(uint8_t *bytes, const uint16_t counts[LOAD_PROFILE_CHANNELS])
{
	for (uint32_t i = 0; i < LOAD_PROFILE_CHANNELS; i += 2) {
		put_u32(&bytes[2 * i], counts[i] | (uint32_t)counts[i + 1] << 16);
	}
}

static void get_counts(const uint8_t *bytes, uint16_t counts[LOAD_PROFILE_CHANNELS])
{
	for (uint32_t i = 0; i < LOAD_PROFILE_CHANNELS; i++) {
		counts[i] = (uint16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8);
	}
}

static void encode_header(const struct load_profile_header *header, uint8_t bytes[HEADER_BYTES])
{
	put_u32(bytes, HEADER_MARK);
	put_u32(&bytes[4], header->sequence);
	put_u32(&bytes[8], header->generation);
	put_u32(&bytes[12], header->first_sequence);
	put_u32(&bytes[16], header->start);
	memcpy(&bytes[20], header->setup.source, LOAD_PROFILE_CHANNELS);
	put_counts(&bytes[24], header->setup.milliwatt_hours);
	put_u32(&bytes[32], header->setup.interval_minutes);
	put_readings(&bytes[36], &header->readings);
	put_u32(&bytes[HEADER_CRC_OFFSET], crc32_of(bytes, HEADER_CRC_OFFSET));
}

static bool decode_header(const uint8_t bytes[HEADER_BYTES], struct load_profile_header *header)
{
	*header = (struct load_profile_header){
		.sequence = get_u32(&bytes[4]),
		.generation = get_u32(&bytes[8]),
		.first_sequence = get_u32(&bytes[12]),
		.start = get_u32(&bytes[16]),
		.setup.interval_minutes = bytes[32],
		.readings = get_readings(&bytes[36]),
	};
	memcpy(header->setup.source, &bytes[20], LOAD_PROFILE_CHANNELS);
	get_counts(&bytes[24], header->setup.milliwatt_hours);
	return get_u32(bytes) == HEADER_MARK &&
	       get_u32(&bytes[HEADER_CRC_OFFSET]) == crc32_of(bytes, HEADER_CRC_OFFSET);
}

static void encode_record(const struct load_profile_record *record, uint8_t bytes[RECORD_BYTES])
{
	bytes[0] = record->index;
	memcpy(&bytes[1], record->interval.status, LOAD_PROFILE_STATUS_BYTES);
	put_counts(&bytes[4], record->interval.counts);
	put_readings(&bytes[12], &record->end);
	put_u32(&bytes[RECORD_CRC_OFFSET], crc32_of(bytes, RECORD_CRC_OFFSET));
}

static bool decode_record(const uint8_t bytes[RECORD_BYTES], struct load_profile_record *record)
{
	record->index = bytes[0];
	memcpy(record->interval.status, &bytes[1], LOAD_PROFILE_STATUS_BYTES);
	get_counts(&bytes[4], record->interval.counts);
	record->end = get_readings(&bytes[12]);
	return record->index < LOAD_PROFILE_BLOCK_INTERVALS &&
	       get_u32(&bytes[RECORD_CRC_OFFSET]) == crc32_of(bytes, RECORD_CRC_OFFSET);
}

static uint32_t sector_of(const struct board *board, uint32_t element)
{
	return (STORAGE_RECORDER.first_sector + element) * board->sector_bytes;
}

static uint32_t place_offset(const struct board *board, uint32_t element, uint32_t place)
{
	return sector_of(board, element) + FIRST_PLACE + place * RECORD_BYTES;
}

static bool read_bytes(const struct board *board, uint32_t offset, uint8_t *bytes, uint32_t count)
{
	return !board->storage_read(board->context, offset, bytes, count);
}

/* Programs and reads back. */
static bool program(const struct board *board, uint32_t offset, const uint8_t *bytes,
		    uint32_t count)
{
	uint8_t stored[HEADER_BYTES];

	return !board->storage_program(board->context, offset, bytes, count) &&
	       read_bytes(board, offset, stored, count) && !memcmp(stored, bytes, count);
}

bool load_profile_sector_read_header(const struct board *board, uint32_t element,
				     struct load_profile_header *header)
{
	uint8_t bytes[RETIRED_BYTES + HEADER_BYTES];

	return read_bytes(board, sector_of(board, element), bytes, sizeof(bytes)) &&
	       bytes_are_erased(bytes, RETIRED_BYTES) &&
	       decode_header(&bytes[HEADER_OFFSET], header);
}

bool load_profile_sector_read(const struct board *board, uint32_t element, uint32_t place,
			      struct load_profile_record *record)
{
	uint8_t bytes[RECORD_BYTES];

	return read_bytes(board, place_offset(board, element, place), bytes, RECORD_BYTES) &&
	       decode_record(bytes, record);
}

bool load_profile_sector_is_erased(const struct board *board, uint32_t element, uint32_t place)
{
	uint8_t bytes[RECORD_BYTES];

	return read_bytes(board, place_offset(board, element, place), bytes, RECORD_BYTES) &&
	       bytes_are_erased(bytes, RECORD_BYTES);
}

bool load_profile_sector_begin(const struct board *board, uint32_t element,
			       const struct load_profile_header *header)
{
	const uint8_t retired[RETIRED_BYTES] = {0};
	uint32_t sector = sector_of(board, element);
	uint8_t bytes[HEADER_BYTES];

	encode_header(header, bytes);
	return !board->storage_program(board->context, sector, retired, RETIRED_BYTES) &&
	       !board->storage_erase(board->context, sector) &&
	       program(board, sector + HEADER_OFFSET, bytes, HEADER_BYTES);
}

bool load_profile_sector_write(const struct board *board, uint32_t element, uint32_t place,
			       const struct load_profile_record *record)
{
	uint8_t bytes[RECORD_BYTES];

	encode_record(record, bytes);
	return program(board, place_offset(board, element, place), bytes, RECORD_BYTES);
}

/* Numbers as little endian bytes, whatever the processor. */
#ifndef DUT_FIRMWARE_STORAGE_LITTLE_ENDIAN_H
#define DUT_FIRMWARE_STORAGE_LITTLE_ENDIAN_H

#include <stdint.h>

static inline void put_u32(uint8_t *bytes, uint32_t number)
{
	for (unsigned byte = 0; byte < 4; byte++) {
		bytes[byte] = (uint8_t)(number >> (8 * byte) & 0xFF);
	}
}

static inline uint32_t get_u32(const uint8_t *bytes)
{
	uint32_t number = 0;

	for (unsigned byte = 0; byte < 4; byte++) {
		number |= (uint32_t)bytes[byte] << (8 * byte);
	}
	return number;
}

/* Two's complement, without a conversion that C leaves open. */
static inline int32_t get_i32(const uint8_t *bytes)
{
	uint32_t number = get_u32(bytes);

	return number > INT32_MAX ? -(int32_t)(UINT32_MAX - number) - 1 : (int32_t)number;
}

static inline void put_u64(uint8_t *bytes, uint64_t number)
{
	put_u32(bytes, (uint32_t)(number & UINT32_MAX));
	put_u32(&bytes[4], (uint32_t)(number >> 32));
}

static inline uint64_t get_u64(const uint8_t *bytes)
{
	return (uint64_t)get_u32(&bytes[4]) << 32 | get_u32(bytes);
}

static inline int64_t get_i64(const uint8_t *bytes)
{
	uint64_t number = get_u64(bytes);

	return number > INT64_MAX ? -(int64_t)(UINT64_MAX - number) - 1 : (int64_t)number;
}

#endif

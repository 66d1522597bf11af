/* NOR flash that holds nothing: all bits set. */
#ifndef DUT_FIRMWARE_STORAGE_ERASED_H
#define DUT_FIRMWARE_STORAGE_ERASED_H

#include <stdbool.h>
#include <stdint.h>

static inline bool bytes_are_erased(const uint8_t *bytes, uint32_t count)
{
	for (uint32_t byte = 0; byte < count; byte++) {
		if (bytes[byte] != 0xFF) {
			return false;
		}
	}
	return true;
}

#endif

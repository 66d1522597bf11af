/* Range and sector are checked before anything changes. */
#include "boards/flash_array.h"

#include <stdbool.h>
#include <string.h>

#include "meter.h"

static bool is_inside(const struct flash_array *array, uint32_t offset, uint32_t count)
{
	return offset <= array->size && count <= array->size - offset;
}

static int array_read(void *context, uint32_t offset, uint8_t *bytes, uint32_t count)
{
	const struct flash_array *array = context;

	if (!is_inside(array, offset, count)) {
		return -1;
	}
	memcpy(bytes, array->bytes + offset, count);
	return 0;
}

static int array_program(void *context, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
	struct flash_array *array = context;

	if (!is_inside(array, offset, count)) {
		return -1;
	}
	for (uint32_t i = 0; i < count; i++) {
		if ((bytes[i] & ~array->bytes[offset + i]) != 0) {
			return -1; /* only an erase sets a bit */
		}
		array->bytes[offset + i] &= bytes[i];
	}
	return 0;
}

static int array_erase(void *context, uint32_t sector_offset)
{
	struct flash_array *array = context;

	if (sector_offset % FLASH_ARRAY_SECTOR_BYTES ||
	    !is_inside(array, sector_offset, FLASH_ARRAY_SECTOR_BYTES)) {
		return -1;
	}
	memset(array->bytes + sector_offset, 0xFF, FLASH_ARRAY_SECTOR_BYTES);
	return 0;
}

void flash_array_board(struct flash_array *array, struct board *board)
{
	*board = (struct board){
		.context = array,
		.storage_bytes = array->size,
		.sector_bytes = FLASH_ARRAY_SECTOR_BYTES,
		.storage_read = array_read,
		.storage_program = array_program,
		.storage_erase = array_erase,
	};
}

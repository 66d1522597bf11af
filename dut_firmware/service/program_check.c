/* The state stays that of the newest complete reading. */
#include "service/program_check.h"

#include "storage/crc32.h"

#define BYTES_A_SECOND 1024u

void program_check_init(struct program_check *check, const uint8_t *program, uint32_t bytes,
			uint32_t crc_as_built)
{
	*check = (struct program_check){
		.program = program,
		.bytes = bytes,
		.crc_as_built = crc_as_built,
		.state = bytes > 0 ? PROGRAM_BEING_READ : PROGRAM_NOT_AVAILABLE,
	};
}

void program_check_tick(struct program_check *check)
{
	if (check->state == PROGRAM_NOT_AVAILABLE) {
		return;
	}
	uint32_t left = check->bytes - check->reading_offset;
	uint32_t part = left < BYTES_A_SECOND ? left : BYTES_A_SECOND;

	check->reading_crc =
		crc32_continue(check->reading_crc, check->program + check->reading_offset, part);
	check->reading_offset += part;
	if (check->reading_offset < check->bytes) {
		return;
	}
	check->crc = check->reading_crc;
	check->state = check->crc == check->crc_as_built ? PROGRAM_MATCHES : PROGRAM_DIFFERS;
	check->reading_crc = 0;
	check->reading_offset = 0;
}

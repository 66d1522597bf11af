/* The checksums stand behind the program (identify_image.sh); the table between the two parts says
 * where, so that this file, which is legally relevant itself, does not depend on its length. */
#include "boards/cortex_m4/image_identity.h"

#include "meter.h"

struct image_identity {
	uint32_t program_crc;
	uint32_t program_bytes;
	uint32_t legal_crc;
	uint32_t legal_bytes;
};

extern const uint8_t legal_begin[]; /* of the linker script; where the program begins, too */
/* of the table (CMakeLists.txt) */
extern const volatile struct image_identity *const gate_to_identity;
extern const char *const gate_to_build_identity;

void image_identity_tell(struct board *board)
{
	board->program = legal_begin;
	board->program_bytes = gate_to_identity->program_bytes;
	board->program_crc = gate_to_identity->program_crc;
	board->legal_program = legal_begin;
	board->legal_bytes = gate_to_identity->legal_bytes;
	board->legal_crc = gate_to_identity->legal_crc;
	board->build_identity = gate_to_build_identity;
}

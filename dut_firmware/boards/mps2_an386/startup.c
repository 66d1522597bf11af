/* From reset to main on the mps2-an386: stack and .bss; there are no initialised variables. Every
 * exception ends the emulator with a sentence. */
#include <stdint.h>

#include "boards/mps2_an386/semihosting.h"

/* of the linker script */
extern uint32_t stack_top[], bss_begin[], bss_end[];

int main(void);

_Noreturn void reset(void);

_Noreturn void reset(void)
{
	for (uint32_t *word = bss_begin; word < bss_end; word++) {
		*word = 0;
	}
	semihosting_exit(main() != 0);
}

static _Noreturn void exception(void)
{
	semihosting_say("meter: the processor met an exception\n");
	semihosting_exit(true);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
	stack_top,
	(const void *)reset,
	(const void *)exception,
	(const void *)exception,
	(const void *)exception,
	(const void *)exception,
	(const void *)exception,
	(const void *)exception,
	(const void *)exception,
	(const void *)exception,
	(const void *)exception,
	(const void *)exception,
	(const void *)exception,
	(const void *)exception,
	(const void *)exception,
	(const void *)exception,
};

/*
 * From reset to main on the STM32L476: stack and .bss; there are no initialised variables. An
 * exception stops; the watchdog then restarts the meter. Never run on hardware.
 */
#include <stdint.h>

#include "boards/stm32l476/interrupts.h"
#include "boards/stm32l476/registers.h"

#define CORE 16u /* vectors of the core before those of the part */

/* of the linker script */
extern uint32_t stack_top[], bss_begin[], bss_end[];

int main(void);

_Noreturn void reset(void);

_Noreturn void reset(void)
{
	for (uint32_t *word = bss_begin; word < bss_end; word++) {
		*word = 0;
	}
	(void)main();
	for (;;) {
	}
}

static _Noreturn void stop(void)
{
	for (;;) {
	}
}

__attribute__((section(".vectors"), used)) static const void *const vectors[CORE + 82u] = {
	stack_top,
	(const void *)reset,
	(const void *)stop, /* not maskable */
	(const void *)stop, /* hard fault */
	(const void *)stop, /* memory */
	(const void *)stop, /* bus */
	(const void *)stop, /* usage */
	[11] = (const void *)stop,
	[12] = (const void *)stop,
	[14] = (const void *)stop,
	[15] = (const void *)stop,
	[CORE + INTERRUPT_DMA1_CHANNEL2] = (const void *)interrupt_dma1_channel2,
	[CORE + INTERRUPT_TIMER2] = (const void *)interrupt_timer2,
	[CORE + INTERRUPT_USART1] = (const void *)interrupt_usart1,
	[CORE + INTERRUPT_USART3] = (const void *)interrupt_usart3,
};

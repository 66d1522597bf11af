/* Operation numbers: Semihosting for AArch32 and AArch64, Arm, release 2. */
#include "boards/mps2_an386/semihosting.h"

#include <string.h>

#define SYS_OPEN 0x01u
#define SYS_WRITE0 0x04u
#define SYS_WRITE 0x05u
#define SYS_READ 0x06u
#define SYS_GET_CMDLINE 0x15u
#define SYS_EXIT 0x18u
#define APPLICATION_EXIT 0x20026u
#define RUN_TIME_ERROR 0x20023u

static int32_t call_emulator(uint32_t operation, uint32_t argument)
{
	register uint32_t number __asm__("r0") = operation;
	register uint32_t parameter __asm__("r1") = argument;

	__asm__ volatile("bkpt 0xAB" : "+r"(number) : "r"(parameter) : "memory");
	return (int32_t)number;
}

static uint32_t address(const void *object)
{
	return (uint32_t)(uintptr_t)object;
}

int32_t semihosting_open(const char *name, enum semihosting_mode mode)
{
	uint32_t block[] = {address(name), (uint32_t)mode, (uint32_t)strlen(name)};

	return call_emulator(SYS_OPEN, address(block));
}

/* Both return the number of bytes that were not moved. */
bool semihosting_read(int32_t handle, uint8_t *byte)
{
	uint32_t block[] = {(uint32_t)handle, address(byte), 1};

	return call_emulator(SYS_READ, address(block)) == 0;
}

bool semihosting_write(int32_t handle, uint8_t byte)
{
	uint32_t block[] = {(uint32_t)handle, address(&byte), 1};

	return call_emulator(SYS_WRITE, address(block)) == 0;
}

void semihosting_arguments(char *text, uint32_t size)
{
	uint32_t block[] = {address(text), size};

	if (call_emulator(SYS_GET_CMDLINE, address(block)) != 0) {
		text[0] = '\0';
	}
}

void semihosting_say(const char *text)
{
	(void)call_emulator(SYS_WRITE0, address(text));
}

_Noreturn void semihosting_exit(bool is_failure)
{
	for (;;) {
		(void)call_emulator(SYS_EXIT, is_failure ? RUN_TIME_ERROR : APPLICATION_EXIT);
	}
}

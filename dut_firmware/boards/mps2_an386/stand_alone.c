/*
 * 3 x 120 V and 20 A at 60 Hz, unity power factor, wye. Registers of the CMSDK UART and of MPS2's
 * FPGA: Arm AN386; SysTick: Armv7-M.
 */
#include "boards/mps2_an386/stand_alone.h"

#include <string.h>

#include "boards/mps2_an386/semihosting.h"
#include "mailbox.h"
#include "meter.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define UART_DATA REGISTER(0x40004000u)
#define UART_STATE REGISTER(0x40004004u)
#define UART_TRANSMITTER_FULL 1u
#define UART_RECEIVER_FULL 2u
#define UART_CONTROL REGISTER(0x40004008u)
#define UART_BOTH_DIRECTIONS 3u
#define UART_DIVIDER REGISTER(0x40004010u)
#define COUNTER REGISTER(0x40028018u)
#define CLOCK_HERTZ 25000000u
#define TICKS_CONTROL REGISTER(0xE000E010u)
#define TICKS_RELOAD REGISTER(0xE000E014u)
#define TICKS_ON 7u /* counting, with interrupt, of the processor's clock */
#define INTERRUPT_STATE REGISTER(0xE000ED04u)
#define FORGET_TICK (1u << 25)

#define BAUD 9600u
#define LONGEST_BLOCK 64u
#define SHORTEST_BLOCK 4u /* one byte's time */
#define QUARTER 48u
#define CYCLE (4u * QUARTER)
#define CYCLE_FRAMES (METER_FRAMES_PER_SECOND / 60)
#define VOLTS_TO_AMPERES 6 /* 20 A of 500 A, 120 V of 500 V */

/* 120 V sqrt 2 / 500 V 2^23 sin, in steps of a turn's 192nd part. */
static const int32_t quarter_counts[QUARTER + 1] = {
	0,	 93157,	  186215,  279073,  371633,  463794,  555459,  646529,	736906,	 826495,
	915199,	 1002922, 1089572, 1175054, 1259279, 1342155, 1423594, 1503508, 1581813, 1658423,
	1733258, 1806237, 1877281, 1946316, 2013266, 2078060, 2140629, 2200906, 2258826, 2314327,
	2367350, 2417838, 2465737, 2510996, 2553565, 2593401, 2630459, 2664700, 2696088, 2724589,
	2750172, 2772811, 2792480, 2809159, 2822830, 2833478, 2841092, 2845664, 2847188};

static uint32_t frame;		/* inside the cycle */
static uint32_t counted;	/* by the counter when frames were last due */
static uint32_t parts_of_frame; /* frames that are due, times CLOCK_HERTZ */
static char shown[3];		/* the code of the newest item */

static int32_t sine_counts(uint32_t step)
{
	uint32_t half = step % (2 * QUARTER);
	int32_t counts = quarter_counts[half <= QUARTER ? half : 2 * QUARTER - half];

	return step % CYCLE < 2 * QUARTER ? counts : -counts;
}

void stand_alone_prepare(struct mailbox *mailbox)
{
	mailbox->version = MAILBOX_VERSION;
	mailbox->class_amperes = 200;
	memcpy(mailbox->model, "AXR", sizeof("AXR"));
	memcpy(mailbox->form, "16S", sizeof("16S"));
	memcpy(mailbox->serial, "BY-HAND", sizeof("BY-HAND"));
	memset(mailbox->storage, 0xFF, sizeof(mailbox->storage));
	UART_DIVIDER = CLOCK_HERTZ / BAUD;
	UART_CONTROL = UART_BOTH_DIRECTIONS;
	__asm__ volatile("cpsid i" : : : "memory");
	TICKS_RELOAD = CLOCK_HERTZ / 1000 - 1;
	TICKS_CONTROL = TICKS_ON;
	counted = COUNTER;
	semihosting_say("meter: alone, 120 V and 20 A, optical port on the first UART\n");
}

/* Whole frames that have become due since the last call, a second at most. */
static uint32_t frames_due(void)
{
	uint32_t now = COUNTER;
	uint64_t parts = (uint64_t)(now - counted) * METER_FRAMES_PER_SECOND + parts_of_frame;
	uint64_t due = parts / CLOCK_HERTZ;

	if (due < SHORTEST_BLOCK) {
		return 0;
	}
	counted = now;
	if (due > LONGEST_BLOCK) { /* the rest stays due */
		uint64_t late = (due - LONGEST_BLOCK) * CLOCK_HERTZ / METER_FRAMES_PER_SECOND;

		counted = now - (uint32_t)late;
		due = LONGEST_BLOCK;
		parts = due * CLOCK_HERTZ;
	}
	parts_of_frame = (uint32_t)(parts - due * CLOCK_HERTZ);
	return (uint32_t)due;
}

/* Sleeps until the next millisecond: interrupts are off, but a pending one wakes the processor. */
static void wait(void)
{
	__asm__ volatile("wfi" : : : "memory");
	INTERRUPT_STATE = FORGET_TICK;
}

static void fill_frames(struct sample_frame *frames, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t phase = 0; phase < 3; phase++) {
			uint32_t step = frame * (CYCLE / CYCLE_FRAMES) + (3 - phase) * (CYCLE / 3);

			frames[i].volts[phase] = sine_counts(step);
			frames[i].amperes[phase] = sine_counts(step) / VOLTS_TO_AMPERES;
		}
		frame = (frame + 1) % CYCLE_FRAMES;
	}
}

void stand_alone_fill(struct mailbox *mailbox)
{
	uint32_t due = frames_due();

	while (due == 0) {
		wait();
		due = frames_due();
	}
	fill_frames(mailbox->frames, due);
	mailbox->frame_count = due;
	mailbox->received_count = (UART_STATE & UART_RECEIVER_FULL) != 0 ? 1 : 0;
	if (mailbox->received_count > 0) {
		mailbox->received[0] = (struct exchange_byte){.byte = (uint8_t)UART_DATA};
	}
}

void stand_alone_take(const struct mailbox *mailbox)
{
	for (uint32_t i = 0; i < mailbox->sent_count; i++) {
		while ((UART_STATE & UART_TRANSMITTER_FULL) != 0) {
			wait();
		}
		UART_DATA = mailbox->sent[i].byte;
	}
	if (mailbox->display_is_new != 0 && memcmp(shown, mailbox->display, sizeof(shown)) != 0) {
		memcpy(shown, mailbox->display, sizeof(shown));
		semihosting_say(mailbox->display);
		semihosting_say("\n");
	}
}

/* Never run on hardware. */
#include "boards/stm32l476/front_end.h"

#include <stddef.h>

#include "boards/stm32l476/ads131m06.h"
#include "boards/stm32l476/clock.h"
#include "boards/stm32l476/interrupts.h"
#include "boards/stm32l476/pins.h"
#include "boards/stm32l476/registers.h"

#define RING_FRAMES 256u /* 67 ms: longer than the flash erases a sector */
#define TOLERANCE_TICKS 40u
#define RECEIVE 2u /* channels of DMA1 that are SPI1's */
#define SEND 3u
#define SPI1_REQUEST 1u
#define RESET_TICKS 250000u	  /* 3 ms; at least 2048 of the converter's clock */
#define SYNC_TICKS 1000u	  /* 100 of the converter's clock */
#define TRANSFER_ATTEMPTS 100000u /* longer than a byte by far */
#define CHANNELS 3u
#define MOST_BAD_FRAMES 384u /* a tenth of a second */

_Static_assert(RING_FRAMES % FRONT_END_BLOCK == 0, "a block is in one piece");

static struct sample_frame ring[RING_FRAMES];
static uint8_t received[ADS131M06_FRAME_BYTES];
static uint8_t zero; /* what is sent while frames are read: no command */
static volatile uint32_t next_frame;
static volatile bool has_slipped; /* DRDY came at another time than it must */
static volatile bool is_running;
static volatile uint32_t bad_frames; /* in a row */
static uint32_t first_ticks;	     /* of frame 0 */
static uint32_t used_inputs;

/* A byte each way. */
static bool exchange_byte(uint8_t send, uint8_t *receive)
{
	*(volatile uint8_t *)&SPI1->data = send;
	for (uint32_t attempt = 0; attempt < TRANSFER_ATTEMPTS; attempt++) {
		if ((SPI1->status & SPI_RECEIVED) != 0) {
			*receive = *(volatile uint8_t *)&SPI1->data;
			return true;
		}
	}
	return false;
}

static bool transfer(uint8_t bytes[ADS131M06_FRAME_BYTES])
{
	bool is_whole = true;

	pins_select_converter(true);
	for (uint32_t i = 0; i < ADS131M06_FRAME_BYTES; i++) {
		is_whole = exchange_byte(bytes[i], &bytes[i]) && is_whole;
	}
	pins_select_converter(false);
	return is_whole;
}

/* Written, asked for, and read in the transfer after. */
static bool set_register(enum ads131m06_register number, uint16_t content)
{
	uint8_t bytes[ADS131M06_FRAME_BYTES];

	ads131m06_write_register(number, content, bytes);
	bool is_whole = transfer(bytes);

	ads131m06_read_register(number, bytes);
	is_whole = transfer(bytes) && is_whole;
	ads131m06_read_register(number, bytes);
	return transfer(bytes) && is_whole && ads131m06_register_content(bytes) == content;
}

static void wait_ticks(uint32_t ticks)
{
	uint32_t begin = TIMER2->counter;

	while (TIMER2->counter - begin < ticks) {
	}
}

/* The converter's clock: as many ticks high as low. */
static void start_converter_clock(void)
{
	TIMER1->reload = CONVERTER_DIVIDER - 1u;
	TIMER1->compare[0] = CONVERTER_DIVIDER / 2u;
	TIMER1->mode1 = TIMER_CHANNEL1_MODE(TIMER_PULSE_WIDTH);
	TIMER1->enable = TIMER_CHANNEL1_ON;
	TIMER1->break_and_dead_time = TIMER_OUTPUTS_ON;
	TIMER1->event = TIMER_UPDATE;
	TIMER1->control1 = TIMER_ON;
}

/* Timer 2 runs for ever; its channel 2 notes the counter at each falling edge of DRDY. */
static void start_capture(void)
{
	TIMER2->reload = UINT32_MAX;
	TIMER2->mode1 |= TIMER_CHANNEL2_IS_INPUT;
	TIMER2->enable |= TIMER_CHANNEL2_ON | TIMER_CHANNEL2_FALLING;
	TIMER2->event = TIMER_UPDATE;
	TIMER2->control1 = TIMER_ON;
}

static void start_transfers_by_dma(void)
{
	DMA1_REQUESTS |= DMA_REQUEST(RECEIVE, SPI1_REQUEST) | DMA_REQUEST(SEND, SPI1_REQUEST);
	DMA1_CHANNEL(RECEIVE)->peripheral = (uint32_t)&SPI1->data;
	DMA1_CHANNEL(RECEIVE)->memory = (uint32_t)received;
	DMA1_CHANNEL(SEND)->peripheral = (uint32_t)&SPI1->data;
	DMA1_CHANNEL(SEND)->memory = (uint32_t)&zero;
	SPI1->control1 &= ~SPI_ON;
	SPI1->control2 |= SPI_RECEIVE_BY_DMA | SPI_SEND_BY_DMA;
	SPI1->control1 |= SPI_ON;
	INTERRUPT_ENABLE(0) = 1u << INTERRUPT_DMA1_CHANNEL2 | 1u << INTERRUPT_TIMER2;
	TIMER2->status = ~TIMER_CHANNEL2;
	TIMER2->interrupts |= TIMER_CHANNEL2;
}

bool front_end_start(uint32_t inputs)
{
	used_inputs = inputs;
	start_converter_clock();
	start_capture();
	SPI1->control2 = SPI_EIGHT_BITS | SPI_RECEIVED_FROM_EIGHT_BITS;
	SPI1->control1 = SPI_MASTER | SPI_SELECTED_BY_SOFTWARE | SPI_SECOND_EDGE | SPI_DIVIDER(3) |
			 SPI_ON; /* 9.8 MHz */
	wait_ticks(RESET_TICKS);
	pins_reset_converter(false);
	wait_ticks(RESET_TICKS);
	if (!set_register(ADS131M06_CLOCK, ADS131M06_CLOCK_AS_USED) ||
	    !set_register(ADS131M06_GAIN1, ADS131M06_GAIN_ONE) ||
	    !set_register(ADS131M06_GAIN2, ADS131M06_GAIN_ONE)) {
		return false;
	}
	/* What the converter has kept for nobody is dropped by a short low: it begins anew. */
	pins_reset_converter(true);
	wait_ticks(SYNC_TICKS);
	pins_reset_converter(false);
	start_transfers_by_dma();
	return true;
}

uint32_t front_end_next_frame(void)
{
	return next_frame;
}

const struct sample_frame *front_end_block(uint32_t first)
{
	return next_frame - first >= FRONT_END_BLOCK ? &ring[first % RING_FRAMES] : NULL;
}

uint32_t front_end_ticks_of(uint32_t number)
{
	return first_ticks + number * FRAME_TICKS;
}

bool front_end_has_failed(uint32_t first)
{
	return has_slipped || bad_frames > MOST_BAD_FRAMES ||
	       next_frame - first > RING_FRAMES - FRONT_END_BLOCK;
}

static void begin_transfer(void)
{
	pins_select_converter(true);
	DMA1_CHANNEL(RECEIVE)->control = 0;
	DMA1_CHANNEL(SEND)->control = 0;
	DMA1_FORGET = DMA_ALL_FLAGS(RECEIVE) | DMA_ALL_FLAGS(SEND);
	DMA1_CHANNEL(RECEIVE)->count = ADS131M06_FRAME_BYTES;
	DMA1_CHANNEL(SEND)->count = ADS131M06_FRAME_BYTES;
	DMA1_CHANNEL(RECEIVE)->control = DMA_MEMORY_ASCENDS | DMA_INTERRUPT_AT_END | DMA_ON;
	DMA1_CHANNEL(SEND)->control = DMA_FROM_MEMORY | DMA_ON;
}

/* The first edge tells where frame 0 stands; every other one has its place. */
void front_end_data_ready(uint32_t ticks)
{
	if (!is_running) {
		first_ticks = ticks;
		is_running = true;
	}
	uint32_t late = ticks - front_end_ticks_of(next_frame) + TOLERANCE_TICKS;

	has_slipped = has_slipped || late > 2u * TOLERANCE_TICKS;
	begin_transfer();
}

/* A frame whose CRC is wrong repeats the one before: a gap of 260 us, and time goes on. */
void interrupt_dma1_channel2(void)
{
	struct sample_frame *frame = &ring[next_frame % RING_FRAMES];

	pins_select_converter(false);
	DMA1_FORGET = DMA_ALL_FLAGS(RECEIVE);
	*frame = ring[(next_frame + RING_FRAMES - 1u) % RING_FRAMES];
	bad_frames = ads131m06_take_frame(received, frame) ? 0 : bad_frames + 1u;
	for (uint32_t input = 0; input < CHANNELS; input++) {
		frame->volts[input] = (used_inputs >> input & 1u) != 0 ? frame->volts[input] : 0;
		frame->amperes[input] =
			(used_inputs >> (CHANNELS + input) & 1u) != 0 ? frame->amperes[input] : 0;
	}
	next_frame++;
}

/* Never run on hardware. */
#include "boards/stm32l476/serial_line.h"

#include <stdbool.h>
#include <string.h>

#include "boards/stm32l476/clock.h"
#include "boards/stm32l476/front_end.h"
#include "boards/stm32l476/interrupts.h"
#include "boards/stm32l476/registers.h"

#define BAUD 9600u
#define QUEUE 128u /* powers of two: the counts run on */

struct line {
	uint8_t received[QUEUE];
	uint32_t frames[QUEUE];
	volatile uint32_t received_count;
	uint32_t taken_count;
	uint8_t send[QUEUE];
	uint32_t send_count;
	volatile uint32_t sent_count;
};

static struct usart *const usarts[SERIAL_LINES] = {USART1, USART3};
static struct line lines[SERIAL_LINES];
static char image[EXCHANGE_DISPLAY_BYTES];
static uint32_t image_left; /* bytes, with the end */

static void start(struct usart *usart, uint32_t control)
{
	usart->divider = CLOCK_HERTZ / BAUD; /* exactly 8192 */
	usart->control1 = control | USART_ON;
}

void serial_lines_start(void)
{
	const uint32_t both = USART_RECEIVER_ON | USART_TRANSMITTER_ON | USART_INTERRUPT_RECEIVED;

	start(USART1, both);
	start(USART3, both);
	start(USART2, USART_TRANSMITTER_ON);
	INTERRUPT_ENABLE(1) = 1u << (INTERRUPT_USART1 - 32u) | 1u << (INTERRUPT_USART3 - 32u);
}

uint32_t serial_line_received(enum serial_line number, uint32_t first, uint32_t frames,
			      struct exchange_byte bytes[EXCHANGE_BYTES])
{
	struct line *line = &lines[number];
	uint32_t count = 0;

	while (count < EXCHANGE_BYTES && line->taken_count + count != line->received_count) {
		uint32_t place = (line->taken_count + count) % QUEUE;
		int32_t index = (int32_t)(line->frames[place] - first);

		if (index >= (int32_t)frames) {
			break;
		}
		bytes[count++] = (struct exchange_byte){.frame = index > 0 ? (uint32_t)index : 0u,
							.byte = line->received[place]};
	}
	return count;
}

void serial_line_take(enum serial_line number, uint32_t count)
{
	lines[number].taken_count += count;
}

void serial_line_send(enum serial_line number, const struct exchange_byte *bytes, uint32_t count)
{
	struct line *line = &lines[number];

	for (uint32_t i = 0; i < count; i++) {
		line->send[line->send_count % QUEUE] = bytes[i].byte;
		line->send_count++;
	}
	if (count > 0) {
		usarts[number]->control1 |= USART_INTERRUPT_CAN_SEND;
	}
}

/* A byte with a framing error is handed over: its packet's checksum tells. */
static void serve(enum serial_line number)
{
	struct usart *usart = usarts[number];
	struct line *line = &lines[number];
	uint32_t status = usart->status;

	usart->forget = USART_OVERRUN | USART_FRAMING_ERROR;
	if ((status & USART_RECEIVED) != 0) {
		uint32_t place = line->received_count % QUEUE;
		uint8_t byte = (uint8_t)usart->received;

		if (line->received_count - line->taken_count < QUEUE) {
			line->received[place] = byte;
			line->frames[place] = front_end_next_frame();
			line->received_count++;
		}
	}
	if ((status & USART_CAN_SEND) != 0 && (usart->control1 & USART_INTERRUPT_CAN_SEND) != 0) {
		if (line->sent_count == line->send_count) {
			usart->control1 &= ~USART_INTERRUPT_CAN_SEND;
		} else {
			usart->send = line->send[line->sent_count % QUEUE];
			line->sent_count++;
		}
	}
}

void interrupt_usart1(void)
{
	serve(SERIAL_OPTICAL);
}

void interrupt_usart3(void)
{
	serve(SERIAL_MODULE);
}

/* An image that comes while the one before is on its way takes its place. */
void serial_display_show(const char newest[EXCHANGE_DISPLAY_BYTES])
{
	memcpy(image, newest, sizeof(image));
	image_left = (uint32_t)sizeof(image);
}

void serial_display_run(void)
{
	if (image_left == 0 || (USART2->status & USART_CAN_SEND) == 0) {
		return;
	}
	char next = image[sizeof(image) - image_left];

	USART2->send = next == '\0' ? (uint32_t)'\n' : (uint32_t)(uint8_t)next;
	image_left = next == '\0' ? 0 : image_left - 1u;
}

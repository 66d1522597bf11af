/*
 * An erase or a programming is begun and not waited for; the next access waits. Commands: public
 * data sheet DS20005262. Never run on hardware.
 */
#include "boards/stm32l476/nor_flash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boards/stm32l476/pins.h"
#include "boards/stm32l476/registers.h"
#include "meter.h"

#define STORAGE_BYTES (512u * 1024u)
#define SECTOR_BYTES 4096u
#define PAGE_BYTES 256u
#define READ 0x03u
#define WRITE_ENABLE 0x06u
#define PAGE_PROGRAM 0x02u
#define SECTOR_ERASE 0x20u
#define READ_STATUS 0x05u
#define STATUS_BUSY 1u
#define UNLOCK_ALL_BLOCKS 0x98u
#define READ_IDENTITY 0x9Fu
#define BYTE_ATTEMPTS 10000u
#define BUSY_ATTEMPTS 100000u /* 80 ms and more; an erase takes 25 ms */

static bool is_there;

static uint8_t exchange_byte(uint8_t send)
{
	*(volatile uint8_t *)&SPI2->data = send;
	for (uint32_t attempt = 0; attempt < BYTE_ATTEMPTS; attempt++) {
		if ((SPI2->status & SPI_RECEIVED) != 0) {
			return *(volatile uint8_t *)&SPI2->data;
		}
	}
	return 0xFF;
}

static void send_byte(uint8_t byte)
{
	(void)exchange_byte(byte);
}

static void command(uint8_t code)
{
	pins_select_flash(true);
	send_byte(code);
	pins_select_flash(false);
}

static void begin_at(uint8_t code, uint32_t address)
{
	pins_select_flash(true);
	send_byte(code);
	send_byte((uint8_t)(address >> 16));
	send_byte((uint8_t)(address >> 8));
	send_byte((uint8_t)address);
}

static bool becomes_ready(void)
{
	bool is_busy = true;

	pins_select_flash(true);
	send_byte(READ_STATUS);
	for (uint32_t attempt = 0; is_busy && attempt < BUSY_ATTEMPTS; attempt++) {
		is_busy = (exchange_byte(0) & STATUS_BUSY) != 0;
	}
	pins_select_flash(false);
	return !is_busy;
}

static bool is_inside(uint32_t offset, uint32_t count)
{
	return offset <= STORAGE_BYTES && count <= STORAGE_BYTES - offset;
}

static int read(void *context, uint32_t offset, uint8_t *bytes, uint32_t count)
{
	(void)context;
	if (!is_there || !is_inside(offset, count) || !becomes_ready()) {
		return -1;
	}
	begin_at(READ, offset);
	for (uint32_t i = 0; i < count; i++) {
		bytes[i] = exchange_byte(0);
	}
	pins_select_flash(false);
	return 0;
}

/* Page by page: a programming does not go over a page's end. */
static int program(void *context, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
	(void)context;
	if (!is_there || !is_inside(offset, count)) {
		return -1;
	}
	uint32_t done = 0;

	while (done < count) {
		uint32_t left_of_page = PAGE_BYTES - (offset + done) % PAGE_BYTES;
		uint32_t part = count - done < left_of_page ? count - done : left_of_page;

		if (!becomes_ready()) {
			return -1;
		}
		command(WRITE_ENABLE);
		begin_at(PAGE_PROGRAM, offset + done);
		for (uint32_t i = 0; i < part; i++) {
			send_byte(bytes[done + i]);
		}
		pins_select_flash(false);
		done += part;
	}
	return 0;
}

static int erase(void *context, uint32_t sector_offset)
{
	(void)context;
	if (!is_there || sector_offset % SECTOR_BYTES != 0 ||
	    !is_inside(sector_offset, SECTOR_BYTES) || !becomes_ready()) {
		return -1;
	}
	command(WRITE_ENABLE);
	begin_at(SECTOR_ERASE, sector_offset);
	pins_select_flash(false);
	return 0;
}

/* Maker, type and device of the SST26VF016B. */
static bool has_identity(void)
{
	static const uint8_t identity[] = {0xBF, 0x26, 0x41};
	bool is_equal = true;

	pins_select_flash(true);
	send_byte(READ_IDENTITY);
	for (size_t i = 0; i < sizeof(identity); i++) {
		is_equal = exchange_byte(0) == identity[i] && is_equal;
	}
	pins_select_flash(false);
	return is_equal;
}

void nor_flash_start(struct board *board)
{
	SPI2->control2 = SPI_EIGHT_BITS | SPI_RECEIVED_FROM_EIGHT_BITS;
	SPI2->control1 = SPI_MASTER | SPI_SELECTED_BY_SOFTWARE | SPI_DIVIDER(2) | SPI_ON;
	is_there = becomes_ready() && has_identity(); /* it may still erase from before a restart */
	command(WRITE_ENABLE);
	command(UNLOCK_ALL_BLOCKS); /* it wakes up protected */
	board->storage_bytes = STORAGE_BYTES;
	board->sector_bytes = SECTOR_BYTES;
	board->storage_read = read;
	board->storage_program = program;
	board->storage_erase = erase;
}

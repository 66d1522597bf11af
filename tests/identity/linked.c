/* The transcript of the firmware that this program is linked with. */
#include <stdlib.h>
#include <string.h>

#include "dut_firmware/boards/flash_array.h"
#include "tests/identity/transcript.h"

#define STORAGE_BYTES (512u * 1024u)

static uint8_t storage[STORAGE_BYTES];
static struct sample_frame frames[TRANSCRIPT_BLOCK];
static struct flash_array flash = {storage, STORAGE_BYTES};
static struct board board;
static struct meter *meter;
static void *memory;

static bool power_up(struct transcript_host *host, const struct meter_hardware *hardware)
{
	(void)host;
	flash_array_board(&flash, &board);
	memset(memory, 0xA5, meter_size()); /* nothing of the life before, and no zeros */
	meter = meter_init(memory, &board, hardware);
	return meter != NULL;
}

static bool run(struct transcript_host *host, struct exchange *exchange)
{
	(void)host;
	meter_run(meter, exchange);
	return exchange->frames_consumed > 0;
}

int main(void)
{
	struct transcript_host host = {frames, storage, STORAGE_BYTES, power_up, run};

	memory = malloc(meter_size());
	return memory != NULL ? transcript_print(&host) : 1;
}

/* One meter's state, storage and frames, all in this process. */
#include "bench/virtual_lab/linked_meter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dut_firmware/boards/flash_array.h"

struct linked_meter {
	struct meter_backend backend;
	struct flash_array flash;
	struct board board;
	struct meter *meter;
	void *memory;
	uint8_t storage[METER_BACKEND_STORAGE_BYTES];
	struct sample_frame frames[METER_BACKEND_FRAMES];
};

static enum status linked_power_up(struct meter_backend *backend,
				   const struct meter_hardware *hardware)
{
	struct linked_meter *self = (struct linked_meter *)backend;

	self->meter = meter_init(self->memory, &self->board, hardware);
	return self->meter ? STATUS_OK : meter_backend_refuse(hardware);
}

static enum status linked_run(struct meter_backend *backend, struct exchange *exchange)
{
	struct linked_meter *self = (struct linked_meter *)backend;

	exchange->frames = self->frames;
	meter_run(self->meter, exchange);
	return STATUS_OK;
}

static void linked_free(struct meter_backend *backend)
{
	struct linked_meter *self = (struct linked_meter *)backend;

	free(self->memory);
	free(self);
}

static const struct meter_backend_kind linked_kind = {linked_power_up, linked_run, linked_free};

struct meter_backend *linked_meter_new(void)
{
	struct linked_meter *self = calloc(1, sizeof(*self));

	assert(self);
	self->memory = calloc(1, meter_size());
	assert(self->memory);
	self->backend = (struct meter_backend){&linked_kind, self->frames, self->storage};
	memset(self->storage, 0xFF, sizeof(self->storage));
	self->flash = (struct flash_array){self->storage, sizeof(self->storage)};
	flash_array_board(&self->flash, &self->board);
	self->board.build_identity = meter_build_identity;
	return &self->backend;
}

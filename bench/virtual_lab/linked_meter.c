/* One meter's state, storage and frames, all in this process. */
#include "bench/virtual_lab/linked_meter.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dut_firmware/boards/flash_array.h"

struct linked_meter {
	struct meter_backend backend;
	struct flash_array flash;
	struct board board;
	struct meter *meter;
	void *memory;
	uint8_t *storage; /* mapped, a file's or nobody's */
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

	munmap(self->storage, METER_BACKEND_STORAGE_BYTES);
	free(self->memory);
	free(self);
}

static const struct meter_backend_kind linked_kind = {linked_power_up, linked_run, linked_free};

static struct meter_backend *linked_meter_with(uint8_t *storage)
{
	struct linked_meter *self = calloc(1, sizeof(*self));

	assert(self);
	self->memory = calloc(1, meter_size());
	assert(self->memory);
	self->storage = storage;
	self->backend = (struct meter_backend){&linked_kind, self->frames, self->storage};
	self->flash = (struct flash_array){self->storage, METER_BACKEND_STORAGE_BYTES};
	flash_array_board(&self->flash, &self->board);
	self->board.build_identity = meter_build_identity;
	return &self->backend;
}

/* A file that is there is what an earlier process left of this meter; a new one is blank. */
static enum status map_file(const char *path, uint8_t **storage)
{
	struct stat file;
	int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	bool is_open = descriptor >= 0 && !fstat(descriptor, &file);
	bool is_blank = is_open && file.st_size != METER_BACKEND_STORAGE_BYTES;

	if (is_open && is_blank) {
		is_open = !ftruncate(descriptor, METER_BACKEND_STORAGE_BYTES);
	}
	void *map = is_open ? mmap(NULL, METER_BACKEND_STORAGE_BYTES, PROT_READ | PROT_WRITE,
				   MAP_SHARED, descriptor, 0)
			    : MAP_FAILED;
	int reason = errno;
	if (descriptor >= 0) {
		close(descriptor);
	}
	if (map == MAP_FAILED) {
		return status_fail(STATUS_IO, "memory of the simulated meter, %s: %s", path,
				   strerror(reason));
	}
	*storage = map;
	if (is_blank) {
		memset(map, 0xFF, METER_BACKEND_STORAGE_BYTES);
	}
	return STATUS_OK;
}

static uint8_t *map_nothing(void)
{
	void *map = mmap(NULL, METER_BACKEND_STORAGE_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert(map != MAP_FAILED);
	memset(map, 0xFF, METER_BACKEND_STORAGE_BYTES);
	return map;
}

enum status linked_meter_open(const char *memory_path, struct meter_backend **backend)
{
	uint8_t *storage = NULL;
	enum status status = map_file(memory_path, &storage);

	if (!status) {
		*backend = linked_meter_with(storage);
	}
	return status;
}

struct meter_backend *linked_meter_new(void)
{
	return linked_meter_with(map_nothing());
}

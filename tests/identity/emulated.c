/* The transcript of an image of the Cortex-M4 in the emulator. Argument: the image. */
#include <stdio.h>

#include "bench/virtual_lab/emulated_meter.h"
#include "tests/identity/transcript.h"

struct emulated_host {
	struct transcript_host host;
	struct meter_backend *backend;
};

static bool power_up(struct transcript_host *host, const struct meter_hardware *hardware)
{
	struct meter_backend *backend = ((struct emulated_host *)host)->backend;

	return backend->kind->power_up(backend, hardware) == STATUS_OK;
}

static bool run(struct transcript_host *host, struct exchange *exchange)
{
	struct meter_backend *backend = ((struct emulated_host *)host)->backend;

	return backend->kind->run(backend, exchange) == STATUS_OK;
}

int main(int count, char **arguments)
{
	struct emulated_meter_options options = {.image = count > 1 ? arguments[1] : ""};
	struct emulated_host emulated;

	if (emulated_meter_new(&options, &emulated.backend) != STATUS_OK) {
		fprintf(stderr, "%s\n", status_reason());
		return 2;
	}
	emulated.host =
		(struct transcript_host){emulated.backend->frames, emulated.backend->storage,
					 METER_BACKEND_STORAGE_BYTES, power_up, run};
	int status = transcript_print(&emulated.host);

	if (status != 0) {
		fprintf(stderr, "%s\n", status_reason());
	}
	emulated.backend->kind->free(emulated.backend);
	return status;
}

/*
 * How one exchange with a meter's firmware is made: by a direct call or in another processor. Its
 * storage is an array of the host that outlives a power cut.
 */
#ifndef BENCH_VIRTUAL_LAB_METER_BACKEND_H
#define BENCH_VIRTUAL_LAB_METER_BACKEND_H

#include "dut_firmware/meter.h"
#include "reference_source/status.h"

#define METER_BACKEND_FRAMES 1536u
#define METER_BACKEND_STORAGE_BYTES (512u * 1024u)

struct meter_backend;

struct meter_backend_kind {
	/* STATUS_BAD_INPUT when the firmware refuses the hardware, as meter_backend_refuse. The
	 * texts must outlive the meter. */
	enum status (*power_up)(struct meter_backend *backend,
				const struct meter_hardware *hardware);
	/* As meter_run on backend->frames; STATUS_IO when there is no meter any more. */
	enum status (*run)(struct meter_backend *backend, struct exchange *exchange);
	void (*free)(struct meter_backend *backend);
};

/* First member of each kind's own struct. */
struct meter_backend {
	const struct meter_backend_kind *kind;
	struct sample_frame *frames; /* METER_BACKEND_FRAMES, filled by the host before each run */
	uint8_t *storage;	     /* METER_BACKEND_STORAGE_BYTES, blank at first */
};

/* STATUS_BAD_INPUT with the firmware's own reason (meter_refusal). */
enum status meter_backend_refuse(const struct meter_hardware *hardware);

#endif

/*
 * The serial line between the bench and one simulated instrument or meter: bytes take their time on
 * the wire (1 start, 8 data, stop bits). The bench's end is a struct port; the device's end is two
 * calls.
 */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_LINE_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_LINE_H

#include <stdint.h>

#include "bench/virtual_lab/virtual_time.h"
#include "drivers/port.h"

struct virtual_line;

/* What a simulated device gets: one byte, complete at this instant. Set before the first use. */
struct virtual_device {
	void *context;
	void (*receive)(void *context, uint8_t byte, struct instant at);
};

/* The line is a participant of `time`. `name` appears as VIRTUAL::name. */
struct virtual_line *virtual_line_new(struct virtual_time *time, const char *name,
				      const struct port_line *line);
void virtual_line_free(struct virtual_line *line);
void virtual_line_attach(struct virtual_line *line, const struct virtual_device *device);

/* Device end: queues bytes for the bench, the first leaving not before `at`. Overflow (64 KiB)
 * drops and counts. */
void virtual_line_send(struct virtual_line *line, const uint8_t *bytes, size_t count,
		       struct instant at);

/* Bench end. The port is freed by port_close, the line by virtual_line_free. */
enum status virtual_line_open_port(struct virtual_line *line, struct port **port);

/* For the real-time server: bytes from outside to the device, bytes of the device for outside. */
void virtual_line_inject(struct virtual_line *line, const uint8_t *bytes, size_t count);
size_t virtual_line_take(struct virtual_line *line, uint8_t *bytes, size_t capacity);

#endif

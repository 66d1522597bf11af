/*
 * A simulated communication module under the glass: fed by the meter, warned by it, a client on its
 * module port (dut_firmware/MODULE_PORT.md) and a radio to the gateway. It says of itself what its
 * label says, joins its network, and does one job after the other.
 */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_MODULE_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_MODULE_H

#include "bench/virtual_lab/module_session.h"
#include "bench/virtual_lab/virtual_time.h"

enum module_defect {
	MODULE_SOUND,
	MODULE_GARBLES,	 /* one octet of what it has read is another when it reaches the gateway */
	MODULE_IS_STALE, /* tells for ever what it has read first of each of the last tables */
	MODULE_IS_MESH,	 /* its label is that of before revision 2: "RF Mesh" */
	MODULE_IS_DEAF,	 /* its radio is lost */
};

struct virtual_module_options {
	const char *number;   /* "0746", "0764"; borrowed */
	const char *firmware; /* at most 10 characters; borrowed */
	enum module_defect defect;
};

struct virtual_module;

/* NULL with STATUS_BAD_INPUT: no such number. Plugs itself into the meter. */
enum status virtual_module_new(struct virtual_time *time, struct hosted_meter *meter,
			       const struct virtual_module_options *options,
			       struct virtual_module **module);
void virtual_module_free(struct virtual_module *module);

/* What it says over the air. */
struct module_identity {
	const char *number, *label, *firmware;
	bool has_zigbee;
};
struct module_identity virtual_module_identity(const struct virtual_module *module);
/* It is running, with its radio on; it is in its network. */
bool virtual_module_is_on_air(const struct virtual_module *module);
bool virtual_module_is_joined(const struct virtual_module *module);

/* How long a request and its answer travel, there and back. */
double virtual_module_travel_seconds(const struct virtual_module *module, enum module_path path);

/*
 * Does this job, which stays the caller's, after what it is doing now, and calls back when it is
 * over; without supply it ends as a silent one. One at a time.
 */
void virtual_module_ask(struct virtual_module *module, struct module_job *job,
			void (*done)(void *context, struct instant at), void *context,
			struct instant at);

#endif

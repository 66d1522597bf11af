/*
 * The communication module under the glass: what the meter knows of it, who speaks through it and
 * what is logged of it. The contract is MODULE_PORT.md; its session is a struct c1218_port.
 */
#ifndef DUT_FIRMWARE_INTERFACE_MODULE_H
#define DUT_FIRMWARE_INTERFACE_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "interface/c1219_store.h"

struct event_log;

#define MODULE_NUMBER_OCTETS 4u
#define MODULE_LABEL_OCTETS 20u
#define MODULE_FIRMWARE_OCTETS 10u

enum module_state {
	MODULE_NONE,
	MODULE_SILENT, /* there, but has not said what it is */
	MODULE_IDENTIFIED,
	MODULE_FOREIGN, /* of an unknown kind */
};

enum module_kind {
	MODULE_KIND_NONE = 0,
	MODULE_KIND_RF = 1,
	MODULE_KIND_PLC = 2,
	MODULE_KIND_UNKNOWN = 255,
};

/* What a module says of itself; texts blank padded. */
struct module_statement {
	uint8_t kind;
	char number[MODULE_NUMBER_OCTETS];
	char label[MODULE_LABEL_OCTETS];
	char firmware[MODULE_FIRMWARE_OCTETS];
	uint8_t has_zigbee;
	uint8_t state; /* 0 starting, 1 looking for its network, 2 in it, 3 fault */
};

struct module {
	uint8_t state; /* enum module_state */
	uint8_t stated_kind;
	uint16_t user; /* who has made the statement */
	struct module_statement statement;
	uint64_t strap_frame; /* since when it is there, or not */
	uint8_t logged_kind;  /* of the newest event */
};

/* Power-up: no module yet. `logged_kind` is what the log says was there. */
void module_init(struct module *module, uint8_t logged_kind);

/* True when the strap has closed or opened: what was there is forgotten then. */
bool module_set_strap(struct module *module, bool is_closed, uint64_t frame);

/* On whose behalf this user of the module's port speaks. */
enum c1219_origin module_origin(uint16_t user);

/* The user is the network of the module that is there. */
bool module_is_identified(const struct module *module, uint16_t user);

/* As the display shows it: "0746 RF", "UNKNOWN", "WAIT", "NONE". */
const char *module_name(const struct module *module);

/* ok; onp: out of range, or not what it said first. Then nothing has changed. */
enum c1218_response module_take_statement(struct module *module, uint16_t user,
					  const struct module_statement *statement);

/* Once a second: logs that the module is another one. */
void module_tick(struct module *module, struct event_log *log, uint64_t frame);

#endif

/*
 * Role: remote reader, what reads meters through the communication modules under their glass
 * (GATEWAY.md). Channel = meter position, 1..20. A refusal by the meter or the module is an answer,
 * not a fault: STATUS_OK with `refusal` filled. STATUS_TIMEOUT: the gateway itself is silent.
 */
#ifndef DRIVERS_REMOTE_READER_H
#define DRIVERS_REMOTE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference_source/status.h"

struct instrument;

#define REMOTE_OCTETS 4096

/* On whose behalf: the utility's network or somebody's Zigbee device. */
enum remote_path { REMOTE_NETWORK, REMOTE_ZIGBEE };

/* What the module says of itself over the air, not what the meter says of it. */
struct remote_module {
	char number[8];	   /* "0746" */
	char label[24];	   /* "Gridstream RF" */
	char firmware[16]; /* as the module writes it */
	bool has_zigbee;
	bool is_joined; /* to its network */
};

/* Empty: done. Else a C12.18 response code in small letters ("isc", "onp" …) or one of the
 * gateway's words: "no module", "no contact", "not joined", "meter silent". */
#define REMOTE_REFUSAL 24

struct remote_reader {
	enum status (*module)(struct instrument *instrument, int channel,
			      struct remote_module *module, char refusal[REMOTE_REFUSAL]);
	/* Whole table; identifiers from 2048 on are the maker's tables. */
	enum status (*read_table)(struct instrument *instrument, int channel, enum remote_path path,
				  int table, uint8_t octets[REMOTE_OCTETS], size_t *count,
				  char refusal[REMOTE_REFUSAL]);
	enum status (*write_table)(struct instrument *instrument, int channel,
				   enum remote_path path, int table, const uint8_t *octets,
				   size_t count, char refusal[REMOTE_REFUSAL]);
	/* Procedure by ST7, its result by ST8: `result` is the code of C12.19. */
	enum status (*execute)(struct instrument *instrument, int channel, enum remote_path path,
			       int procedure, const uint8_t *parameters, size_t parameter_count,
			       int *result, char refusal[REMOTE_REFUSAL]);
	/* That many Zigbee readings, one after the other; *answered of them had an answer. */
	enum status (*traffic)(struct instrument *instrument, int channel, int requests,
			       int *answered, char refusal[REMOTE_REFUSAL]);
};

#endif

/*
 * The meter's tables by both ways, its optical port and the communication module under its glass,
 * for the verbs that compare them. What meter or module refuse is an answer; what only the bench's
 * radio cannot do is a fault of the bench.
 */
#ifndef PROCEDURES_VERBS_MODULE_SUPPORT_H
#define PROCEDURES_VERBS_MODULE_SUPPORT_H

#include "procedures/verbs/verb_support.h"

struct table_reading {
	size_t count;
	char refusal[REMOTE_REFUSAL]; /* response code in small letters; empty: it was read */
	uint8_t octets[REMOTE_OCTETS];
};

/* STATUS_BAD_INPUT without a gateway in the lab or a module in the meter. */
enum status require_module(const struct step_context *context);

/* Voltages only, for at least `seconds`. */
enum status supply_point(const struct step_context *context, double volts, struct verb_load *load);
enum status supply_meters(struct step_context *context, double volts, double seconds);

/* Until every position's module is in its network; STATUS_TIMEOUT names the one that is not. */
enum status await_modules(struct step_context *context, double seconds,
			  struct remote_module modules[LAB_POSITIONS]);

enum status read_optically(struct step_context *context, int index, int table,
			   struct table_reading *reading);
/* STATUS_TIMEOUT where the module is not to be had: that is the bench's side. "meter silent" and
 * response codes are refusals. */
enum status read_remotely(struct step_context *context, int index, enum remote_path path, int table,
			  struct table_reading *reading);
/* The same for what is no table: STATUS_TIMEOUT for refusals of the bench's side. */
enum status check_contact(const struct step_context *context, int index, const char *refusal);

/* "isc" for 3 …; "response 17" for what has no name. */
void response_word(uint8_t code, char word[REMOTE_REFUSAL]);

bool readings_agree(const struct table_reading *a, const struct table_reading *b);
/* Only `octets` of them from `first` on (0: all); *cut is refused where the reading is, and empty
 * where the table is shorter. */
void cut_reading(const struct table_reading *reading, size_t first, size_t octets,
		 struct table_reading *cut);
/* "72 octets 00A1…", or the refusal; `text` of at least 64 bytes. */
void describe_reading(const struct table_reading *reading, char *text, size_t size);
/* "ST23" or "MT1". */
void table_name(int table, char name[16]);
/* Entry `table_reading`: which table, by which way, every octet. */
enum status record_reading(struct step_context *context, int index, int table, const char *way,
			   const struct table_reading *reading);

#endif

/*
 * What a meter in another processor shares with its host: memory of the same layout on both sides.
 * The host writes one command byte, the meter obeys on this structure and answers with the same
 * byte; in between the structure belongs to the one that is to write next.
 */
#ifndef DUT_FIRMWARE_MAILBOX_H
#define DUT_FIRMWARE_MAILBOX_H

#include <stdint.h>

#include "exchange.h"

#define MAILBOX_VERSION 3u
#define MAILBOX_FRAMES 1536u
#define MAILBOX_STORAGE_BYTES (512u * 1024u)
#define MAILBOX_TEXT_BYTES 24u /* with its end */

enum mailbox_command {
	MAILBOX_POWER_UP = 'P', /* hardware and storage in, result out */
	MAILBOX_RUN = 'R',	/* one exchange */
};

enum mailbox_result {
	MAILBOX_OK,
	MAILBOX_NO_SUCH_FORM,
	MAILBOX_OTHER_VERSION,
	MAILBOX_NO_SUCH_COMMAND,
};

struct mailbox {
	uint32_t version; /* of the host */
	uint32_t result;  /* enum mailbox_result */
	uint32_t ticks;	  /* of the board's 25 MHz counter, for the last exchange */
	uint32_t class_amperes;
	char model[MAILBOX_TEXT_BYTES];
	char form[MAILBOX_TEXT_BYTES];
	char serial[MAILBOX_TEXT_BYTES];
	/* as in struct exchange, which holds an address and so has no common layout */
	uint32_t frame_count;
	uint32_t return_after;
	uint32_t contacts;
	uint32_t received_count;
	uint32_t frames_consumed;
	uint32_t received_consumed;
	uint32_t sent_count;
	uint32_t pulse_count;
	uint32_t power_fail_warning;
	uint32_t power_fail_frame;
	uint32_t battery;
	uint64_t battery_ticks;
	uint64_t battery_count;
	uint32_t module_received_count;
	uint32_t module_received_consumed;
	uint32_t module_sent_count;
	uint32_t switch_count;
	uint32_t module_warning;
	uint32_t module_warning_frame;
	struct exchange_switch switches[EXCHANGE_SWITCHES];
	uint32_t display_is_new;
	char display[EXCHANGE_DISPLAY_BYTES];
	struct exchange_byte received[EXCHANGE_BYTES];
	struct exchange_byte sent[EXCHANGE_BYTES];
	struct exchange_byte module_received[EXCHANGE_BYTES];
	struct exchange_byte module_sent[EXCHANGE_BYTES];
	struct exchange_pulse pulses[EXCHANGE_PULSES];
	struct sample_frame frames[MAILBOX_FRAMES];
	uint8_t storage[MAILBOX_STORAGE_BYTES]; /* the flash; the host keeps it */
};

_Static_assert(sizeof(struct mailbox) == 176 + 8 * EXCHANGE_SWITCHES + 4 + EXCHANGE_DISPLAY_BYTES +
						 4 + 32 * EXCHANGE_BYTES + 8 * EXCHANGE_PULSES +
						 24 * MAILBOX_FRAMES + MAILBOX_STORAGE_BYTES,
	       "the layout depends on the processor");

#endif

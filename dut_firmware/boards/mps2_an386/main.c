/*
 * The meter's image under the emulator: waits for a command byte, obeys on the mailbox, answers.
 * The host has opened both descriptors before it started the emulator; their end is the end. With
 * the argument "alone" it is its own host.
 */
#include <string.h>

#include "boards/cortex_m4/image_identity.h"
#include "boards/flash_array.h"
#include "boards/mps2_an386/semihosting.h"
#include "boards/mps2_an386/stand_alone.h"
#include "mailbox.h"
#include "meter_state.h"

#define MAILBOX ((struct mailbox *)0x21000000) /* 16 MiB of PSRAM, shared with the host */
#define COUNTER (*(volatile uint32_t *)0x40028018)
#define COMMANDS "/proc/self/fd/11"
#define ANSWERS "/proc/self/fd/12"

static struct meter meter;
static struct flash_array flash;
static struct board board;
static struct meter_hardware hardware;
static struct exchange exchange;

static uint32_t power_up(struct mailbox *mailbox)
{
	if (mailbox->version != MAILBOX_VERSION) {
		return MAILBOX_OTHER_VERSION;
	}
	flash = (struct flash_array){mailbox->storage, MAILBOX_STORAGE_BYTES};
	flash_array_board(&flash, &board);
	image_identity_tell(&board);
	hardware = (struct meter_hardware){
		.model = mailbox->model,
		.form = mailbox->form,
		.serial = mailbox->serial,
		.class_amperes = (uint16_t)mailbox->class_amperes,
	};
	return meter_init(&meter, &board, &hardware) ? MAILBOX_OK : MAILBOX_NO_SUCH_FORM;
}

static void take_exchange(const struct mailbox *mailbox)
{
	exchange.frames = mailbox->frames;
	exchange.frame_count = mailbox->frame_count;
	exchange.return_after = mailbox->return_after;
	exchange.contacts = mailbox->contacts;
	exchange.received_count = mailbox->received_count;
	memcpy(exchange.received, mailbox->received,
	       mailbox->received_count * sizeof(*mailbox->received));
	exchange.module_received_count = mailbox->module_received_count;
	memcpy(exchange.module_received, mailbox->module_received,
	       mailbox->module_received_count * sizeof(*mailbox->module_received));
	exchange.power_fail_warning = mailbox->power_fail_warning;
	exchange.power_fail_frame = mailbox->power_fail_frame;
	exchange.battery = mailbox->battery;
	exchange.battery_ticks = mailbox->battery_ticks;
	exchange.battery_count = mailbox->battery_count;
}

static void give_exchange(struct mailbox *mailbox)
{
	mailbox->frames_consumed = exchange.frames_consumed;
	mailbox->received_consumed = exchange.received_consumed;
	mailbox->sent_count = exchange.sent_count;
	mailbox->pulse_count = exchange.pulse_count;
	memcpy(mailbox->sent, exchange.sent, exchange.sent_count * sizeof(*exchange.sent));
	memcpy(mailbox->pulses, exchange.pulses, exchange.pulse_count * sizeof(*exchange.pulses));
	mailbox->module_received_consumed = exchange.module_received_consumed;
	mailbox->module_sent_count = exchange.module_sent_count;
	memcpy(mailbox->module_sent, exchange.module_sent,
	       exchange.module_sent_count * sizeof(*exchange.module_sent));
	mailbox->switch_count = exchange.switch_count;
	memcpy(mailbox->switches, exchange.switches,
	       exchange.switch_count * sizeof(*exchange.switches));
	mailbox->module_warning = exchange.module_warning;
	mailbox->module_warning_frame = exchange.module_warning_frame;
	mailbox->display_is_new = exchange.display_is_new;
	if (exchange.display_is_new != 0) {
		memcpy(mailbox->display, exchange.display, sizeof(mailbox->display));
	}
}

static uint32_t run(struct mailbox *mailbox)
{
	take_exchange(mailbox);
	uint32_t start = COUNTER;
	meter_run(&meter, &exchange);
	mailbox->ticks = COUNTER - start;
	give_exchange(mailbox);
	return MAILBOX_OK;
}

static uint32_t obey(struct mailbox *mailbox, uint8_t command)
{
	switch (command) {
	case MAILBOX_POWER_UP:
		return power_up(mailbox);
	case MAILBOX_RUN:
		return run(mailbox);
	default:
		return MAILBOX_NO_SUCH_COMMAND;
	}
}

/* `arg=alone` of the emulator's command line. */
static bool is_alone(void)
{
	char arguments[32] = {0};

	semihosting_arguments(arguments, sizeof(arguments));
	return strstr(arguments, "alone") != NULL;
}

static int run_alone(void)
{
	stand_alone_prepare(MAILBOX);
	if (power_up(MAILBOX) != MAILBOX_OK) {
		return 1;
	}
	do {
		stand_alone_fill(MAILBOX);
		MAILBOX->result = run(MAILBOX);
		stand_alone_take(MAILBOX);
	} while (MAILBOX->result == MAILBOX_OK);
	return 1;
}

static int run_in_step(void)
{
	int32_t commands = semihosting_open(COMMANDS, SEMIHOSTING_READ);
	int32_t answers = semihosting_open(ANSWERS, SEMIHOSTING_WRITE);
	uint8_t command;

	if (commands < 0 || answers < 0) {
		semihosting_say("meter: " COMMANDS " or " ANSWERS " cannot be opened\n");
		return 1;
	}
	while (semihosting_read(commands, &command)) {
		MAILBOX->result = obey(MAILBOX, command);
		if (!semihosting_write(answers, command)) {
			return 1;
		}
	}
	return 0;
}

int main(void)
{
	return is_alone() ? run_alone() : run_in_step();
}

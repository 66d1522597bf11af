/* The mailbox's host end: an exchange copied in, a command, what came out checked and copied. */
#include "bench/virtual_lab/emulated_meter.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/virtual_lab/emulator_process.h"
#include "dut_firmware/mailbox.h"

#define ANSWER_SECONDS 20
#define INSTRUCTIONS_PER_TICK 40u /* 1 GHz of instructions, 25 MHz of ticks */

_Static_assert(METER_BACKEND_FRAMES == MAILBOX_FRAMES, "frames are written into the mailbox");
_Static_assert(sizeof(struct exchange) == 2496, "a new field has to go through the mailbox, too");
_Static_assert(METER_BACKEND_STORAGE_BYTES == MAILBOX_STORAGE_BYTES, "storage is the mailbox's");

struct emulated_meter {
	struct meter_backend backend;
	struct emulator_process *process;
	struct mailbox *mailbox;
};

static enum status copy_text(char *field, const char *text, const char *what)
{
	int length = snprintf(field, MAILBOX_TEXT_BYTES, "%s", text);

	return length < (int)MAILBOX_TEXT_BYTES
		       ? STATUS_OK
		       : status_fail(STATUS_BAD_INPUT, "the meter's %s \"%s\" is longer than %u",
				     what, text, MAILBOX_TEXT_BYTES - 1);
}

static enum status emulated_power_up(struct meter_backend *backend,
				     const struct meter_hardware *hardware)
{
	struct emulated_meter *self = (struct emulated_meter *)backend;
	struct mailbox *mailbox = self->mailbox;
	enum status status = copy_text(mailbox->model, hardware->model, "model");

	mailbox->version = MAILBOX_VERSION;
	mailbox->class_amperes = hardware->class_amperes;
	if (status || (status = copy_text(mailbox->form, hardware->form, "form")) ||
	    (status = copy_text(mailbox->serial, hardware->serial, "serial number")) ||
	    (status = emulator_process_command(self->process, MAILBOX_POWER_UP))) {
		return status;
	}
	switch (mailbox->result) {
	case MAILBOX_OK:
		return STATUS_OK;
	case MAILBOX_NO_SUCH_FORM:
		return meter_backend_refuse(hardware);
	default:
		return status_fail(STATUS_BAD_INPUT,
				   "the meter's image is not of this program's version; build the "
				   "two together");
	}
}

static bool is_sound(const struct mailbox *mailbox)
{
	return mailbox->result == MAILBOX_OK && mailbox->frames_consumed > 0 &&
	       mailbox->frames_consumed <= mailbox->frame_count &&
	       mailbox->received_consumed <= mailbox->received_count &&
	       mailbox->sent_count <= EXCHANGE_BYTES &&
	       mailbox->module_received_consumed <= mailbox->module_received_count &&
	       mailbox->module_sent_count <= EXCHANGE_BYTES &&
	       mailbox->switch_count <= EXCHANGE_SWITCHES &&
	       mailbox->pulse_count <= EXCHANGE_PULSES;
}

static void give_exchange(struct mailbox *mailbox, const struct exchange *exchange)
{
	mailbox->frame_count = exchange->frame_count;
	mailbox->return_after = exchange->return_after;
	mailbox->contacts = exchange->contacts;
	mailbox->received_count = exchange->received_count;
	memcpy(mailbox->received, exchange->received,
	       exchange->received_count * sizeof(*exchange->received));
	mailbox->module_received_count = exchange->module_received_count;
	memcpy(mailbox->module_received, exchange->module_received,
	       exchange->module_received_count * sizeof(*exchange->module_received));
	mailbox->power_fail_warning = exchange->power_fail_warning;
	mailbox->power_fail_frame = exchange->power_fail_frame;
	mailbox->battery = exchange->battery;
	mailbox->battery_ticks = exchange->battery_ticks;
	mailbox->battery_count = exchange->battery_count;
}

static void take_exchange(const struct mailbox *mailbox, struct exchange *exchange)
{
	exchange->frames_consumed = mailbox->frames_consumed;
	exchange->received_consumed = mailbox->received_consumed;
	exchange->sent_count = mailbox->sent_count;
	exchange->pulse_count = mailbox->pulse_count;
	memcpy(exchange->sent, mailbox->sent, mailbox->sent_count * sizeof(*mailbox->sent));
	memcpy(exchange->pulses, mailbox->pulses, mailbox->pulse_count * sizeof(*mailbox->pulses));
	exchange->module_received_consumed = mailbox->module_received_consumed;
	exchange->module_sent_count = mailbox->module_sent_count;
	memcpy(exchange->module_sent, mailbox->module_sent,
	       mailbox->module_sent_count * sizeof(*mailbox->module_sent));
	exchange->switch_count = mailbox->switch_count;
	memcpy(exchange->switches, mailbox->switches,
	       mailbox->switch_count * sizeof(*mailbox->switches));
	exchange->module_warning = mailbox->module_warning;
	exchange->module_warning_frame = mailbox->module_warning_frame;
	exchange->display_is_new = mailbox->display_is_new;
	if (mailbox->display_is_new) {
		memcpy(exchange->display, mailbox->display, sizeof(exchange->display));
		exchange->display[EXCHANGE_DISPLAY_BYTES - 1] = '\0';
	}
}

static enum status emulated_run(struct meter_backend *backend, struct exchange *exchange)
{
	struct emulated_meter *self = (struct emulated_meter *)backend;
	struct mailbox *mailbox = self->mailbox;

	give_exchange(mailbox, exchange);
	enum status status = emulator_process_command(self->process, MAILBOX_RUN);
	if (status) {
		return status;
	}
	if (!is_sound(mailbox)) {
		return status_fail(STATUS_PROTOCOL,
				   "the emulated meter (process %d) returns nonsense: %u of %u "
				   "frames, %u bytes, %u pulses",
				   (int)emulator_process_id(self->process),
				   mailbox->frames_consumed, mailbox->frame_count,
				   mailbox->sent_count, mailbox->pulse_count);
	}
	take_exchange(mailbox, exchange);
	return STATUS_OK;
}

static void emulated_free(struct meter_backend *backend)
{
	struct emulated_meter *self = (struct emulated_meter *)backend;

	emulator_process_stop(self->process);
	free(self);
}

static const struct meter_backend_kind emulated_kind = {emulated_power_up, emulated_run,
							emulated_free};

static enum status start(const struct emulated_meter_options *options,
			 struct emulator_process **process)
{
	uint32_t seconds = options->answer_within_seconds;
	struct emulator_process_options child = {
		.emulator = options->emulator ? options->emulator : "qemu-system-arm",
		.image = options->image,
		.is_counting = options->is_counting,
		.answer_within_milliseconds = 1000 * (int)(seconds ? seconds : ANSWER_SECONDS),
	};

	if (access(options->image, R_OK)) {
		return status_fail(STATUS_BAD_INPUT,
				   "the emulated meter's image %s: %s; run: apt-get install "
				   "gcc-arm-none-eabi libnewlib-arm-none-eabi, and build again",
				   options->image, strerror(errno));
	}
	return emulator_process_start(&child, process);
}

enum status emulated_meter_new(const struct emulated_meter_options *options,
			       struct meter_backend **backend)
{
	struct emulator_process *process;
	enum status status = start(options, &process);

	if (status) {
		return status;
	}
	struct emulated_meter *self = calloc(1, sizeof(*self));
	assert(self);
	self->process = process;
	self->mailbox = emulator_process_memory(process);
	self->backend = (struct meter_backend){&emulated_kind, self->mailbox->frames,
					       self->mailbox->storage};
	memset(self->mailbox->storage, 0xFF, sizeof(self->mailbox->storage));
	*backend = &self->backend;
	return STATUS_OK;
}

uint32_t emulated_meter_instructions(const struct meter_backend *backend)
{
	const struct emulated_meter *self = (const struct emulated_meter *)backend;

	return self->mailbox->ticks * INSTRUCTIONS_PER_TICK;
}

pid_t emulated_meter_process(const struct meter_backend *backend)
{
	const struct emulated_meter *self = (const struct emulated_meter *)backend;

	return emulator_process_id(self->process);
}

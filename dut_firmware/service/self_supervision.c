/* Each check in a few microseconds, so that no second is longer than the others. */
#include "service/self_supervision.h"

#include "meter_state.h"
#include "storage/crc32.h"

#define CONSTANTS_SECONDS 10u
#define BEYOND_SECONDS 3u
/* 98 % of the rms value of a sinusoid at the converter's stops: 500 V / sqrt 2, and likewise. */
#define VOLTS_LIMIT_MV (METER_FULL_SCALE_VOLTS * 693u)
#define AMPERES_LIMIT_UA_PER_AMPERE 693000u

static uint32_t continued(uint32_t crc, const void *bytes, size_t count)
{
	return crc32_continue(crc, bytes, (uint32_t)count);
}

/* What must not change by itself: nameplate, adjustment, settings and what the kernel uses of
 * them. */
static uint32_t crc_of_constants(const struct meter *meter)
{
	uint8_t adjustment[ADJUSTMENT_BYTES];
	uint32_t crc = continued(0, &meter->nameplate, sizeof(meter->nameplate));

	adjustment_encode(&meter->adjustment, adjustment);
	crc = continued(crc, adjustment, sizeof(adjustment));
	crc = continued(crc, &meter->control.settings, sizeof(meter->control.settings));
	for (unsigned int i = 0; i < DEVICE_ELEMENTS; i++) {
		const struct metering_element *element = &meter->metering.elements[i];

		crc = continued(crc, &element->gain_q30, sizeof(element->gain_q30));
		crc = continued(crc, &element->all_pass_q31, sizeof(element->all_pass_q31));
	}
	crc = continued(crc, &meter->pulses.weight_q4, sizeof(meter->pulses.weight_q4));
	return continued(crc, &meter->energy.count_q4, sizeof(meter->energy.count_q4));
}

void self_supervision_accept_constants(struct meter *meter)
{
	meter->supervision.constants_crc = crc_of_constants(meter);
}

uint32_t self_supervision_watchdog_resets(const struct meter *meter)
{
	const struct board *board = meter->board;

	return board->watchdog_resets ? board->watchdog_resets(board->context) : 0;
}

void self_supervision_init(struct meter *meter)
{
	const struct board *board = meter->board;
	struct self_supervision *supervision = &meter->supervision;

	*supervision = (struct self_supervision){0};
	program_check_init(&supervision->program, board->program, board->program_bytes,
			   board->program_crc);
	program_check_init(&supervision->legal, board->legal_program, board->legal_bytes,
			   board->legal_crc);
	self_supervision_accept_constants(meter);
}

static bool is_beyond_the_converters(const struct meter *meter)
{
	uint32_t amperes_limit = meter->form->full_scale_amperes * AMPERES_LIMIT_UA_PER_AMPERE;

	for (unsigned int i = 0; i < DEVICE_ELEMENTS; i++) {
		if (meter->live.volts_mv[i] > VOLTS_LIMIT_MV ||
		    meter->live.amperes_ua[i] > amperes_limit) {
			return true;
		}
	}
	return false;
}

static bool is_measurement_implausible(struct meter *meter)
{
	struct self_supervision *supervision = &meter->supervision;

	if (!is_beyond_the_converters(meter)) {
		supervision->beyond_seconds = 0;
	} else if (supervision->beyond_seconds < BEYOND_SECONDS) {
		supervision->beyond_seconds++;
	}
	return supervision->beyond_seconds == BEYOND_SECONDS;
}

static uint32_t check_constants(const struct meter *meter)
{
	bool is_configured = settings_are_in_range(&meter->control.settings) &&
			     adjustment_is_in_range(&meter->adjustment);

	return (is_configured ? 0 : SUPERVISION_CONFIGURATION) |
	       (crc_of_constants(meter) == meter->supervision.constants_crc ? 0 : SUPERVISION_RAM);
}

static enum meter_event_code event_of(uint32_t error)
{
	switch (error) {
	case SUPERVISION_CONFIGURATION:
		return METER_EVENT_CONFIGURATION_ERROR;
	case SUPERVISION_SELF_CHECK:
		return METER_EVENT_SELF_CHECK_ERROR;
	case SUPERVISION_RAM:
		return METER_EVENT_RAM_ERROR;
	case SUPERVISION_ROM:
		return METER_EVENT_ROM_ERROR;
	default:
		return METER_EVENT_MEASUREMENT_ERROR;
	}
}

static void note_errors(struct meter *meter, uint32_t found)
{
	uint32_t added = found & ~(uint32_t)meter->supervision.errors;

	for (uint32_t bit = SUPERVISION_CONFIGURATION; bit <= SUPERVISION_MEASUREMENT; bit <<= 1) {
		if ((added & bit) != 0) {
			meter_note_event(meter, event_of(bit));
		}
	}
	meter->supervision.errors = (uint16_t)(meter->supervision.errors | found);
}

void self_supervision_tick(struct meter *meter)
{
	struct self_supervision *supervision = &meter->supervision;
	uint32_t found = 0;

	program_check_tick(&supervision->program);
	program_check_tick(&supervision->legal);
	found |= supervision->program.state == PROGRAM_DIFFERS ||
				 supervision->legal.state == PROGRAM_DIFFERS
			 ? SUPERVISION_ROM
			 : 0;
	found |= self_supervision_watchdog_resets(meter) > supervision->watchdog_resets
			 ? SUPERVISION_SELF_CHECK
			 : 0;
	found |= is_measurement_implausible(meter) ? SUPERVISION_MEASUREMENT : 0;
	if (meter->frame / METER_FRAMES_PER_SECOND % CONSTANTS_SECONDS == 0) {
		found |= check_constants(meter);
	}
	note_errors(meter, found);
}

void self_supervision_clear(struct meter *meter)
{
	meter->supervision.errors = 0;
	meter->supervision.watchdog_resets = self_supervision_watchdog_resets(meter);
}

void self_supervision_note_outage(struct meter *meter)
{
	meter->supervision.errors |= SUPERVISION_POWER_FAILURE;
}

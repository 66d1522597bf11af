/* The image is made anew once a second and at each press of a switch. */
#include "interface/display.h"

#include <string.h>

#include "interface/display_items.h"
#include "meter_state.h"
#include "registers/firmware_version.h"

enum display_column {
	CODE = 0,
	VALUE = 4,
	VALUE_END = 14,
	UNIT = 15,
	NAME = 20,
	MODE = 24,
	POTENTIALS = 29,
	DISK = 33,
	RATE = 37,
	SERVICE_SWITCH = 40,
	ERROR = 44,
	SEAL = 48,
	IMAGE_END = 52,
};

_Static_assert(IMAGE_END < EXCHANGE_DISPLAY_BYTES, "the image and its NUL fit");

#define KWH_DIGITS 6u
#define KWH_MODULUS 1000000u
#define POTENTIAL_PRESENT_MV 60000u

static void put(char *image, unsigned int column, const char *text)
{
	memcpy(image + column, text, strlen(text));
}

/* Right aligned in the columns of the value, zeros in front up to `digits`. */
static void put_number(char *image, uint64_t magnitude, unsigned int decimals, unsigned int digits,
		       bool is_negative)
{
	char *at = image + VALUE_END;

	for (unsigned int digit = 0;
	     (magnitude > 0 || digit < digits || digit <= decimals) && at > image + VALUE + 1;
	     digit++) {
		if (digit == decimals && decimals > 0) {
			*--at = '.';
		}
		*--at = (char)('0' + magnitude % 10);
		magnitude /= 10;
	}
	if (is_negative) {
		*--at = '-';
	}
}

static void put_right(char *image, const char *text, size_t length)
{
	while (length > 0 && text[length - 1] == ' ') {
		length--;
	}
	memcpy(image + VALUE_END - length, text, length);
}

static uint64_t magnitude_of(int64_t number)
{
	return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

/* Six digits, truncated toward zero. A register above them shows its last six. */
static void put_kwh(const struct meter *meter, char *image, int64_t milliwatt_hours)
{
	unsigned int decimals = meter->control.settings.kwh_decimals;
	uint64_t divisor = 1000000;

	for (unsigned int i = 0; i < decimals; i++) {
		divisor /= 10;
	}
	uint64_t shown = magnitude_of(milliwatt_hours) / divisor % KWH_MODULUS;

	put_number(image, shown, decimals, KWH_DIGITS, milliwatt_hours < 0 && shown > 0);
}

/* Eight hexadecimal digits; dashes while there is none. */
static void put_crc(char *image, const struct program_check *check)
{
	memset(image + VALUE_END - 8, '-', 8);
	if (check->state < PROGRAM_MATCHES) {
		return;
	}
	for (unsigned int digit = 0; digit < 8; digit++) {
		image[VALUE_END - 1 - digit] = "0123456789ABCDEF"[check->crc >> 4 * digit & 0xFu];
	}
}

/* The words of the item, right aligned, and the annunciator, three letters. */
struct switch_words {
	const char *item;
	const char *annunciator;
};

static const struct switch_words no_switch = {"", "---"};
static const struct switch_words switch_moves = {"SWITCHING", "..."};
static const struct switch_words switch_fails = {"FAILED", "FLT"};
static const struct switch_words switch_is_armed = {"ARMED", "ARM"};
static const struct switch_words sensed_words[] = {
	[SENSED_NOTHING] = {"UNKNOWN", "???"},
	[SENSED_CLOSED] = {"CLOSED", "CLS"},
	[SENSED_OPEN] = {"OPEN", "OPN"},
	[SENSED_ONE_SIDE] = {"ONE SIDE", "???"},
	[SENSED_LIVE_WHILE_OPEN] = {"LOAD LIVE", "LIV"},
};

static const struct switch_words *switch_words_of(const struct meter *meter)
{
	const struct service_disconnect *disconnect = &meter->disconnect;

	if (!disconnect->is_fitted) {
		return &no_switch;
	}
	if (disconnect->pulses > 0) {
		return &switch_moves;
	}
	if ((disconnect->alarms & (DISCONNECT_ALARM_FAILED | DISCONNECT_ALARM_DIFFERS)) != 0) {
		return &switch_fails;
	}
	return disconnect->commanded == COMMANDED_ARMED && disconnect->sensed == SENSED_OPEN
		       ? &switch_is_armed
		       : &sensed_words[disconnect->sensed];
}

static void put_service_switch(const struct meter *meter, char *image)
{
	const char *word = switch_words_of(meter)->item;

	put_right(image, word, strlen(word));
}

/* A digit each, 1 for an error: configuration, self-check, RAM, program, storage, measurement. */
static const uint16_t error_digits[] = {SUPERVISION_CONFIGURATION, SUPERVISION_SELF_CHECK,
					SUPERVISION_RAM,	   SUPERVISION_ROM,
					SUPERVISION_STORAGE,	   SUPERVISION_MEASUREMENT};

#define ERROR_DIGITS (sizeof(error_digits) / sizeof(error_digits[0]))

static bool has_errors(const struct meter *meter)
{
	unsigned int bits = 0;

	for (unsigned int digit = 0; digit < ERROR_DIGITS; digit++) {
		bits |= error_digits[digit];
	}
	return (meter_status_bits(meter) & bits) != 0;
}

static void put_errors(const struct meter *meter, char *image)
{
	put(image, VALUE_END - ERROR_DIGITS - 3, "Er");
	for (unsigned int digit = 0; digit < ERROR_DIGITS; digit++) {
		image[VALUE_END - ERROR_DIGITS + digit] =
			meter_status_bits(meter) & error_digits[digit] ? '1' : '0';
	}
}

static void put_value(const struct meter *meter, char *image, const struct display_item *item)
{
	struct quantities quantities;
	struct test_registers test = test_registers_of(meter);

	quantities_read(meter, &quantities);
	switch ((enum display_kind)item->kind) {
	case DISPLAY_SEGMENT_TEST:
		break;
	case DISPLAY_DELIVERED:
		put_kwh(meter, image, quantities.delivered_counts);
		break;
	case DISPLAY_RECEIVED:
		put_kwh(meter, image, quantities.received_counts);
		break;
	case DISPLAY_NET:
		put_kwh(meter, image, quantities.net_counts);
		break;
	case DISPLAY_TEST_DELIVERED:
		put_number(image, (uint64_t)test.delivered_counts / 1000 % KWH_MODULUS, 3,
			   KWH_DIGITS, false);
		break;
	case DISPLAY_TEST_RECEIVED:
		put_number(image, (uint64_t)test.received_counts / 1000 % KWH_MODULUS, 3,
			   KWH_DIGITS, false);
		break;
	case DISPLAY_SECONDS_LEFT:
		put_number(image, test.seconds_left, 0, 1, false);
		break;
	case DISPLAY_VOLTS:
		put_number(image, quantities.volts_mv[item->phase] / 100, 1, 1, false);
		break;
	case DISPLAY_AMPERES:
		put_number(image, quantities.amperes_ua[item->phase] / 1000, 3, 1, false);
		break;
	case DISPLAY_WATTS:
		put_number(image, magnitude_of(quantities.milliwatts) / 1000, 3, 1,
			   quantities.milliwatts <= -1000);
		break;
	case DISPLAY_HERTZ:
		put_number(image, quantities.millihertz / 10, 2, 1, false);
		break;
	case DISPLAY_FIRMWARE:
		put_number(image, FIRMWARE_VERSION * 100 + FIRMWARE_REVISION, 2, 3, false);
		break;
	case DISPLAY_PROGRAM_CRC:
		put_crc(image, &meter->supervision.program);
		break;
	case DISPLAY_LEGAL_CRC:
		put_crc(image, &meter->supervision.legal);
		break;
	case DISPLAY_BUILD:
		put_right(image, supervision_report_of(meter).build_identity,
			  strnlen(supervision_report_of(meter).build_identity, VALUE_END - VALUE));
		break;
	case DISPLAY_ERRORS:
		put_errors(meter, image);
		break;
	case DISPLAY_MODULE:
		put_right(image, module_name(&meter->module), strlen(module_name(&meter->module)));
		break;
	case DISPLAY_MODULE_FIRMWARE:
		put_right(image, meter->module.statement.firmware, MODULE_FIRMWARE_OCTETS);
		break;
	case DISPLAY_SERVICE_SWITCH:
		put_service_switch(meter, image);
		break;
	}
}

static void put_potentials(const struct meter *meter, char *image)
{
	for (unsigned int element = 0; element < DEVICE_ELEMENTS; element++) {
		if (device_form_has_volts(meter->form, (int)element)) {
			image[POTENTIALS + element] =
				meter->live.volts_mv[element] >= POTENTIAL_PRESENT_MV
					? (char)('A' + element)
					: '-';
		}
	}
}

/* One step for the energy of a test pulse, to the right when it is delivered. */
static void put_disk(const struct meter *meter, char *image)
{
	int64_t starting = meter->form->starting_milliwatts;
	int64_t moved = meter->energy.delivered.counts + meter->energy.received.counts +
			meter->test_energy.delivered.counts + meter->test_energy.received.counts;
	unsigned int step = (unsigned int)(moved / (meter->form->kt_hundredths * INT64_C(10)) % 3);

	memset(image + DISK, '.', 3);
	if (meter->live.milliwatts >= starting) {
		image[DISK + step] = '>';
	} else if (meter->live.milliwatts <= -starting) {
		image[DISK + 2 - step] = '<';
	}
}

static const char *mode_name(const struct meter *meter)
{
	switch (meter->control.mode) {
	case METER_MODE_TEST:
		return "TEST";
	case METER_MODE_SHOP:
		return "SHOP";
	default:
		return meter->display.list == DISPLAY_ALTERNATE ? "ALT" : "NORM";
	}
}

/* Dashes where there is nothing to tell. */
static void put_annunciators(const struct meter *meter, char *image)
{
	put(image, MODE, mode_name(meter));
	put_potentials(meter, image);
	put_disk(meter, image);
	put(image, RATE, "--");
	put(image, SERVICE_SWITCH, switch_words_of(meter)->annunciator);
	put(image, ERROR, has_errors(meter) ? "ERR" : "");
	if (meter->control.is_seal_broken != 0) {
		put(image, SEAL, "OPEN");
	} else if (meter->control.settings.is_sealed != 0) {
		put(image, SEAL, "SEAL");
	}
}

static const struct display_item *shown_item(const struct display *display)
{
	return &display_items[display_lists[display->list].items[display->position]];
}

static void draw(struct meter *meter)
{
	struct display *display = &meter->display;
	const struct display_item *item = shown_item(display);

	memset(display->image, 0, sizeof(display->image));
	if (item->kind == DISPLAY_SEGMENT_TEST) {
		memcpy(display->image, "888 8888888888 8888 888 8888 888 888 88 888 888 8888",
		       IMAGE_END);
	} else {
		memset(display->image, ' ', IMAGE_END);
		put(display->image, CODE, item->code);
		put(display->image, UNIT, item->unit);
		put(display->image, NAME, item->name);
		put_value(meter, display->image, item);
		put_annunciators(meter, display->image);
	}
	display->is_new = true;
}

void display_init(struct display *display)
{
	memset(display, 0, sizeof(*display));
}

static void show_list(struct meter *meter, enum display_list_number list)
{
	meter->display.list = (uint8_t)list;
	meter->display.position = 0;
	meter->display.seconds = 0;
	draw(meter);
}

/* An item that has nothing to tell does not come up. */
static bool is_wanted(const struct meter *meter, const struct display_item *item)
{
	switch ((enum display_kind)item->kind) {
	case DISPLAY_ERRORS:
		return meter->display.list == DISPLAY_ALTERNATE || has_errors(meter);
	case DISPLAY_SERVICE_SWITCH:
		return meter->disconnect.is_fitted;
	default:
		return true;
	}
}

void display_step(struct meter *meter)
{
	struct display *display = &meter->display;

	display->seconds = 0;
	do {
		display->position++;
	} while (display->position < display_lists[display->list].count &&
		 !is_wanted(meter, shown_item(display)));
	if (display->position >= display_lists[display->list].count) {
		display->position = 0;
		display->list = display->list == DISPLAY_ALTERNATE ? (uint8_t)DISPLAY_NORMAL
								   : display->list;
	}
	draw(meter);
}

void display_tick(struct meter *meter)
{
	struct display *display = &meter->display;

	if (display->seconds >= display_lists[display->list].seconds) {
		display_step(meter);
	} else {
		draw(meter);
	}
	display->seconds++;
}

void display_show_alternate(struct meter *meter)
{
	if (meter->control.mode == METER_MODE_NORMAL) {
		show_list(meter, DISPLAY_ALTERNATE);
	}
}

void display_follow_mode(struct meter *meter)
{
	bool is_test_list = meter->display.list == DISPLAY_TEST;
	bool is_normal_mode = meter->control.mode == METER_MODE_NORMAL;

	if (is_test_list == is_normal_mode) {
		show_list(meter, is_normal_mode ? DISPLAY_NORMAL : DISPLAY_TEST);
	}
}

/* The image is made anew once a second and at each press of a switch. */
#include "interface/display.h"

#include <string.h>

#include "interface/display_items.h"
#include "interface/display_values.h"
#include "meter_state.h"

enum display_column {
	CODE = 0,
	VALUE = 4,
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

#define POTENTIAL_PRESENT_MV 60000u

static void put(char *image, unsigned int column, const char *text)
{
	memcpy(image + column, text, strlen(text));
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
static void put_rate(const struct meter *meter, char *image)
{
	unsigned int tier = meter->billing.rates.tier;

	put(image, RATE, "--");
	if (display_has_rates(meter)) {
		image[RATE] = 'R';
		image[RATE + 1] = (char)('0' + tier);
	}
}

static void put_annunciators(const struct meter *meter, char *image)
{
	put(image, MODE, mode_name(meter));
	put_potentials(meter, image);
	put_disk(meter, image);
	put_rate(meter, image);
	put(image, SERVICE_SWITCH, display_switch_letters(meter));
	put(image, ERROR, display_has_errors(meter) ? "ERR" : "");
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
		display_put_value(meter, item, display->image + VALUE);
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

static bool comes_up(const struct meter *meter)
{
	const struct display_item *item = shown_item(&meter->display);

	return display_item_is_wanted(meter, item) ||
	       (item->kind == DISPLAY_ERRORS && meter->display.list == DISPLAY_ALTERNATE);
}

void display_step(struct meter *meter)
{
	struct display *display = &meter->display;

	display->seconds = 0;
	do {
		display->position++;
	} while (display->position < display_lists[display->list].count && !comes_up(meter));
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

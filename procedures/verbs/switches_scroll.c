/*
 * The scroll switch: short, the next item at once; long, the alternate list. A press comes right
 * after an item has begun, so that the display's own pace cannot be taken for it.
 */
#include "procedures/verbs/switches_parts.h"

#include <stdio.h>
#include <string.h>

#define TAP_SECONDS 0.3
#define LONG_PRESS_SECONDS 3.5
#define SLICE_SECONDS 1.0

struct scroll {
	struct switches *switches;
	int index;
	struct operator_answer answer; /* the newest; not done ends the test */
};

static const struct device_display_list *find_list(const struct device_type *device,
						   const char *name)
{
	for (int i = 0; i < device->display_list_count; i++) {
		if (!strcmp(device->display_lists[i].name, name)) {
			return &device->display_lists[i];
		}
	}
	return NULL;
}

/* The newest image within so many seconds. */
static enum status look(struct scroll *scroll, double seconds, struct display_parts *parts)
{
	struct step_context *context = scroll->switches->context;
	struct display_images images;
	enum status status =
		operator_watch_display(context, scroll->index, seconds, &images, &scroll->answer);

	if (!status && scroll->answer.is_done && images.count) {
		display_cut(&context->device->display, images.text[images.count - 1], parts);
	}
	return status;
}

/* Waits until another item has begun, at most two items long; what is there then is in *parts. */
static enum status wait_for_new_item(struct scroll *scroll, int item_seconds,
				     struct display_parts *parts)
{
	struct display_parts first = {.code = ""};
	enum status status = look(scroll, 0, &first);

	*parts = first;
	for (int i = 0; !status && scroll->answer.is_done && i < 2 * item_seconds &&
			!strcmp(parts->code, first.code);
	     i++) {
		status = look(scroll, SLICE_SECONDS, parts);
	}
	return status;
}

/* Is `next` the item after `now`, but for optional ones between them? */
static bool follows(const struct device_display_list *list, const char *now, const char *next)
{
	int at = 0;

	while (at < list->shown_count && strcmp(list->shown[at].code, now) != 0) {
		at++;
	}
	for (int i = 1; i <= list->shown_count && at < list->shown_count; i++) {
		const struct device_shown *shown = &list->shown[(at + i) % list->shown_count];

		if (!strcmp(shown->code, next)) {
			return true;
		}
		if (!shown->is_optional) {
			return false;
		}
	}
	return false;
}

static enum status tap(struct scroll *scroll, const struct device_display_list *list)
{
	struct display_parts now = {.code = ""}, next = {.code = ""};
	char indicated[80];
	enum status status = wait_for_new_item(scroll, list->seconds, &now);

	if (!status && scroll->answer.is_done) {
		status = operator_press(scroll->switches->context, scroll->index,
					METER_SWITCH_SCROLL, TAP_SECONDS, &scroll->answer);
	}
	if (!status && scroll->answer.is_done) {
		/* a meter looks at its switch until it has settled */
		status = look(scroll, SLICE_SECONDS, &next);
	}
	if (status || !scroll->answer.is_done) {
		return status;
	}
	snprintf(indicated, sizeof(indicated), "%s after %s", next.code, now.code);
	return switches_found(scroll->switches, scroll->index, "a short press of scroll", indicated,
			      "the next item of the list at once",
			      follows(list, now.code, next.code) ? CONFORMS : DOES_NOT_CONFORM);
}

static enum status hold(struct scroll *scroll, const struct device_display_list *alternate)
{
	struct display_parts parts = {.mode = ""};
	enum status status =
		operator_press(scroll->switches->context, scroll->index, METER_SWITCH_SCROLL,
			       LONG_PRESS_SECONDS, &scroll->answer);

	if (!status && scroll->answer.is_done) {
		/* past the test of the segments, which has no mode of its own */
		status = look(scroll, alternate->seconds + SLICE_SECONDS, &parts);
	}
	if (status || !scroll->answer.is_done) {
		return status;
	}
	return switches_compare(scroll->switches, scroll->index, "a long press of scroll",
				parts.mode, alternate->mode);
}

static enum status scroll_position(struct switches *switches, int index)
{
	const struct device_type *device = switches->context->device;
	const struct device_display_list *normal = find_list(device, "normal");
	const struct device_display_list *alternate = find_list(device, "alternate");
	struct scroll scroll = {.switches = switches, .index = index, .answer = {.is_done = true}};
	enum status status = normal ? tap(&scroll, normal) : STATUS_OK;

	if (!status && scroll.answer.is_done && alternate) {
		status = hold(&scroll, alternate);
	}
	if (!status && !scroll.answer.is_done) {
		status = switches_not_done(switches, index, "scroll of the display",
					   scroll.answer.text);
	}
	return status;
}

enum status switches_scroll(struct switches *switches)
{
	struct lab *lab = switches->context->lab;
	enum status status = STATUS_OK;

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status = settle_position(switches->context, i, scroll_position(switches, i));
	}
	return status;
}

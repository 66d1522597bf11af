/* Calls of the operator's role, with request, progress and watch. */
#include "procedures/verbs/operator_help.h"

#include <stdarg.h>
#include <stdio.h>

/* Nobody thinks for hours in a virtual laboratory: there, silence is a fault. */
#define VIRTUAL_PATIENCE_SECONDS 3600.0

struct vigil {
	struct lab *lab;
	struct instant until; /* of a virtual laboratory */
};

static enum status watch_lab(void *context)
{
	struct vigil *vigil = context;
	struct instant now = clock_now(vigil->lab->clock);

	if (vigil->lab->is_virtual && !instant_before(now, vigil->until)) {
		return status_fail(STATUS_TIMEOUT, "no answer within %.0f s",
				   VIRTUAL_PATIENCE_SECONDS);
	}
	return lab_wait_until(vigil->lab, now);
}

static void set_watch(struct instrument *person, operator_watch *watch, void *context)
{
	if (person->bench_operator->set_watch) {
		person->bench_operator->set_watch(person, watch, context);
	}
}

/* The operator with the laboratory watched; NULL when there is none. */
static struct instrument *begin(struct step_context *context, struct vigil *vigil)
{
	struct instrument *person = context->lab->bench_operator;

	*vigil = (struct vigil){.lab = context->lab};
	if (person) {
		vigil->until =
			instant_after(clock_now(context->lab->clock), VIRTUAL_PATIENCE_SECONDS);
		set_watch(person, watch_lab, vigil);
	}
	return person;
}

static enum status end(struct instrument *person, enum status status)
{
	set_watch(person, NULL, NULL);
	return status;
}

static void nobody(const struct step_context *context, char *text, size_t size)
{
	snprintf(text, size, "lab %s has no operator", context->lab->name);
}

static enum status announce(struct step_context *context, int index, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static enum status announce(struct step_context *context, int index, const char *format, ...)
{
	char text[160];
	va_list arguments;
	int number = context->lab->positions[index].number;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	report_progress(context, "operator, position %d: %s", number, text);
	return record_request(context, "operator, position %d: %s", number, text);
}

enum status operator_press(struct step_context *context, int index, enum meter_switch which,
			   double seconds, struct operator_answer *answer)
{
	static const char *const names[] = {"demand reset", "test mode", "scroll"};
	struct vigil vigil;
	struct instrument *person = begin(context, &vigil);

	*answer = (struct operator_answer){.is_done = false};
	if (!person) {
		nobody(context, answer->text, sizeof(answer->text));
		return STATUS_OK;
	}
	enum status status = announce(context, index, "press %s for %g s", names[which], seconds);

	if (!status) {
		status = person->bench_operator->press(
			person, context->lab->positions[index].number, which, seconds, answer);
	}
	return end(person, status);
}

enum status operator_seal(struct step_context *context, int index, bool is_broken,
			  struct operator_answer *answer)
{
	struct vigil vigil;
	struct instrument *person = begin(context, &vigil);

	*answer = (struct operator_answer){.is_done = false};
	if (!person) {
		nobody(context, answer->text, sizeof(answer->text));
		return STATUS_OK;
	}
	enum status status = announce(context, index, "%s the seal", is_broken ? "break" : "close");

	if (!status) {
		status = person->bench_operator->seal(person, context->lab->positions[index].number,
						      is_broken, answer);
	}
	return end(person, status);
}

enum status operator_feed_load_side(struct step_context *context, int index, bool is_fed,
				    struct operator_answer *answer)
{
	struct vigil vigil;
	struct instrument *person = begin(context, &vigil);

	*answer = (struct operator_answer){.is_done = false};
	if (!person) {
		nobody(context, answer->text, sizeof(answer->text));
		return STATUS_OK;
	}
	enum status status = announce(context, index, "load's side %s", is_fed ? "fed" : "not fed");

	if (!status) {
		status = person->bench_operator->feed_load_side(
			person, context->lab->positions[index].number, is_fed, answer);
	}
	return end(person, status);
}

enum status operator_watch_display(struct step_context *context, int index, double seconds,
				   struct display_images *images, struct operator_answer *answer)
{
	struct vigil vigil;
	struct instrument *person = begin(context, &vigil);

	*answer = (struct operator_answer){.is_done = false};
	images->count = 0;
	if (!person) {
		nobody(context, answer->text, sizeof(answer->text));
		return STATUS_OK;
	}
	report_progress(context, "operator, position %d: watch the display for %g s",
			context->lab->positions[index].number, seconds);
	return end(person,
		   person->bench_operator->watch_display(
			   person, context->lab->positions[index].number, seconds, images, answer));
}

enum status operator_inspect(struct step_context *context, int index, const char *identifier,
			     const char *question, struct inspection_answer *answer)
{
	struct vigil vigil;
	struct instrument *person = begin(context, &vigil);

	*answer = (struct inspection_answer){.outcome = INSPECTION_NOT_DONE};
	if (!person) {
		nobody(context, answer->seen, sizeof(answer->seen));
		return STATUS_OK;
	}
	report_progress(context, "operator, position %d: %s", context->lab->positions[index].number,
			question);
	enum status status =
		end(person,
		    person->bench_operator->inspect(person, context->lab->positions[index].number,
						    identifier, question, answer));

	if (!status && !*answer->when_utc) {
		clock_utc_text(context->lab->clock, answer->when_utc);
	}
	return status;
}

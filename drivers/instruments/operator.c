/*
 * The operator on a line of text (OPERATOR.md): a person at a terminal, a file of prepared answers,
 * the operator of the virtual laboratory. Nobody is hurried: a wait ends with an answer, by the
 * watch of the laboratory, or by an abort.
 */
#include "drivers/instruments/operator.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/instruments/drivers.h"

#define OPERATOR_NAME 64 /* as inspection_answer.by */
#define WRITE_SECONDS 10.0
/* How long a wait goes on without a look at the laboratory. */
#define SLICE_SECONDS 1.0
/* Wrong answers in a row; more than that is no slip of the pen. */
#define WRONG_ANSWERS 3

struct operator_line {
	struct instrument instrument;
	operator_watch *watch;
	void *watch_context;
	char name[OPERATOR_NAME]; /* empty: not asked yet */
	char received[OPERATOR_LINE];
	size_t count;
};

static struct operator_line *line_of(struct instrument *instrument)
{
	return (struct operator_line *)instrument;
}

static enum status say_who(const struct operator_line *self, enum status status)
{
	return status ? status_prefix(status, "operator %s on %s: ", self->instrument.name,
				      self->instrument.port->resource)
		      : STATUS_OK;
}

/* ---- lines ---- */

static enum status write_line(struct operator_line *self, const char *text)
{
	struct port *port = self->instrument.port;
	char line[OPERATOR_LINE];
	int length = snprintf(line, sizeof(line), "%s\n", text);

	if (length < 0 || (size_t)length >= sizeof(line)) {
		return status_fail(STATUS_BAD_INPUT, "a request of more than %d letters",
				   OPERATOR_LINE - 2);
	}
	return port_write(port, (const uint8_t *)line, (size_t)length,
			  instant_after(clock_now(port->clock), WRITE_SECONDS));
}

/* Waits for bytes, however long. */
static enum status wait_for_bytes(struct operator_line *self)
{
	struct port *port = self->instrument.port;

	for (;;) {
		size_t count = 0;
		enum status status =
			port_read(port, (uint8_t *)self->received + self->count,
				  sizeof(self->received) - 1 - self->count, &count,
				  instant_after(clock_now(port->clock), SLICE_SECONDS));

		self->count += count;
		if (status != STATUS_TIMEOUT) {
			return status;
		}
		status = self->watch ? self->watch(self->watch_context) : clock_check_abort();
		if (status) {
			return status;
		}
	}
}

/* The next line without its end; blank lines are passed over. */
static enum status read_line(struct operator_line *self, char line[OPERATOR_LINE])
{
	for (;;) {
		char *end = memchr(self->received, '\n', self->count);

		if (end) {
			size_t length = (size_t)(end - self->received);

			memcpy(line, self->received, length);
			line[length] = '\0';
			self->count -= length + 1;
			memmove(self->received, end + 1, self->count);
			char *text = operator_trim(line);

			memmove(line, text, strlen(text) + 1);
			if (*line) {
				return STATUS_OK;
			}
			continue;
		}
		if (self->count == sizeof(self->received) - 1) {
			return status_fail(STATUS_PROTOCOL, "an answer of more than %d letters",
					   OPERATOR_LINE - 1);
		}
		enum status status = wait_for_bytes(self);

		if (status) {
			return status;
		}
	}
}

/* What was said before nobody asked is no answer. */
static enum status forget(struct operator_line *self)
{
	self->count = 0;
	return port_discard_input(self->instrument.port);
}

/* ---- one request and its answer ---- */

/* Reads one answer; STATUS_BAD_INPUT or STATUS_REFUSED with the reason: it is asked again. */
typedef enum status take_answer(char *line, void *answer);

static bool is_worth_asking_again(enum status status)
{
	return status == STATUS_BAD_INPUT || status == STATUS_REFUSED;
}

static enum status tell_what_is_wrong(struct operator_line *self, const char *expected)
{
	char text[OPERATOR_LINE];

	snprintf(text, sizeof(text), "# %.400s; expected: %.400s", status_reason(), expected);
	return write_line(self, text);
}

static enum status ask(struct operator_line *self, const char *request, const char *expected,
		       take_answer *take, void *answer)
{
	char line[OPERATOR_LINE];

	for (int wrong = 0;;) {
		enum status status = forget(self);

		status = status ? status : write_line(self, request);
		status = status ? status : read_line(self, line);
		if (status) {
			return status_prefix(status, "\"%.80s\": ", request);
		}
		status = take(line, answer);
		if (!is_worth_asking_again(status)) {
			return status;
		}
		if (++wrong == WRONG_ANSWERS) {
			return status_prefix(
				status, "\"%.80s\": %d answers, the last one: ", request, wrong);
		}
		status = tell_what_is_wrong(self, expected);
		if (status) {
			return status;
		}
	}
}

static enum status cannot(const char *line, struct operator_answer *answer)
{
	const char *why = operator_after(line, "cannot:");

	if (!why) {
		return status_fail(STATUS_BAD_INPUT, "\"%.80s\" is no answer to this", line);
	}
	answer->is_done = false;
	snprintf(answer->text, sizeof(answer->text), "%.511s", *why ? why : "no reason given");
	return STATUS_OK;
}

/* ---- who, hands ---- */

static enum status take_name(char *line, void *name)
{
	if (strlen(line) >= OPERATOR_NAME) {
		return status_fail(STATUS_BAD_INPUT, "a name of more than %d letters",
				   OPERATOR_NAME - 1);
	}
	memcpy(name, line, strlen(line) + 1);
	return STATUS_OK;
}

static enum status operator_name(struct instrument *instrument, char *name, int size)
{
	struct operator_line *self = line_of(instrument);
	enum status status = STATUS_OK;

	if (!*self->name) {
		status = ask(self, "who is at the bench?", "a name", take_name, self->name);
	}
	if (!status) {
		snprintf(name, (size_t)size, "%s", self->name);
	}
	return say_who(self, status);
}

static enum status take_done(char *line, void *context)
{
	struct operator_answer *answer = context;
	const char *rest = operator_after(line, "done");

	if (!rest || *rest) {
		return cannot(line, answer);
	}
	*answer = (struct operator_answer){.is_done = true};
	return STATUS_OK;
}

static enum status do_by_hand(struct instrument *instrument, const char *request,
			      struct operator_answer *answer)
{
	return say_who(line_of(instrument), ask(line_of(instrument), request,
						"done, or cannot: WHY", take_done, answer));
}

static enum status operator_press(struct instrument *instrument, int position,
				  enum meter_switch which, double seconds,
				  struct operator_answer *answer)
{
	static const char *const names[] = {"demand reset", "test mode", "scroll"};
	char request[80];

	snprintf(request, sizeof(request), "position %d: press %s for %g s", position, names[which],
		 round(10 * seconds) / 10);
	return do_by_hand(instrument, request, answer);
}

static enum status operator_seal(struct instrument *instrument, int position, bool is_broken,
				 struct operator_answer *answer)
{
	char request[80];

	snprintf(request, sizeof(request), "position %d: %s the seal", position,
		 is_broken ? "break" : "close");
	return do_by_hand(instrument, request, answer);
}

static enum status operator_feed_load_side(struct instrument *instrument, int position, bool is_fed,
					   struct operator_answer *answer)
{
	char request[80];

	snprintf(request, sizeof(request), "position %d: %s the load side", position,
		 is_fed ? "feed" : "do not feed");
	return do_by_hand(instrument, request, answer);
}

/* ---- the display ---- */

struct watched {
	struct display_images *images;
	struct operator_answer *answer;
	int passed_over; /* images for which there was no room */
	bool is_one;	 /* one image is the whole answer */
	bool is_over;
};

static enum status add_image(struct watched *watched, const char *text)
{
	struct display_images *images = watched->images;

	if (strlen(text) >= OPERATOR_IMAGE) {
		return status_fail(STATUS_BAD_INPUT, "an image of more than %d letters",
				   OPERATOR_IMAGE - 1);
	}
	if (images->count == OPERATOR_IMAGES) {
		watched->passed_over++;
		return STATUS_OK;
	}
	memcpy(images->text[images->count++], text, strlen(text) + 1);
	return STATUS_OK;
}

static enum status take_image(char *line, void *context)
{
	struct watched *watched = context;
	const char *text = operator_after(line, "shows:");
	const char *rest = operator_after(line, "end");

	if (text) {
		watched->is_over = watched->is_one;
		return add_image(watched, text);
	}
	watched->is_over = true;
	if (rest && !*rest && !watched->is_one) {
		return STATUS_OK;
	}
	return cannot(line, watched->answer);
}

static enum status read_images(struct operator_line *self, struct watched *watched)
{
	char line[OPERATOR_LINE];
	enum status status = STATUS_OK;

	while (!status && !watched->is_over) {
		status = read_line(self, line);
		status = status ? status : take_image(line, watched);
	}
	/* A wrong word between images: what comes after it belongs to nobody's question. */
	return status == STATUS_BAD_INPUT ? status_fail(STATUS_PROTOCOL, "%s", status_reason())
					  : status;
}

static enum status operator_watch_display(struct instrument *instrument, int position,
					  double seconds, struct display_images *images,
					  struct operator_answer *answer)
{
	struct operator_line *self = line_of(instrument);
	struct watched watched = {.images = images, .answer = answer, .is_one = !(seconds > 0)};
	char request[80];

	images->count = 0;
	*answer = (struct operator_answer){.is_done = true};
	if (watched.is_one) {
		snprintf(request, sizeof(request), "position %d: what does the display show?",
			 position);
	} else {
		snprintf(request, sizeof(request), "position %d: watch the display for %g s",
			 position, round(10 * seconds) / 10);
	}
	enum status status =
		ask(self, request, "shows: TEXT, or cannot: WHY", take_image, &watched);

	status = status ? status : read_images(self, &watched);
	if (!status && watched.passed_over) {
		snprintf(answer->text, sizeof(answer->text), "%d further images are not recorded",
			 watched.passed_over);
	}
	return say_who(self, status);
}

/* ---- inspection ---- */

static enum status take_inspection(char *line, void *answer)
{
	return operator_read_inspection(line, answer);
}

static enum status operator_inspect(struct instrument *instrument, int position,
				    const char *identifier, const char *question,
				    struct inspection_answer *answer)
{
	struct operator_line *self = line_of(instrument);
	char request[OPERATOR_LINE];

	snprintf(request, sizeof(request), "position %d: %s: %s", position, identifier, question);
	enum status status = ask(self, request,
				 "yes: SEEN, no: SEEN or not done: WHY, and if need be | by=NAME | "
				 "at=2026-11-02T14:05:00Z | file=PATH | report=NUMBER",
				 take_inspection, answer);

	/* Evidence that nobody can open is none; the run goes on. */
	if (status == STATUS_REFUSED) {
		answer->outcome = INSPECTION_NOT_DONE;
		snprintf(answer->seen, sizeof(answer->seen), "%.511s", status_reason());
		answer->file[0] = '\0';
		status = STATUS_OK;
	}
	if (!status && !*answer->by) {
		return operator_name(instrument, answer->by, sizeof(answer->by));
	}
	return say_who(self, status);
}

static void operator_set_watch(struct instrument *instrument, operator_watch *watch, void *context)
{
	struct operator_line *self = line_of(instrument);

	self->watch = watch;
	self->watch_context = context;
}

static const struct bench_operator operator_role = {
	.set_watch = operator_set_watch,
	.name = operator_name,
	.press = operator_press,
	.seal = operator_seal,
	.feed_load_side = operator_feed_load_side,
	.watch_display = operator_watch_display,
	.inspect = operator_inspect,
};

/* ---- opening ---- */

static enum status operator_close(struct instrument *instrument)
{
	free(instrument);
	return STATUS_OK;
}

static enum status operator_open(const char *name, struct port *port,
				 struct instrument **instrument)
{
	struct operator_line *self = calloc(1, sizeof(*self));

	if (!self) {
		return status_fail(STATUS_IO, "no memory for instrument %s", name);
	}
	self->instrument = (struct instrument){
		.driver = &operator_driver,
		.name = name,
		.port = port,
		.identity = {.model = "operator"},
		.bench_operator = &operator_role,
		.close = operator_close,
	};
	*instrument = &self->instrument;
	return STATUS_OK;
}

const struct instrument_driver operator_driver = {
	.name = "operator",
	.description = "a person on a line of text: a terminal, or a file of prepared answers",
	.line = {.baud = 9600, .stop_bits = 1},
	.tested = "pseudo-terminal, file of answers, simulated operator",
	.open = operator_open,
};

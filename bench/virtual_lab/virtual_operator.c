/* Sentences to deeds by table; what takes time ends by itself. */
#include "bench/virtual_lab/virtual_operator.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/virtual_lab/text_lines.h"

#define NAME "virtual operator"
#define NOT_DONE "not done: nobody is in a virtual laboratory"
#define NO_REPORT " | report=none, virtual laboratory"
#define QUESTION_LENGTH 2048

static const char as_documented[] =
	"yes: virtual laboratory: the simulated sample is taken to be as "
	"documented, nobody has looked at one";

struct virtual_operator {
	struct participant participant;
	struct world *world;
	struct virtual_line *line;
	struct fitted_meters *meters;
	struct virtual_operator_options options;
	char text[QUESTION_LENGTH];
	struct text_lines lines;
	/* what is under way; NULL: nothing */
	struct fitted_meter *pressed;
	struct fitted_meter *watched;
	uint32_t contact;
	struct instant ends_at;
	struct instant looks_at;
	char seen[EXCHANGE_DISPLAY_BYTES];
};

/* One sentence about a meter; `rest` follows the words of its row. */
struct deed {
	const char *words;
	bool has_rest;
	void (*act)(struct virtual_operator *self, struct fitted_meter *fitted, const char *rest,
		    struct instant at);
};

static void note(struct virtual_operator *self, const struct fitted_meter *fitted,
		 const char *words, struct instant at)
{
	char line[96];

	snprintf(line, sizeof(line), "meter %d %s", fitted->position, words);
	world_note(self->world, at, line);
}

/* ---- hands ---- */

static const struct contact_name {
	const char *name;
	uint32_t contact;
} switches[] = {
	{"demand reset for ", EXCHANGE_CONTACT_DEMAND_RESET},
	{"test mode for ", EXCHANGE_CONTACT_TEST_MODE},
	{"scroll for ", EXCHANGE_CONTACT_SCROLL},
};

/* "12 s", "0.5 s": at most one decimal. */
static bool take_seconds(const char *text, double *seconds)
{
	double whole = 0;

	if (*text < '0' || *text > '9') {
		return false;
	}
	for (int digits = 0; *text >= '0' && *text <= '9'; text++, digits++) {
		if (digits == 6) {
			return false;
		}
		whole = whole * 10 + (*text - '0');
	}
	if (*text == '.' && text[1] >= '0' && text[1] <= '9') {
		whole += (text[1] - '0') / 10.0;
		text += 2;
	}
	*seconds = whole;
	return !strcmp(text, " s");
}

static void press(struct virtual_operator *self, struct fitted_meter *fitted, const char *rest,
		  struct instant at)
{
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		size_t length = strlen(switches[i].name);
		double seconds;

		if (!strncmp(rest, switches[i].name, length) &&
		    take_seconds(rest + length, &seconds)) {
			self->pressed = fitted;
			self->contact = switches[i].contact;
			self->ends_at = instant_after(at, seconds);
			hosted_meter_contact(fitted->meter, self->contact, true);
			note(self, fitted, "switch pressed", at);
			return;
		}
	}
	text_reply(self->line, at,
		   "cannot: there is \"press demand reset for S s\", \"press test mode for S s\", "
		   "\"press scroll for S s\"");
}

static void release(struct virtual_operator *self)
{
	hosted_meter_contact(self->pressed->meter, self->contact, false);
	note(self, self->pressed, "switch released", self->ends_at);
	self->pressed = NULL;
	text_reply(self->line, self->ends_at, "done");
}

static void move_seal(struct virtual_operator *self, struct fitted_meter *fitted, bool is_broken,
		      struct instant at)
{
	hosted_meter_contact(fitted->meter, EXCHANGE_CONTACT_SEAL_BROKEN, is_broken);
	note(self, fitted, is_broken ? "seal broken" : "seal closed", at);
	text_reply(self->line, at, "done");
}

static void break_seal(struct virtual_operator *self, struct fitted_meter *fitted, const char *rest,
		       struct instant at)
{
	(void)rest;
	move_seal(self, fitted, true, at);
}

static void close_seal(struct virtual_operator *self, struct fitted_meter *fitted, const char *rest,
		       struct instant at)
{
	(void)rest;
	move_seal(self, fitted, false, at);
}

static void feed_load_side(struct virtual_operator *self, struct fitted_meter *fitted, bool is_fed,
			   struct instant at)
{
	if (!fitted->service_switch) {
		text_reply(self->line, at, "cannot: this meter has no service switch");
		return;
	}
	service_switch_feed(fitted->service_switch, is_fed, at);
	text_reply(self->line, at, "done");
}

static void feed(struct virtual_operator *self, struct fitted_meter *fitted, const char *rest,
		 struct instant at)
{
	(void)rest;
	feed_load_side(self, fitted, true, at);
}

static void do_not_feed(struct virtual_operator *self, struct fitted_meter *fitted,
			const char *rest, struct instant at)
{
	(void)rest;
	feed_load_side(self, fitted, false, at);
}

/* ---- eyes ---- */

/* Without the blanks at its ends. */
static void look(struct virtual_operator *self, const struct fitted_meter *fitted,
		 char image[EXCHANGE_DISPLAY_BYTES])
{
	const char *shown = hosted_meter_display(fitted->meter);
	size_t length;

	(void)self;
	shown += strspn(shown, " ");
	length = strlen(shown);
	while (length > 0 && shown[length - 1] == ' ') {
		length--;
	}
	memcpy(image, shown, length);
	image[length] = '\0';
}

static void read_display(struct virtual_operator *self, struct fitted_meter *fitted,
			 const char *rest, struct instant at)
{
	char image[EXCHANGE_DISPLAY_BYTES];

	(void)rest;
	look(self, fitted, image);
	text_reply(self->line, at, "shows: %s", image);
}

static void begin_watching(struct virtual_operator *self, struct fitted_meter *fitted,
			   const char *rest, struct instant at)
{
	double seconds;

	if (!take_seconds(rest, &seconds)) {
		text_reply(self->line, at, "cannot: there is \"watch the display for S s\"");
		return;
	}
	self->watched = fitted;
	self->ends_at = instant_after(at, seconds);
	self->looks_at = instant_after(at, VIRTUAL_OPERATOR_LOOK_SECONDS);
	look(self, fitted, self->seen);
	text_reply(self->line, at, "shows: %s", self->seen);
}

static void look_again(struct virtual_operator *self, struct instant at)
{
	char image[EXCHANGE_DISPLAY_BYTES];

	look(self, self->watched, image);
	if (strcmp(image, self->seen) != 0) {
		memcpy(self->seen, image, sizeof(image));
		text_reply(self->line, at, "shows: %s", image);
	}
	self->looks_at = instant_after(at, VIRTUAL_OPERATOR_LOOK_SECONDS);
	if (!instant_before(at, self->ends_at)) {
		self->watched = NULL;
		text_reply(self->line, at, "end");
	}
}

/* ---- inspections ---- */

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && !strcmp(text + length - end_length, end);
}

/* "NOA-21: Are both points sealed?" */
static void inspect(struct virtual_operator *self, const struct fitted_meter *fitted,
		    const char *question, struct instant at)
{
	const struct virtual_operator_options *options = &self->options;
	char identifier[64];
	const char *answer = NULL;
	const char *end = strstr(question, ": ");

	if (!end || end == question || (size_t)(end - question) >= sizeof(identifier)) {
		text_reply(self->line, at, "cannot: not a sentence of the operator's language");
		return;
	}
	snprintf(identifier, sizeof(identifier), "%.*s", (int)(end - question), question);
	if (options->answers) {
		answer = inspection_answers_find(options->answers, fitted->position, identifier);
	}
	if (!answer) {
		answer = options->is_as_documented ? as_documented : NOT_DONE;
	}
	bool wants_report = ends_in(question, "[report]");
	text_reply(self->line, at, "%s%s", answer,
		   wants_report && answer == as_documented ? NO_REPORT : "");
}

/* ---- the conversation ---- */

static const struct deed deeds[] = {
	{"press ", true, press},
	{"break the seal", false, break_seal},
	{"close the seal", false, close_seal},
	{"feed the load side", false, feed},
	{"do not feed the load side", false, do_not_feed},
	{"what does the display show?", false, read_display},
	{"watch the display for ", true, begin_watching},
};

static void tell_name(struct virtual_operator *self, struct instant at)
{
	const struct inspection_answers *answers = self->options.answers;
	const char *name = answers ? inspection_answers_name(answers) : NULL;

	text_reply(self->line, at, "%s", name ? name : NAME);
}

static void obey(struct virtual_operator *self, const char *sentence, struct instant at)
{
	int position = 0, length = 0;

	if (!strcmp(sentence, "who is at the bench?")) {
		tell_name(self, at);
		return;
	}
	if (sscanf(sentence, "position %2d:%n", &position, &length) != 1 || length == 0 ||
	    sentence[length++] != ' ') {
		text_reply(self->line, at, "cannot: not a sentence of the operator's language");
		return;
	}
	struct fitted_meter *fitted = fitted_meter_find(self->meters, position);
	if (!fitted) {
		text_reply(self->line, at, "cannot: there is no position %d", position);
		return;
	}
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
		size_t words = strlen(deeds[i].words);

		if (!strncmp(sentence + length, deeds[i].words, words) &&
		    (deeds[i].has_rest || !sentence[(size_t)length + words])) {
			deeds[i].act(self, fitted, sentence + length + words, at);
			return;
		}
	}
	inspect(self, fitted, sentence + length, at);
}

static void receive(void *context, uint8_t byte, struct instant at)
{
	struct virtual_operator *self = context;

	switch (text_lines_put(&self->lines, byte)) {
	case TEXT_LINE_UNFINISHED:
		break;
	case TEXT_LINE_TOO_LONG:
		text_reply(self->line, at, "cannot: too long a sentence");
		break;
	case TEXT_LINE_WHOLE:
		if (self->pressed || self->watched) {
			text_reply(self->line, at, "cannot: one thing at a time");
		} else {
			obey(self, self->text, at);
		}
		break;
	}
}

static struct instant operator_next_event(void *context)
{
	struct virtual_operator *self = context;

	if (self->pressed) {
		return self->ends_at;
	}
	return self->watched ? instant_earlier(self->looks_at, self->ends_at) : INSTANT_NEVER;
}

static struct instant operator_advance(void *context, struct instant until)
{
	struct virtual_operator *self = context;

	if (!instant_before(until, operator_next_event(self))) {
		if (self->pressed) {
			release(self);
		} else {
			look_again(self, until);
		}
	}
	return until;
}

struct virtual_operator *virtual_operator_new(struct virtual_time *time, struct world *world,
					      struct virtual_line *line,
					      struct fitted_meters *meters,
					      const struct virtual_operator_options *options)
{
	struct virtual_operator *self = calloc(1, sizeof(*self));

	assert(self);
	self->world = world;
	self->line = line;
	self->meters = meters;
	self->options = *options;
	self->lines = (struct text_lines){.text = self->text, .capacity = sizeof(self->text)};
	virtual_line_attach(line, &(struct virtual_device){self, receive});
	self->participant = (struct participant){self, operator_next_event, operator_advance};
	virtual_time_add(time, &self->participant);
	return self;
}

void virtual_operator_free(struct virtual_operator *self)
{
	free(self);
}

/* Lines to jobs of a module and back, by a table of requests. */
#include "bench/virtual_lab/virtual_gateway.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/virtual_lab/text_lines.h"

#define LINE_LENGTH 16402 /* with its end */
#define WORDS 6
#define READINGS 1000

enum phase {
	PHASE_QUIET,
	PHASE_GOING, /* the request is on the air */
	PHASE_WORKING,
	PHASE_COMING, /* the answer is */
};

struct virtual_gateway {
	struct participant participant;
	struct virtual_line *line;
	struct fitted_meters *meters;
	char text[LINE_LENGTH];
	struct text_lines lines;
	enum phase phase;
	struct instant next;
	struct virtual_module *module;
	struct module_job job;
	char answer[LINE_LENGTH];
};

struct request {
	const char *name;
	int word_count; /* with the name */
	const char *form;
	/* Fills the job, or answers by itself. */
	void (*begin)(struct virtual_gateway *self, char *const words[WORDS], struct instant at);
};

/* ---- answers ---- */

static const char *refusal_word(uint8_t code)
{
	static const char *const words[] = {"err", "sns", "isc", "onp", "iar",
					    "bsy", "dnr", "dlk", "rno", "isss"};

	return code >= 1 && code <= sizeof(words) / sizeof(words[0]) ? words[code - 1] : "err";
}

/* Capital digits, "-" for none. */
static void append_hex(char *text, const uint8_t *octets, size_t count)
{
	static const char digits[] = "0123456789ABCDEF";

	text += strlen(text);
	for (size_t i = 0; i < count; i++) {
		*text++ = digits[octets[i] >> 4];
		*text++ = digits[octets[i] & 15];
	}
	if (!count) {
		*text++ = '-';
	}
	*text = '\0';
}

static void reply_line(struct virtual_gateway *self, struct instant at)
{
	size_t length = strlen(self->answer);

	self->answer[length] = '\n';
	virtual_line_send(self->line, (const uint8_t *)self->answer, length + 1, at);
}

static void reply(struct virtual_gateway *self, struct instant at, const char *words)
{
	self->phase = PHASE_QUIET;
	text_reply(self->line, at, "%s", words);
}

static void reply_outcome(struct virtual_gateway *self, struct instant at)
{
	const struct module_job *job = &self->job;
	bool is_traffic = job->kind == MODULE_JOB_TRAFFIC;

	self->phase = PHASE_QUIET;
	if (is_traffic && (job->answered > 0 || job->is_silent)) {
		snprintf(self->answer, sizeof(self->answer), "OK %d", job->answered);
	} else if (job->refusal) {
		snprintf(self->answer, sizeof(self->answer), "ERROR C1218 %s",
			 refusal_word(job->refusal));
	} else if (job->is_silent) {
		snprintf(self->answer, sizeof(self->answer), "ERROR METER_SILENT");
	} else if (job->kind == MODULE_JOB_WRITE) {
		snprintf(self->answer, sizeof(self->answer), "OK");
	} else if (2 * job->answer_count + 16 > sizeof(self->answer)) {
		snprintf(self->answer, sizeof(self->answer), "ERROR C1218 onp");
	} else {
		int used = snprintf(self->answer, sizeof(self->answer), "OK ");
		if (job->kind == MODULE_JOB_EXECUTE) {
			snprintf(self->answer + used, 8, "%u ", job->procedure_result);
		}
		append_hex(self->answer, job->answer, job->answer_count);
	}
	reply_line(self, at);
}

/* ---- words ---- */

static bool take_whole(const char *text, unsigned most, unsigned *number)
{
	unsigned long value = 0;

	if (!*text || strlen(text) > 5) {
		return false;
	}
	for (; *text; text++) {
		if (*text < '0' || *text > '9') {
			return false;
		}
		value = value * 10 + (unsigned long)(*text - '0');
	}
	*number = (unsigned)value;
	return value <= most;
}

static int digit_of(char character)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *found = character ? strchr(digits, character) : NULL;

	return found ? (int)(found - digits) : -1;
}

static bool take_hex(const char *text, struct module_job *job)
{
	job->count = 0;
	if (!strcmp(text, "-")) {
		return true;
	}
	for (; *text; text += 2) {
		int high = digit_of(text[0]);
		int low = high < 0 ? -1 : digit_of(text[1]);

		if (low < 0 || job->count == sizeof(job->octets)) {
			return false;
		}
		job->octets[job->count++] = (uint8_t)(high << 4 | low);
	}
	return job->count > 0;
}

static bool take_path(const char *word, enum module_path *path)
{
	bool is_zigbee = !strcmp(word, "ZIGBEE");

	*path = is_zigbee ? MODULE_PATH_ZIGBEE : MODULE_PATH_NETWORK;
	return is_zigbee || !strcmp(word, "NETWORK");
}

/* The module of a position, on the air; NULL: the reason has been said. */
static struct virtual_module *module_of(struct virtual_gateway *self, const char *channel,
					struct instant at)
{
	unsigned number;
	struct fitted_meter *fitted = NULL;

	if (take_whole(channel, FITTED_METERS, &number)) {
		fitted = fitted_meter_find(self->meters, (int)number);
	}
	if (!fitted) {
		reply(self, at, "ERROR CHANNEL");
	} else if (!fitted->module) {
		reply(self, at, "ERROR NO_MODULE");
	} else if (!virtual_module_is_on_air(fitted->module)) {
		reply(self, at, "ERROR NO_CONTACT");
	} else {
		return fitted->module;
	}
	return NULL;
}

/* ---- requests ---- */

static void identify(struct virtual_gateway *self, char *const words[WORDS], struct instant at)
{
	(void)words;
	reply(self, at, "OK mcbench virtual-gateway 1 1.0");
}

static void tell_module(struct virtual_gateway *self, char *const words[WORDS], struct instant at)
{
	struct virtual_module *module = module_of(self, words[1], at);

	if (!module) {
		return;
	}
	struct module_identity identity = virtual_module_identity(module);
	double seconds = virtual_module_travel_seconds(module, MODULE_PATH_NETWORK);
	text_reply(self->line, instant_after(at, seconds), "OK %s %d %d %s %s", identity.number,
		   identity.has_zigbee, virtual_module_is_joined(module), identity.firmware,
		   identity.label);
}

static void go(struct virtual_gateway *self, const char *channel, struct instant at)
{
	struct virtual_module *module = module_of(self, channel, at);

	if (!module) {
		return;
	}
	if (self->job.path == MODULE_PATH_ZIGBEE && !virtual_module_identity(module).has_zigbee) {
		reply(self, at, "ERROR NO_MODULE");
		return;
	}
	if (self->job.path == MODULE_PATH_NETWORK && !virtual_module_is_joined(module)) {
		reply(self, at, "ERROR NOT_JOINED");
		return;
	}
	self->module = module;
	self->phase = PHASE_GOING;
	self->next = instant_after(at, virtual_module_travel_seconds(module, self->job.path) / 2);
}

static void refuse_form(struct virtual_gateway *self, const char *form, struct instant at)
{
	self->phase = PHASE_QUIET;
	text_reply(self->line, at, "ERROR SYNTAX expected %s", form);
}

static void begin_job(struct virtual_gateway *self, char *const words[WORDS],
		      enum module_job_kind kind, const char *form, struct instant at)
{
	struct module_job *job = &self->job;

	job->kind = kind;
	job->count = 0;
	if (!take_path(words[2], &job->path) || !take_whole(words[3], 65535, &job->number) ||
	    (kind != MODULE_JOB_READ && !take_hex(words[4], job))) {
		refuse_form(self, form, at);
		return;
	}
	go(self, words[1], at);
}

#define READ_FORM "READ? CH NETWORK|ZIGBEE TABLE"
#define WRITE_FORM "WRITE CH NETWORK|ZIGBEE TABLE HEX, of at most 900 octets"
#define EXECUTE_FORM "EXECUTE CH NETWORK|ZIGBEE PROCEDURE HEX, of at most 900 octets"
#define TRAFFIC_FORM "TRAFFIC CH COUNT, of 1 to 1000"

static void read_table(struct virtual_gateway *self, char *const words[WORDS], struct instant at)
{
	begin_job(self, words, MODULE_JOB_READ, READ_FORM, at);
}

static void write_table(struct virtual_gateway *self, char *const words[WORDS], struct instant at)
{
	begin_job(self, words, MODULE_JOB_WRITE, WRITE_FORM, at);
}

static void execute(struct virtual_gateway *self, char *const words[WORDS], struct instant at)
{
	begin_job(self, words, MODULE_JOB_EXECUTE, EXECUTE_FORM, at);
}

static void make_traffic(struct virtual_gateway *self, char *const words[WORDS], struct instant at)
{
	unsigned count;

	if (!take_whole(words[2], READINGS, &count) || count == 0) {
		refuse_form(self, TRAFFIC_FORM, at);
		return;
	}
	self->job.kind = MODULE_JOB_TRAFFIC;
	self->job.path = MODULE_PATH_ZIGBEE;
	self->job.repetitions = (int)count;
	go(self, words[1], at);
}

static const struct request requests[] = {
	{"IDENTIFY?", 1, "IDENTIFY?", identify}, {"MODULE?", 2, "MODULE? CH", tell_module},
	{"READ?", 4, READ_FORM, read_table},	 {"WRITE", 5, WRITE_FORM, write_table},
	{"EXECUTE", 5, EXECUTE_FORM, execute},	 {"TRAFFIC", 3, TRAFFIC_FORM, make_traffic},
};

/* One space between words; returns how many, -1: too many, or an empty one. */
static int split(char *text, char *words[WORDS])
{
	int count = 0;

	for (char *next = text; next;) {
		char *word = next;

		next = strchr(word, ' ');
		if (next) {
			*next++ = '\0';
		}
		if (!*word || count == WORDS) {
			return -1;
		}
		words[count++] = word;
	}
	return count;
}

static void obey(struct virtual_gateway *self, struct instant at)
{
	char *words[WORDS] = {NULL};
	int count = split(self->text, words);

	for (size_t i = 0; count > 0 && i < sizeof(requests) / sizeof(requests[0]); i++) {
		if (!strcmp(words[0], requests[i].name)) {
			if (count == requests[i].word_count) {
				requests[i].begin(self, words, at);
			} else {
				refuse_form(self, requests[i].form, at);
			}
			return;
		}
	}
	refuse_form(self,
		    "IDENTIFY?, MODULE?, READ?, WRITE, EXECUTE or TRAFFIC, one space between words",
		    at);
}

static void receive(void *context, uint8_t byte, struct instant at)
{
	struct virtual_gateway *self = context;

	if (self->phase != PHASE_QUIET) {
		return; /* one request, one answer */
	}
	switch (text_lines_put(&self->lines, byte)) {
	case TEXT_LINE_UNFINISHED:
		break;
	case TEXT_LINE_TOO_LONG:
		refuse_form(self, "at most 16400 characters", at);
		break;
	case TEXT_LINE_WHOLE:
		obey(self, at);
		break;
	}
}

/* ---- time ---- */

static void job_is_done(void *context, struct instant at)
{
	struct virtual_gateway *self = context;

	self->phase = PHASE_COMING;
	self->next =
		instant_after(at, virtual_module_travel_seconds(self->module, self->job.path) / 2);
}

static struct instant gateway_next_event(void *context)
{
	struct virtual_gateway *self = context;

	return self->phase == PHASE_GOING || self->phase == PHASE_COMING ? self->next
									 : INSTANT_NEVER;
}

static struct instant gateway_advance(void *context, struct instant until)
{
	struct virtual_gateway *self = context;

	if (instant_before(until, gateway_next_event(self))) {
		return until;
	}
	if (self->phase == PHASE_COMING) {
		if (virtual_module_is_on_air(self->module)) {
			reply_outcome(self, until);
		} else {
			reply(self, until, "ERROR NO_CONTACT");
		}
	} else if (!virtual_module_is_on_air(self->module)) {
		reply(self, until, "ERROR NO_CONTACT");
	} else {
		self->phase = PHASE_WORKING;
		virtual_module_ask(self->module, &self->job, job_is_done, self, until);
	}
	return until;
}

struct virtual_gateway *virtual_gateway_new(struct virtual_time *time, struct virtual_line *line,
					    struct fitted_meters *meters)
{
	struct virtual_gateway *self = calloc(1, sizeof(*self));

	assert(self);
	self->line = line;
	self->meters = meters;
	self->lines = (struct text_lines){.text = self->text, .capacity = sizeof(self->text)};
	virtual_line_attach(line, &(struct virtual_device){self, receive});
	self->participant = (struct participant){self, gateway_next_event, gateway_advance};
	virtual_time_add(time, &self->participant);
	return self;
}

void virtual_gateway_free(struct virtual_gateway *self)
{
	free(self);
}

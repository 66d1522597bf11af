/* Life of a module: start, telling the meter who it is, joining, jobs, the warning and the end. */
#include "bench/virtual_lab/virtual_module.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Choices (E); DESIGN.md. */
#define START_SECONDS 2.0
#define JOIN_SECONDS 5.0
#define RETRY_SECONDS 10.0
#define TABLE_MODULE 2054u
#define STALE_TABLES 32

enum module_state { STATE_STARTING, STATE_LOOKING, STATE_JOINED };

struct module_kind {
	const char *number, *label;
	uint8_t code;
	unsigned user, zigbee_user;
	double travel_seconds;
};

static const struct module_kind kinds[] = {
	{"0746", "Gridstream RF", 1, 746, 2746, 0.5},
	{"0764", "Gridstream PLC", 2, 764, 2764, 2.0},
};

#define ZIGBEE_TRAVEL_SECONDS 0.05

/* What a module of the stale kind has kept. */
struct kept_table {
	unsigned number;
	size_t count;
	uint8_t octets[2048];
};

struct virtual_module {
	struct participant participant;
	struct hosted_meter *meter;
	const struct module_kind *kind;
	struct virtual_module_options options;
	const char *label;
	struct module_link link;
	struct module_session session;
	enum module_state state, told_state;
	bool is_powered, is_warned, has_told;
	struct instant starts_at, joins_at, tells_at;
	struct module_job own; /* what it tells the meter of itself */
	struct module_job *asked;
	bool is_asked_done;	 /* without supply, to be said at the next event */
	struct instant wakes_at; /* to look at what was asked, or has ended */
	void (*done)(void *context, struct instant at);
	void *done_context;
	int kept_count;
	struct kept_table *kept;
};

static const struct instant never = {INT64_MAX};

/* ---- the meter's end ---- */

static void receive(void *context, uint8_t byte, struct instant complete_at)
{
	struct virtual_module *module = context;

	if (module->is_powered) {
		module_link_arrive(&module->link, byte, complete_at);
	}
}

static void leave_network(struct virtual_module *module)
{
	module->joins_at = never;
	if (module->state == STATE_JOINED) {
		module->state = STATE_LOOKING;
	}
}

/* At the early warning it drops its network, as the real one is said to. */
static void hear_warning(void *context, bool is_warned, struct instant at)
{
	struct virtual_module *module = context;

	module->is_warned = is_warned;
	if (is_warned) {
		leave_network(module);
	} else if (module->state == STATE_LOOKING) {
		module->joins_at = instant_after(at, JOIN_SECONDS);
	}
}

static void lose_job(struct virtual_module *module, struct instant at)
{
	module_link_reset(&module->link);
	module->session.job = NULL;
	if (module->asked) {
		module->asked->is_silent = true;
		module->is_asked_done = true;
		module->wakes_at = at;
	}
}

static void follow_supply(void *context, bool is_on, struct instant at)
{
	struct virtual_module *module = context;

	module->is_powered = is_on;
	module->is_warned = false;
	module->state = STATE_STARTING;
	module->has_told = false;
	module->joins_at = module->tells_at = never;
	module->starts_at = is_on ? instant_after(at, START_SECONDS) : never;
	lose_job(module, at);
}

/* ---- what it says of itself ---- */

static void put_text(uint8_t *field, size_t size, const char *text)
{
	memset(field, ' ', size);
	memcpy(field, text, strlen(text) < size ? strlen(text) : size);
}

/* MT6: state, kind, number, label, firmware, Zigbee, state of the module, lock-out. */
static void tell_meter(struct virtual_module *module, struct instant at)
{
	struct module_job *job = &module->own;

	memset(job->octets, 0, 40);
	job->kind = MODULE_JOB_WRITE;
	job->path = MODULE_PATH_NETWORK;
	job->number = TABLE_MODULE;
	job->count = 40;
	job->octets[1] = module->kind->code;
	put_text(job->octets + 2, 4, module->kind->number);
	put_text(job->octets + 6, 20, module->label);
	put_text(job->octets + 26, 10, module->options.firmware);
	job->octets[36] = 1;
	job->octets[37] = (uint8_t)module->state;
	module->told_state = module->state;
	module->tells_at = never;
	module_session_begin(&module->session, job, module->kind->user, module->kind->number, at);
}

static void begin_asked(struct virtual_module *module, struct instant at)
{
	unsigned user = module->asked->path == MODULE_PATH_ZIGBEE ? module->kind->zigbee_user
								  : module->kind->user;

	module_session_begin(&module->session, module->asked, user, module->kind->number, at);
}

/* ---- defects of what it passes on ---- */

static struct kept_table *kept_table(struct virtual_module *module, unsigned number)
{
	for (int i = 0; i < module->kept_count; i++) {
		if (module->kept[i].number == number) {
			return &module->kept[i];
		}
	}
	return NULL;
}

static void pass_on_stale(struct virtual_module *module, struct module_job *job)
{
	struct kept_table *kept = kept_table(module, job->number);

	if (kept) {
		memcpy(job->answer, kept->octets, kept->count);
		job->answer_count = kept->count;
	} else if (module->kept_count < STALE_TABLES &&
		   job->answer_count <= sizeof(module->kept->octets)) {
		kept = &module->kept[module->kept_count++];
		kept->number = job->number;
		kept->count = job->answer_count;
		memcpy(kept->octets, job->answer, job->answer_count);
	}
}

static void pass_on(struct virtual_module *module, struct module_job *job)
{
	if (job->kind != MODULE_JOB_READ || job->is_silent || job->refusal || !job->answer_count) {
		return;
	}
	if (module->options.defect == MODULE_GARBLES) {
		job->answer[job->answer_count / 2] ^= 0x10;
	} else if (module->options.defect == MODULE_IS_STALE) {
		pass_on_stale(module, job);
	}
}

/* ---- time ---- */

static void end_asked(struct virtual_module *module, struct instant at)
{
	struct module_job *job = module->asked;

	module->asked = NULL;
	module->is_asked_done = false;
	pass_on(module, job);
	module->done(module->done_context, at);
}

static void end_own(struct virtual_module *module, struct instant at)
{
	module->has_told = !module->own.is_silent && !module->own.refusal;
	if (!module->has_told) {
		module->tells_at = instant_after(at, RETRY_SECONDS);
	}
}

static void take_events(struct virtual_module *module, struct instant until)
{
	enum module_link_event event;

	while ((event = module_link_advance(&module->link, until)) != LINK_NOTHING) {
		struct module_job *job = module->session.job;

		if (!job || !module_session_take(&module->session, event, until)) {
			continue;
		}
		if (job == &module->own) {
			end_own(module, until);
		} else {
			end_asked(module, until);
		}
	}
}

static void grow_up(struct virtual_module *module, struct instant until)
{
	if (!instant_before(until, module->starts_at)) {
		module->starts_at = never;
		module->state = STATE_LOOKING;
		module->tells_at = until;
		module->joins_at = module->is_warned ? never : instant_after(until, JOIN_SECONDS);
	}
	if (!instant_before(until, module->joins_at)) {
		module->joins_at = never;
		module->state = STATE_JOINED;
	}
}

static bool has_to_tell(const struct virtual_module *module, struct instant until)
{
	return !instant_before(until, module->tells_at) ||
	       (module->has_told && module->told_state != module->state);
}

static struct instant module_next_event(void *context)
{
	struct virtual_module *module = context;
	struct instant next = instant_earlier(module->starts_at, module->joins_at);

	if (module->is_asked_done || (module->asked && !module->session.job)) {
		next = instant_earlier(next, module->wakes_at);
	}
	if (!module->session.job) {
		next = instant_earlier(next, module->tells_at);
	}
	return instant_earlier(next, module_link_next_event(&module->link));
}

static struct instant module_advance(void *context, struct instant until)
{
	struct virtual_module *module = context;

	grow_up(module, until);
	take_events(module, until);
	if (module->is_asked_done) {
		end_asked(module, until);
	}
	if (module->session.job || !module->is_powered || module->state == STATE_STARTING) {
		return until;
	}
	if (has_to_tell(module, until)) {
		tell_meter(module, until);
	} else if (module->asked) {
		begin_asked(module, until);
	}
	return until;
}

/* ---- making, asking ---- */

static const struct module_kind *find_kind(const char *number)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!strcmp(kinds[i].number, number)) {
			return &kinds[i];
		}
	}
	return NULL;
}

enum status virtual_module_new(struct virtual_time *time, struct hosted_meter *meter,
			       const struct virtual_module_options *options,
			       struct virtual_module **module)
{
	const struct module_kind *kind = find_kind(options->number);

	if (!kind) {
		return status_fail(STATUS_BAD_INPUT,
				   "the virtual laboratory has no module %s; there are 0746, 0764",
				   options->number);
	}
	struct virtual_module *self = calloc(1, sizeof(*self));
	assert(self);
	self->kept = calloc(STALE_TABLES, sizeof(*self->kept));
	assert(self->kept);
	self->meter = meter;
	self->kind = kind;
	self->options = *options;
	self->label = options->defect == MODULE_IS_MESH ? "RF Mesh" : kind->label;
	self->starts_at = self->joins_at = self->tells_at = never;
	module_link_init(&self->link, meter);
	self->session.link = &self->link;
	hosted_meter_fit_module(
		meter, &(struct meter_module_wire){self, receive, hear_warning, follow_supply});
	hosted_meter_contact(meter, EXCHANGE_CONTACT_MODULE, true);
	self->participant = (struct participant){self, module_next_event, module_advance};
	virtual_time_add(time, &self->participant);
	*module = self;
	return STATUS_OK;
}

void virtual_module_free(struct virtual_module *module)
{
	if (module) {
		free(module->kept);
	}
	free(module);
}

struct module_identity virtual_module_identity(const struct virtual_module *module)
{
	return (struct module_identity){module->kind->number, module->label,
					module->options.firmware, true};
}

bool virtual_module_is_on_air(const struct virtual_module *module)
{
	return module->is_powered && module->state != STATE_STARTING &&
	       module->options.defect != MODULE_IS_DEAF;
}

bool virtual_module_is_joined(const struct virtual_module *module)
{
	return virtual_module_is_on_air(module) && module->state == STATE_JOINED;
}

double virtual_module_travel_seconds(const struct virtual_module *module, enum module_path path)
{
	return path == MODULE_PATH_ZIGBEE ? ZIGBEE_TRAVEL_SECONDS : module->kind->travel_seconds;
}

void virtual_module_ask(struct virtual_module *module, struct module_job *job,
			void (*done)(void *context, struct instant at), void *context,
			struct instant at)
{
	assert(!module->asked);
	module->asked = job;
	module->done = done;
	module->done_context = context;
	module->wakes_at = at;
	if (!module->is_powered) {
		job->is_silent = true;
		module->is_asked_done = true;
	}
}

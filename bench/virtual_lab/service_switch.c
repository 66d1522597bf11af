/* A latching relay: position, travel, what is behind it. */
#include "bench/virtual_lab/service_switch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { PHASE_A, PHASE_B, PHASE_C };

struct service_switch {
	struct participant participant;
	struct world *world;
	int position;
	unsigned phases; /* whose currents go through it, bit 0: A */
	enum service_switch_defect defect;
	bool is_closed;
	bool is_fed;
	bool is_travelling;
	bool goes_closed;
	struct instant arrives_at;
};

static bool can_move(const struct service_switch *self)
{
	switch (self->defect) {
	case SERVICE_SWITCH_WELDED:
		return self->goes_closed;
	case SERVICE_SWITCH_STUCK:
		return !self->goes_closed;
	case SERVICE_SWITCH_SOUND:
		break;
	}
	return true;
}

static void note(struct service_switch *self, const char *state, struct instant at)
{
	char words[64];

	snprintf(words, sizeof(words), "meter %d %s", self->position, state);
	world_note(self->world, at, words);
}

static void arrive(struct service_switch *self)
{
	struct instant at = self->arrives_at;

	self->is_travelling = false;
	if (!can_move(self)) {
		note(self,
		     self->goes_closed ? "service switch does not close"
				       : "service switch does not open",
		     at);
		return;
	}
	if (self->is_closed == self->goes_closed) {
		return;
	}
	self->is_closed = self->goes_closed;
	note(self, self->is_closed ? "service switch closed" : "service switch open", at);
	world_open_current(self->world, self->position, self->is_closed ? 0 : self->phases, at);
}

static struct instant switch_next_event(void *context)
{
	struct service_switch *self = context;

	return self->is_travelling ? self->arrives_at : INSTANT_NEVER;
}

static struct instant switch_advance(void *context, struct instant until)
{
	struct service_switch *self = context;

	if (!instant_before(until, switch_next_event(self))) {
		arrive(self);
	}
	return until;
}

static unsigned phases_of(const struct form *form)
{
	unsigned phases = 0;

	for (int i = 0; i < form->wiring_count; i++) {
		for (int phase = 0; phase < 3; phase++) {
			phases |= form->wiring[i].amperes[phase] ? 1u << phase : 0;
		}
	}
	return phases;
}

struct service_switch *service_switch_new(struct virtual_time *time, struct world *world,
					  const struct form *form, int position,
					  enum service_switch_defect defect)
{
	struct service_switch *self = calloc(1, sizeof(*self));

	assert(self);
	self->world = world;
	self->position = position;
	self->phases = phases_of(form);
	self->defect = defect;
	self->is_closed = true;
	self->participant = (struct participant){self, switch_next_event, switch_advance};
	virtual_time_add(time, &self->participant);
	return self;
}

void service_switch_free(struct service_switch *self)
{
	free(self);
}

void service_switch_pulse(struct service_switch *self, uint32_t coil, struct instant at)
{
	self->is_travelling = true;
	self->goes_closed = coil == EXCHANGE_SWITCH_CLOSE;
	self->arrives_at = instant_after(at, SERVICE_SWITCH_TRAVEL_SECONDS);
}

void service_switch_feed(struct service_switch *self, bool is_fed, struct instant at)
{
	if (self->is_fed != is_fed) {
		self->is_fed = is_fed;
		note(self, is_fed ? "load side fed" : "load side not fed", at);
	}
}

bool service_switch_is_closed(const struct service_switch *self)
{
	return self->is_closed;
}

static uint32_t contacts_at(const struct service_switch *self, const struct sensors *sensors,
			    int64_t frame, int64_t *constant_until)
{
	double volts[3];
	uint32_t contacts = 0;

	sensors_line_volts(sensors, frame, volts, constant_until);
	if (self->is_fed || (self->is_closed && volts[PHASE_A] >= SERVICE_SWITCH_DETECTOR_VOLTS)) {
		contacts |= EXCHANGE_CONTACT_LOAD_VOLTAGE_A;
	}
	if (self->is_fed || (self->is_closed && volts[PHASE_C] >= SERVICE_SWITCH_DETECTOR_VOLTS)) {
		contacts |= EXCHANGE_CONTACT_LOAD_VOLTAGE_C;
	}
	return contacts;
}

uint32_t service_switch_contacts(const struct service_switch *self, const struct sensors *sensors,
				 int64_t frame, uint32_t *count)
{
	int64_t end = frame + *count, at;
	uint32_t contacts = contacts_at(self, sensors, frame, &at);

	while (at < end) {
		int64_t constant_until;

		if (contacts_at(self, sensors, at, &constant_until) != contacts) {
			*count = (uint32_t)(at - frame);
			break;
		}
		at = constant_until;
	}
	return contacts;
}

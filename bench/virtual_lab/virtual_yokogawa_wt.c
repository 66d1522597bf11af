/* Updates of the simulated WT, and its conversation with waits in between. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bench/virtual_lab/virtual_yokogawa_wt_parts.h"

#define OVER_RANGE 1.4	      /* of the range, as rms */
#define ZERO_BELOW 0.005      /* of the range */
#define ERROR_TOO_LONG (-363) /* input buffer overrun */

/* ---- measuring ---- */

/* Mean of the two ends of an update: a ramp within it is averaged. */
static void look(struct virtual_yokogawa_wt *self, const struct fitted_meter *fitted, int phase,
		 struct instant until, struct wt_values *values)
{
	const struct instant ends[2] = {self->updated_at, until};

	*values = (struct wt_values){.is_over = false};
	for (int i = 0; i < 2; i++) {
		const struct load_segment *segment = world_segment_at(self->world, ends[i]);
		double volts = fitted->drop.gain[phase] * waveform_rms(&segment->volts_shape) *
			       ramped_rms(segment, &segment->volts[phase], ends[i]);
		struct burden_quantities taken =
			meter_burden_at(&fitted->burden, phase, volts, segment->hertz);

		values->volts += volts / 2;
		values->amperes += taken.amperes / 2;
		values->watts += taken.watts / 2;
		values->vars += taken.vars / 2;
		values->hertz = segment->hertz;
	}
}

/* Its own error, its ranges. */
static void indicate(struct virtual_yokogawa_wt *self, struct wt_values *values)
{
	double gain = 1 + self->gain_percent / 100;

	if (self->is_volt_auto) {
		self->volt_range = wt_smallest_volt_range(values->volts);
	}
	if (self->is_ampere_auto) {
		self->ampere_range = wt_smallest_ampere_range(values->amperes);
	}
	values->amperes *= gain;
	values->watts *= gain;
	values->vars *= gain;
	values->volt_amperes = values->volts * values->amperes;
	values->is_over = values->volts > OVER_RANGE * self->volt_range ||
			  values->amperes > OVER_RANGE * self->ampere_range;
	if (values->volts < ZERO_BELOW * self->volt_range) {
		values->volts = values->hertz = 0;
	}
	if (values->amperes < ZERO_BELOW * self->ampere_range) {
		values->amperes = 0;
	}
	if (values->volts == 0 || values->amperes == 0) {
		values->watts = values->vars = values->volt_amperes = 0;
	}
}

static void update(struct virtual_yokogawa_wt *self, struct instant until)
{
	const struct fitted_meter *fitted = &self->meters->meters[0];
	struct wt_values *sigma = &self->values[WT_ELEMENTS];

	*sigma = (struct wt_values){.is_over = false};
	for (int phase = 0; phase < WT_ELEMENTS; phase++) {
		struct wt_values *values = &self->values[phase];

		look(self, fitted, phase, until, values);
		indicate(self, values);
		sigma->volts += values->volts / WT_ELEMENTS;
		sigma->amperes += values->amperes / WT_ELEMENTS;
		sigma->watts += values->watts;
		sigma->vars += values->vars;
		sigma->volt_amperes += values->volt_amperes;
		sigma->is_over |= values->is_over;
		sigma->hertz = self->values[0].hertz;
	}
	self->updated_at = until;
	self->has_values = true;
	if (self->is_filtered) {
		self->events |= WT_UPDATED;
	}
}

/* ---- conversation ---- */

static bool is_waiting(const struct virtual_yokogawa_wt *self)
{
	return self->rest && (self->events & self->wanted) == 0 && self->wanted != 0;
}

static void take_byte(struct virtual_yokogawa_wt *self, uint8_t byte, struct instant at)
{
	switch (text_lines_put(&self->lines, byte)) {
	case TEXT_LINE_UNFINISHED:
		break;
	case TEXT_LINE_TOO_LONG:
		wt_error(self, ERROR_TOO_LONG);
		break;
	case TEXT_LINE_WHOLE:
		memcpy(self->message, self->text, sizeof(self->message));
		self->rest = self->message;
		self->path[0] = '\0';
		self->answer[0] = '\0';
		wt_obey(self, at);
		break;
	}
}

static void receive(void *context, uint8_t byte, struct instant at)
{
	struct virtual_yokogawa_wt *self = context;

	if (!self->rest) {
		take_byte(self, byte, at);
	} else if (self->later_length < sizeof(self->later)) {
		self->later[self->later_length++] = (char)byte;
	}
}

/* What came while it waited, until it waits again. */
static void catch_up(struct virtual_yokogawa_wt *self, struct instant at)
{
	size_t taken = 0;

	while (!self->rest && taken < self->later_length) {
		take_byte(self, (uint8_t)self->later[taken++], at);
	}
	self->later_length -= taken;
	memmove(self->later, self->later + taken, self->later_length);
}

/* Updates go on whether anybody asks or not; they are made when somebody could see them. */
static struct instant wt_next_event(void *context)
{
	struct virtual_yokogawa_wt *self = context;

	return self->rest ? instant_after(self->updated_at, self->rate_seconds) : INSTANT_NEVER;
}

/* Passes over those that nobody has seen. */
static struct instant newest_update(const struct virtual_yokogawa_wt *self, struct instant until)
{
	int64_t rate = instant_after((struct instant){0}, self->rate_seconds).nanoseconds;
	int64_t whole = (until.nanoseconds - self->updated_at.nanoseconds) / rate;

	return (struct instant){self->updated_at.nanoseconds + whole * rate};
}

static struct instant wt_advance(void *context, struct instant until)
{
	struct virtual_yokogawa_wt *self = context;
	struct instant newest = newest_update(self, until);

	if (instant_before(self->updated_at, newest)) {
		self->updated_at = instant_after(newest, -self->rate_seconds);
		update(self, newest);
	}
	if (self->rest && !is_waiting(self)) {
		wt_obey(self, until);
		catch_up(self, until);
	}
	return until;
}

struct virtual_yokogawa_wt *virtual_yokogawa_wt_new(struct virtual_time *time, struct world *world,
						    struct virtual_line *line,
						    struct fitted_meters *meters,
						    double gain_percent)
{
	struct virtual_yokogawa_wt *self = calloc(1, sizeof(*self));

	assert(self);
	self->world = world;
	self->line = line;
	self->meters = meters;
	self->gain_percent = gain_percent;
	self->lines = (struct text_lines){.text = self->text, .capacity = sizeof(self->text)};
	wt_settings_reset(self);
	virtual_line_attach(line, &(struct virtual_device){self, receive});
	self->participant = (struct participant){self, wt_next_event, wt_advance};
	virtual_time_add(time, &self->participant);
	return self;
}

void virtual_yokogawa_wt_free(struct virtual_yokogawa_wt *self)
{
	free(self);
}

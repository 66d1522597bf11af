/* Samples from the records' meters; requirements, checks and spreads by walking the judged results.
 */
#include "procedures/type_judgement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_kind(const struct record_entry *entry, const char *kind)
{
	return !strcmp(entry->kind, kind);
}

static const char *text_of(const struct record_entry *entry, const char *name)
{
	const char *text = record_text(entry, name);

	return text ? text : "";
}

/* ---- samples ---- */

static int find_sample(const struct type_judgement *judgement, const char *form, const char *serial)
{
	for (size_t i = 0; i < judgement->sample_count; i++) {
		if (!strcmp(judgement->samples[i].form, form) &&
		    !strcmp(judgement->samples[i].serial, serial)) {
			return (int)i;
		}
	}
	return -1;
}

static enum status add_sample(struct type_judgement *judgement, const char *form,
			      const char *serial, int *index)
{
	if (judgement->sample_count == TYPE_SAMPLES) {
		return status_fail(STATUS_BAD_INPUT, "more than %d samples", TYPE_SAMPLES);
	}
	*index = (int)judgement->sample_count++;
	struct type_sample *sample = &judgement->samples[*index];
	snprintf(sample->form, sizeof(sample->form), "%s", form);
	snprintf(sample->serial, sizeof(sample->serial), "%s", serial);
	return STATUS_OK;
}

/* A run that identified its meter more than once is named once. */
static void name_run(struct type_sample *sample, size_t number)
{
	char text[24];
	const char *last = strrchr(sample->runs, ' ');
	size_t used = strlen(sample->runs);

	snprintf(text, sizeof(text), "%zu", number);
	if (strcmp(last ? last + 1 : sample->runs, text) != 0) {
		snprintf(sample->runs + used, sizeof(sample->runs) - used, "%s%s", used ? " " : "",
			 text);
	}
}

static enum status find_samples(const struct type_run *run, size_t number,
				struct type_judgement *judgement)
{
	bool has_meter = false;

	for (size_t i = 0; i < run->record->count; i++) {
		const struct record_entry *entry = &run->record->entries[i];
		if (!is_kind(entry, "meter")) {
			continue;
		}
		int index =
			find_sample(judgement, text_of(entry, "form"), text_of(entry, "serial"));
		if (index < 0) {
			enum status status = add_sample(judgement, text_of(entry, "form"),
							text_of(entry, "serial"), &index);
			if (status) {
				return status;
			}
		}
		has_meter = true;
		judgement->samples[index].meter = entry;
		name_run(&judgement->samples[index], number);
	}
	return has_meter ? STATUS_OK
			 : status_fail(STATUS_BAD_INPUT, "run %s holds no identified meter",
				       run->name);
}

/* ---- every requirement on every sample ---- */

static struct type_requirement *requirement_for(struct type_judgement *judgement,
						const struct record_entry *result)
{
	const char *form = text_of(result, "form");
	const char *id = text_of(result, "requirement");

	for (size_t i = 0; i < judgement->requirement_count; i++) {
		struct type_requirement *row = &judgement->requirements[i];
		if (!strcmp(row->form, form) && !strcmp(row->requirement, id)) {
			return row;
		}
	}
	struct type_requirement *row = &judgement->requirements[judgement->requirement_count++];
	snprintf(row->form, sizeof(row->form), "%s", form);
	snprintf(row->requirement, sizeof(row->requirement), "%s", id);
	return row;
}

static void count_result(struct type_judgement *judgement, int sample,
			 const struct judged_result *one)
{
	struct type_requirement *row = requirement_for(judgement, one->result);

	row->of_sample[sample] =
		row->is_evaluated[sample]
			? conformity_worst(row->of_sample[sample], one->judgement.outcome)
			: one->judgement.outcome;
	row->is_evaluated[sample] = true;
}

static void conclude_requirements(struct type_judgement *judgement)
{
	for (size_t i = 0; i < judgement->requirement_count; i++) {
		struct type_requirement *row = &judgement->requirements[i];
		row->outcome = CONFORMS;
		for (size_t j = 0; j < judgement->sample_count; j++) {
			if (!strcmp(judgement->samples[j].form, row->form)) {
				row->outcome = conformity_worst(
					row->outcome,
					row->is_evaluated[j] ? row->of_sample[j] : NOT_EVALUATED);
			}
		}
		judgement->worst = conformity_worst(judgement->worst, row->outcome);
	}
}

/* ---- checks across samples ---- */

/* What differs from meter to meter by nature; everything else that a meter says of itself is the
 * type's. */
static bool is_own_of_each_meter(const char *field)
{
	static const char *const own[] = {"utc",    "form",	 "position",
					  "serial", "device_id", "status"};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (!strcmp(field, own[i])) {
			return true;
		}
	}
	return false;
}

static void check_field(struct type_judgement *judgement, size_t first, const char *field)
{
	const struct type_sample *sample = &judgement->samples[first];
	struct type_check *check = &judgement->checks[judgement->check_count++];
	size_t used = 0;

	snprintf(check->form, sizeof(check->form), "%s", sample->form);
	snprintf(check->what, sizeof(check->what), "%s", field);
	check->outcome = CONFORMS;
	check->text[0] = '\0';
	for (size_t i = first; i < judgement->sample_count; i++) {
		const struct type_sample *other = &judgement->samples[i];
		if (strcmp(other->form, sample->form) != 0) {
			continue;
		}
		if (strcmp(text_of(other->meter, field), text_of(sample->meter, field)) != 0) {
			check->outcome = DOES_NOT_CONFORM;
		}
		if (used < sizeof(check->text)) {
			used += (size_t)snprintf(check->text + used, sizeof(check->text) - used,
						 "%s%s: %s", used ? "; " : "", other->serial,
						 text_of(other->meter, field));
		}
	}
	judgement->worst = conformity_worst(judgement->worst, check->outcome);
}

static bool is_first_of_form(const struct type_judgement *judgement, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (!strcmp(judgement->samples[i].form, judgement->samples[index].form)) {
			return false;
		}
	}
	return true;
}

static size_t count_of_form(const struct type_judgement *judgement, const char *form)
{
	size_t count = 0;

	for (size_t i = 0; i < judgement->sample_count; i++) {
		count += !strcmp(judgement->samples[i].form, form);
	}
	return count;
}

/* The fields of the first meter; one that only a later meter has is found from its side by count.
 */
static enum status compare_samples(struct type_judgement *judgement)
{
	judgement->checks = calloc(TYPE_SAMPLES * RECORD_FIELDS, sizeof(*judgement->checks));
	if (!judgement->checks) {
		return status_fail(STATUS_IO, "no memory for the checks across samples");
	}
	for (size_t i = 0; i < judgement->sample_count; i++) {
		const struct record_entry *meter = judgement->samples[i].meter;
		if (!is_first_of_form(judgement, i) ||
		    count_of_form(judgement, judgement->samples[i].form) < 2) {
			continue;
		}
		for (size_t j = 0; j < meter->field_count; j++) {
			if (!is_own_of_each_meter(meter->fields[j].name)) {
				check_field(judgement, i, meter->fields[j].name);
			}
		}
	}
	return STATUS_OK;
}

/* ---- spread of the errors ---- */

/* The errors of the samples at one point; a sample measured twice counts with its newest. */
struct point {
	const struct record_entry *example;
	bool is_there[TYPE_SAMPLES];
	double error_percent[TYPE_SAMPLES];
};

static bool is_same_point(const struct record_entry *a, const struct record_entry *b)
{
	static const char *const fields[] = {"form", "kind", "test", "direction", "load"};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcmp(text_of(a, fields[i]), text_of(b, fields[i])) != 0) {
			return false;
		}
	}
	return true;
}

static struct point *point_for(struct point *points, size_t *count,
			       const struct record_entry *result)
{
	for (size_t i = 0; i < *count; i++) {
		if (is_same_point(points[i].example, result)) {
			return &points[i];
		}
	}
	points[*count].example = result;
	return &points[(*count)++];
}

static struct type_spread *spread_for(struct type_judgement *judgement,
				      const struct record_entry *result)
{
	for (size_t i = 0; i < judgement->spread_count; i++) {
		struct type_spread *spread = &judgement->spreads[i];
		if (!strcmp(spread->form, text_of(result, "form")) &&
		    !strcmp(spread->test, text_of(result, "test")) &&
		    !strcmp(spread->direction, text_of(result, "direction"))) {
			return spread;
		}
	}
	struct type_spread *spread = &judgement->spreads[judgement->spread_count++];
	snprintf(spread->form, sizeof(spread->form), "%s", text_of(result, "form"));
	snprintf(spread->test, sizeof(spread->test), "%s", text_of(result, "test"));
	snprintf(spread->direction, sizeof(spread->direction), "%s", text_of(result, "direction"));
	return spread;
}

static void conclude_point(struct type_judgement *judgement, const struct point *point)
{
	struct type_spread found = {.samples = 0};

	for (size_t i = 0; i < judgement->sample_count; i++) {
		double error = point->error_percent[i];
		if (!point->is_there[i]) {
			continue;
		}
		if (!found.samples || error < found.least_percent) {
			found.least_percent = error;
		}
		if (!found.samples || error > found.most_percent) {
			found.most_percent = error;
		}
		found.samples++;
	}
	if (found.samples < 2) {
		return;
	}
	struct type_spread *spread = spread_for(judgement, point->example);
	if (!spread->samples || found.most_percent - found.least_percent >
					spread->most_percent - spread->least_percent) {
		spread->samples = found.samples;
		spread->least_percent = found.least_percent;
		spread->most_percent = found.most_percent;
		snprintf(spread->load, sizeof(spread->load), "%s", text_of(point->example, "load"));
	}
}

/* ---- all together ---- */

static size_t count_results(const struct type_run *runs, size_t count)
{
	size_t results = 0;

	for (size_t i = 0; i < count; i++) {
		results += runs[i].judged->count;
	}
	return results;
}

static enum status provide(struct type_judgement *judgement, size_t results)
{
	judgement->samples = calloc(TYPE_SAMPLES, sizeof(*judgement->samples));
	judgement->requirements = calloc(results + 1, sizeof(*judgement->requirements));
	judgement->spreads = calloc(results + 1, sizeof(*judgement->spreads));
	if (!judgement->samples || !judgement->requirements || !judgement->spreads) {
		return status_fail(STATUS_IO, "no memory to judge %zu results", results);
	}
	return STATUS_OK;
}

/* Which sample sits where, as the walk through a record goes on. */
struct seats {
	size_t count;
	struct {
		const char *form, *position;
		int sample;
	} seat[TYPE_SAMPLES];
};

static void take_seat(struct seats *seats, const struct record_entry *meter, int sample)
{
	size_t i = 0;

	while (i < seats->count && (strcmp(seats->seat[i].form, text_of(meter, "form")) != 0 ||
				    strcmp(seats->seat[i].position, text_of(meter, "position")))) {
		i++;
	}
	if (i == seats->count && seats->count < TYPE_SAMPLES) {
		seats->count++;
	}
	if (i < seats->count) {
		seats->seat[i].form = text_of(meter, "form");
		seats->seat[i].position = text_of(meter, "position");
		seats->seat[i].sample = sample;
	}
}

/* -1: nobody knows which meter it was, so nothing is evaluated by it. */
static int sample_at(const struct seats *seats, const struct record_entry *result)
{
	for (size_t i = 0; i < seats->count; i++) {
		if (!strcmp(seats->seat[i].form, text_of(result, "form")) &&
		    !strcmp(seats->seat[i].position, text_of(result, "position"))) {
			return seats->seat[i].sample;
		}
	}
	return -1;
}

static void take_result(struct type_judgement *judgement, int sample,
			const struct judged_result *one, struct point *points, size_t *point_count)
{
	if (sample < 0) {
		return;
	}
	if (!one->judgement.is_informative) {
		count_result(judgement, sample, one);
	}
	if (!strcmp(text_of(one->result, "unit"), "percent")) {
		struct point *point = point_for(points, point_count, one->result);
		point->is_there[sample] = true;
		point->error_percent[sample] = record_number(one->result, "error_percent");
	}
}

/* The judged results stand in the order of their entries. */
static void walk_results(const struct type_run *run, struct type_judgement *judgement,
			 struct point *points, size_t *point_count)
{
	struct seats seats = {.count = 0};
	size_t next = 0;

	for (size_t i = 0; i < run->record->count && next < run->judged->count; i++) {
		const struct record_entry *entry = &run->record->entries[i];
		if (is_kind(entry, "meter")) {
			take_seat(&seats, entry,
				  find_sample(judgement, text_of(entry, "form"),
					      text_of(entry, "serial")));
		}
		if (entry == run->judged->results[next].result) {
			take_result(judgement, sample_at(&seats, entry),
				    &run->judged->results[next++], points, point_count);
		}
	}
}

static enum status check_device(const struct type_run *runs, size_t count)
{
	const char *device = text_of(&runs[0].record->entries[0], "device");

	for (size_t i = 1; i < count; i++) {
		const char *other = text_of(&runs[i].record->entries[0], "device");
		if (strcmp(device, other) != 0) {
			return status_fail(STATUS_BAD_INPUT,
					   "run %s is of device %s, run %s of device %s: a type is "
					   "judged over samples of one device",
					   runs[0].name, device, runs[i].name, other);
		}
	}
	return STATUS_OK;
}

enum status type_judge(const struct type_run *runs, size_t count, struct type_judgement *judgement)
{
	size_t results = count_results(runs, count);
	size_t point_count = 0;
	struct point *points = calloc(results + 1, sizeof(*points));
	enum status status =
		points ? check_device(runs, count)
		       : status_fail(STATUS_IO, "no memory to judge %zu results", results);

	*judgement = (struct type_judgement){.worst = CONFORMS, .state = RUN_COMPLETE};
	if (!status) {
		status = provide(judgement, results);
	}
	for (size_t i = 0; !status && i < count; i++) {
		status = find_samples(&runs[i], i + 1, judgement);
	}
	for (size_t i = 0; !status && i < count; i++) {
		walk_results(&runs[i], judgement, points, &point_count);
		judgement->worst = conformity_worst(judgement->worst, runs[i].judged->tally.worst);
		judgement->state = runs[i].judged->state > judgement->state ? runs[i].judged->state
									    : judgement->state;
	}
	if (!status) {
		conclude_requirements(judgement);
		status = compare_samples(judgement);
	}
	for (size_t i = 0; !status && i < point_count; i++) {
		conclude_point(judgement, &points[i]);
	}
	free(points);
	if (status) {
		type_judgement_free(judgement);
	}
	return status;
}

void type_judgement_free(struct type_judgement *judgement)
{
	free(judgement->samples);
	free(judgement->requirements);
	free(judgement->checks);
	free(judgement->spreads);
	*judgement = (struct type_judgement){.sample_count = 0};
}

/* Counts steps per requirement; a summary is covered when everything that it rests on is. */
#include "procedures/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "procedures/word_list.h"

bool step_serves(const struct step *step, const char *id)
{
	if (!strcmp(step->requirement, id)) {
		return true;
	}
	for (size_t i = 0; step->verb->parameters[i].name; i++) {
		if (step->verb->parameters[i].kind == PARAMETER_REQUIREMENT &&
		    !strcmp(step->arguments[i].text, id)) {
			return true;
		}
	}
	return false;
}

static void count_steps(const struct programme *programme, struct coverage *row)
{
	const char *id = row->requirement->id;

	for (size_t i = 0; i < programme->procedure_count; i++) {
		const struct procedure *procedure = &programme->procedures[i];
		for (size_t j = 0; j < procedure->step_count; j++) {
			bool serves = step_serves(&procedure->steps[j], id);
			row->steps += serves;
			row->informative_steps += serves && procedure->steps[j].is_informative;
		}
	}
	row->is_covered = row->requirement->is_mandatory ? row->steps > row->informative_steps
							 : row->steps > 0;
}

static const char *open_reason(const struct programme *programme, const char *id)
{
	for (size_t i = 0; i < programme->open_count; i++) {
		if (!strcmp(programme->open[i].id, id)) {
			return programme->open[i].reason;
		}
	}
	return NULL;
}

/* The loader has refused circles and unknown ids. */
static bool is_summary_covered(const struct requirement_set *set, const struct coverage *rows,
			       const struct requirement *summary)
{
	const char *at = summary->shown_by;
	char id[REQUIREMENT_ID];

	while (word_list_next(&at, id, sizeof(id))) {
		const struct requirement *part = requirement_find(set, id);
		bool is_part_covered = part->shown_by[0]
					       ? is_summary_covered(set, rows, part)
					       : rows[part - set->requirements].is_covered;
		if (!is_part_covered) {
			return false;
		}
	}
	return true;
}

enum status coverage_of(const struct programme *programme, struct coverage **rows)
{
	const struct requirement_set *set = &programme->requirements;

	*rows = calloc(set->count + 1, sizeof(**rows));
	if (!*rows) {
		return status_fail(STATUS_IO, "no memory for the coverage of %s", programme->id);
	}
	for (size_t i = 0; i < set->count; i++) {
		(*rows)[i].requirement = &set->requirements[i];
		(*rows)[i].open_reason = open_reason(programme, set->requirements[i].id);
		count_steps(programme, &(*rows)[i]);
	}
	for (size_t i = 0; i < set->count; i++) {
		if (set->requirements[i].shown_by[0]) {
			(*rows)[i].is_covered =
				is_summary_covered(set, *rows, &set->requirements[i]);
		}
	}
	return STATUS_OK;
}

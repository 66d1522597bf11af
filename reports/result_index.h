/* The results of a record with their newest judgement and their budget side by side; entries stay
 * the record's. */
#ifndef REPORTS_RESULT_INDEX_H
#define REPORTS_RESULT_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "procedures/run_record.h"

#define RESULT_CONTRIBUTIONS 16

struct indexed_result {
	const struct record_entry *result;
	const struct record_entry *judgement; /* NULL: never judged, or void */
	bool is_void;			      /* the bench was found wrong after it */
	size_t contribution_count;
	const struct record_entry *contributions[RESULT_CONTRIBUTIONS];
};

struct result_index {
	size_t count;
	struct indexed_result *results;
};

/* STATUS_IO without memory; STATUS_BAD_INPUT when a judgement or contribution belongs to no result.
 */
enum status result_index_build(struct result_index *index, const struct run_record *record);
void result_index_free(struct result_index *index);

/* A text field of the result or of its judgement, never NULL. */
const char *result_text(const struct indexed_result *result, const char *name);
const char *judgement_text(const struct indexed_result *result, const char *name);
double judgement_number(const struct indexed_result *result, const char *name);
bool judgement_has(const struct indexed_result *result,
		   const char *name); /* present and not empty */

/* True for results in per cent: an error or a shift of it; others have a unit of their own. */
bool result_is_percent(const struct indexed_result *result);
/* "%", or the unit as it stands. */
const char *result_unit(const struct indexed_result *result);
/* A figure of the judgement that a result in per cent names with "_percent": "limit",
 * "expanded_uncertainty" ... */
double judgement_figure(const struct indexed_result *result, const char *name);
bool judgement_has_figure(const struct indexed_result *result, const char *name);

/* What the load says beyond phases, volts, amperes, power factor and 60 Hz: "element A", "50Hz
 * CBA"; "" if nothing. */
const char *result_special(const struct indexed_result *result);

#endif

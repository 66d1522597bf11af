/*
 * Catalogues of requirements as data: requirements/<file>.xml. A programme names the catalogues
 * that it serves, a step the requirement. The text of a requirement stands here and nowhere else.
 */
#ifndef PROCEDURES_REQUIREMENT_H
#define PROCEDURES_REQUIREMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "procedures/limit.h"
#include "reference_source/status.h"

#define REQUIREMENT_ID 32
#define CATALOGUES_MAXIMUM 8

enum requirement_method { METHOD_TEST, METHOD_INSPECTION, METHOD_DOCUMENT };

struct requirement {
	char id[REQUIREMENT_ID];
	char document[128], clause[128];
	char demands[192]; /* in our own words */
	enum requirement_method method;
	enum provenance provenance; /* of the text */
	bool is_mandatory;
	char shown_by[256];    /* ids, separated by blanks; empty: steps serve it themselves */
	char only_with[32];    /* a feature of the meter; empty: asked of every meter */
	char only_without[32]; /* likewise: asked of a meter that has it not */
	char where[192];       /* file and line */
};

struct catalogue {
	char title[128];
	char file[128]; /* relative to the data folder */
	char hash[65];
};

/* What several files demand together, in their order; every id once. */
struct requirement_set {
	int catalogue_count;
	struct catalogue catalogues[CATALOGUES_MAXIMUM];
	size_t count, capacity;
	struct requirement *requirements;
};

/* Adds a file's requirements. Errors carry file and line; the set may be freed after one. */
enum status requirement_set_add(const char *path, struct requirement_set *set);
/* After the last file: every `shown_by` names requirements that are there, and not in a circle. */
enum status requirement_set_complete(const struct requirement_set *set);
void requirement_set_free(struct requirement_set *set);

/* NULL when there is none. */
const struct requirement *requirement_find(const struct requirement_set *set, const char *id);
const char *requirement_method_name(enum requirement_method method);

#endif

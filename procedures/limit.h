/*
 * Limits of error as data: limits/<file>.xml. Each limit carries document, clause and provenance;
 * how In, Iref map to a form's maximum current stands in the same file.
 */
#ifndef PROCEDURES_LIMIT_H
#define PROCEDURES_LIMIT_H

#include <stdbool.h>

#include "reference_source/load_point.h"
#include "reference_source/status.h"

enum provenance {
	PROVENANCE_READ,
	PROVENANCE_RECALLED,
	PROVENANCE_STAND_IN,
	PROVENANCE_LABORATORY
};

struct limit {
	bool has_row; /* false: the table has no row for this point, the result is informative */
	double limit_percent; /* in per cent, or in `unit` */
	bool has_lower;	      /* the lower limit is not the upper one's negative */
	double lower;
	char unit[16]; /* "" or "percent": per cent */
	char document[128];
	char clause[64];
	enum provenance provenance; /* as a limit of this evaluation: a read text borrowed from
				       elsewhere is a stand-in */
	char note[256];		    /* "text read; borrowed, not a Measurement Canada figure" */
};

struct limit_set;

enum status limit_set_load(const char *path, struct limit_set **set);
void limit_set_free(struct limit_set *set);
const char *limit_set_title(const struct limit_set *set);
const char *provenance_name(enum provenance provenance);
bool provenance_from_name(const char *name, enum provenance *provenance);

struct limit_question {
	const char *test; /* "load_performance", "register" */
	double amperes;
	double maximum_amperes; /* Imax of the form */
	double power_factor;
	enum power_factor_side side;
	bool is_single_element;
};

void limit_find(const struct limit_set *set, const struct limit_question *question,
		struct limit *limit);

#endif

/*
 * Limits as data: limits/<file>.xml. Each limit carries document, clause and provenance; how In and
 * Imin map to a form's maximum current stands in the same file. A set may lie over another one:
 * where it has no row of its own the one below answers.
 */
#ifndef PROCEDURES_LIMIT_H
#define PROCEDURES_LIMIT_H

#include <stdbool.h>
#include <stddef.h>

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
	/* the table says that there is a figure and that the laboratory has not entered it yet: the
	 * result is not evaluated; document and clause are set */
	bool is_to_be_entered;
	double limit_percent; /* in per cent, or in `unit` */
	bool has_lower;	      /* the lower limit is not the upper one's negative */
	double lower;
	char unit[16]; /* "" or "percent": per cent; "percent/K", "s/day", "A", "min", "Wh" … */
	char document[128];
	char clause[64];
	enum provenance provenance; /* as a limit of this evaluation: a read text borrowed from
				       elsewhere is a stand-in */
	char note[256];		    /* "text read; borrowed, not a Measurement Canada figure" */
};

struct limit_set;

enum status limit_set_load(const char *path, struct limit_set **set);
/* Several files, each over the one before; all their rows belong to *set. */
enum status limit_set_load_layers(const char *const *paths, int count, struct limit_set **set);
void limit_set_free(struct limit_set *set);
const char *limit_set_title(const struct limit_set *set);
/* Path of the i-th file, the uppermost first; NULL after the last. */
const char *limit_set_file(const struct limit_set *set, int index);
const char *provenance_name(enum provenance provenance);
bool provenance_from_name(const char *name, enum provenance *provenance);

/* The tests that limits are given for, with their unit; NULL after the last. */
struct limit_test {
	const char *name;    /* "load_performance", "no_load_time" … */
	const char *unit;    /* of the result: "percent", "s/day" … */
	bool is_at_load;     /* its rows say current and power factor */
	const char *purpose; /* what the figure is */
};
const struct limit_test *limit_test_at(size_t index);

struct limit_question {
	const char *test; /* one of the table above */
	double amperes;
	double maximum_amperes; /* Imax of the form */
	double power_factor;
	enum power_factor_side side;
	bool is_single_element;
	/* what changed, as a ratio to the reference condition; 0: does not apply */
	double volts_ratio, hertz_ratio;
	/* for figures that are formulas; 0: not known, such a figure is then no row */
	double class_amperes; /* 0: the maximum current */
	double volts;
	int elements;
	double watt_hours_per_pulse;
};

void limit_find(const struct limit_set *set, const struct limit_question *question,
		struct limit *limit);

#endif

/*
 * Rows of limits in memory, as written in the file: for limit_file.c, which reads them, and
 * limit.c, which finds the one that applies.
 */
#ifndef PROCEDURES_LIMIT_ROWS_H
#define PROCEDURES_LIMIT_ROWS_H

#include "procedures/limit.h"

#define LIMIT_ROWS 64

enum current_base { BASE_AMPERE, BASE_MINIMUM, BASE_NOMINAL, BASE_MAXIMUM, BASE_COUNT };

struct limit_current {
	double factor;
	enum current_base base;
};

/* How the number in the file becomes the figure. */
enum limit_formula {
	FORMULA_NONE,
	FORMULA_CURRENT,      /* a multiple of In, Imin or Imax */
	FORMULA_TIME,	      /* number / (k m Un Imax) in minutes, k in imp/kWh */
	FORMULA_ENERGY,	      /* number m Un Imax in kWh */
	FORMULA_PART_OF_LIMIT /* of the limit for load performance at the same load */
};

struct ratio_range {
	double from, to; /* both 0: any */
};

/* Power factor on one axis: 0.5L -> -0.5, 1 -> 0, 0.8C -> +0.2: distance from unity, leading
 * positive. */
struct limit_row {
	char tests[192];
	bool is_single_element;
	bool is_at_load;
	double class_amperes; /* 0: any class */
	struct limit_current from, to;
	bool to_is_included;
	bool is_unity;
	double axis_from, axis_to;
	struct ratio_range volts, hertz;
	enum limit_formula formula;
	enum current_base base; /* of FORMULA_CURRENT */
	struct limit limit;
};

struct limit_set {
	char path[1200];
	char title[128];
	struct limit_current nominal, minimum;
	struct limit common;
	int row_count;
	struct limit_row rows[LIMIT_ROWS];
	struct limit_set *below; /* owned; NULL: none */
};

double power_factor_axis(double power_factor, enum power_factor_side side);
const struct limit_test *limit_test_find(const char *name);

#endif

/*
 * What surrounds the meters of a virtual laboratory: service switches, communication modules, the
 * gateway to them, an operator and a wattmeter in the voltage circuit of the first position. The
 * laboratory makes the meters and the lines; the parts here
 * are made and kept together.
 */
#ifndef BENCH_VIRTUAL_LAB_SURROUNDINGS_H
#define BENCH_VIRTUAL_LAB_SURROUNDINGS_H

#include "bench/virtual_lab/virtual_gateway.h"
#include "bench/virtual_lab/virtual_operator.h"
#include "bench/virtual_lab/virtual_yokogawa_wt.h"

struct surroundings;

/* What is wrong with one meter's fittings. Zero: nothing. */
struct fitting_defects {
	enum service_switch_defect service_switch; /* of an SD model */
	enum module_defect module;
	double burden_percent; /* more than its volt-amperes */
};

/* A meter as it hangs at its position. Borrowed. */
struct placed {
	int position;
	struct hosted_meter *meter;
	const struct form *form;
	const char *model;
	const char *module; /* "0746", "0764"; NULL: none under the glass */
	const char *module_firmware;
	struct meter_burden burden;
	struct burden_drop drop;
	struct fitting_defects defects;
};

struct surroundings *surroundings_new(struct virtual_time *time, struct world *world);
/* Before the meters. */
void surroundings_free(struct surroundings *self);

/* After the meter was made: fits what its model has. STATUS_BAD_INPUT: there is no such module. */
enum status surroundings_add_meter(struct surroundings *self, const struct placed *placed);

/* After all meters. */
void surroundings_add_operator(struct surroundings *self, struct virtual_line *line,
			       const struct virtual_operator_options *options);

void surroundings_add_gateway(struct surroundings *self, struct virtual_line *line);

void surroundings_add_wattmeter(struct surroundings *self, struct virtual_line *line,
				double gain_percent);

/* NULL: no such position. */
struct fitted_meter *surroundings_meter(struct surroundings *self, int position);

#endif

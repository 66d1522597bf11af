/*
 * Verbs: what a step of a procedure can do. One file per verb in verbs/, one table in step_verb.c.
 * The loader checks every parameter (unit, range) before anything is switched on.
 */
#ifndef PROCEDURES_STEP_VERB_H
#define PROCEDURES_STEP_VERB_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/lab.h"
#include "procedures/decision.h"
#include "procedures/device_type.h"
#include "procedures/limit.h"
#include "procedures/run_store.h"

#define STEP_PARAMETERS 24
#define STEP_TEXT 64

enum parameter_kind {
	PARAMETER_QUANTITY,
	PARAMETER_INTEGER,
	PARAMETER_TEXT,
	PARAMETER_POWER_FACTOR,
	PARAMETER_REQUIREMENT /* id of one more requirement that the verb judges; may be empty */
};

struct step_parameter {
	const char *name;
	enum parameter_kind kind;
	const char *unit;	  /* of a quantity: "V", "%", "s" … */
	double minimum, maximum;  /* inclusive, of quantities and integers */
	const char *default_text; /* NULL: compulsory */
	const char *purpose;	  /* for `mcbench list verbs` */
};

/* Arguments in the order of the verb's parameters. */
struct step_argument {
	double number;
	enum power_factor_side side; /* of a power factor */
	char text[STEP_TEXT];
};

/* A person answers for equipment that is not as it should be. */
struct gate_override {
	const char *reason, *by; /* neither empty */
};

/* What the run is made of; one per form of the run. */
struct step_context {
	struct lab *lab;
	struct run_store *store;
	const struct device_type *device;
	const struct device_form *form;
	const struct limit_set *limits;
	struct decision_rule rule;
	const struct gate_override *override; /* of the equipment gate; NULL: none */
	const char *model;
	const struct device_module *module; /* in the meter; NULL: none */
	/* why the notice does not cover this meter; NULL or empty: it does. Its results are
	 * informative. */
	const char *not_covered;
	const char *requirement; /* of the step */
	const char *title;	 /* of the step; what an operator is asked */
	bool is_informative;	 /* the step's requirement is not mandatory */
	int64_t step;		 /* number of the step in the record */
	const char *where;	 /* "load_performance.xml line 12" for messages */
	/* progress display; may be NULL */
	void (*progress)(void *context, const char *text);
	void *progress_context;
	/* tallies over the run, shared by all forms */
	struct run_tally *tally;
	/* Of a run that goes on after its process died: is this step finished already? NULL: none
	 * is. `place` counts the steps of the procedure. */
	bool (*is_finished)(const void *finished, const char *procedure, int64_t place);
	const void *finished;
	void *memory; /* of the verbs, see verbs/verb_support.h */
};

struct step_verb {
	const char *name;
	const char *purpose;
	struct step_parameter parameters[STEP_PARAMETERS]; /* ends with name NULL */
	/* It alters the meter's configuration or constants: its procedure has to say so
	 * (programming="yes"). */
	bool is_programming;
	/* Refuses before anything is energised what lab, device or form cannot do ("201 A above
	 * Imax"). May be NULL. */
	enum status (*check)(const struct step_context *context,
			     const struct step_argument *arguments);
	enum status (*run)(struct step_context *context, const struct step_argument *arguments);
};

const struct step_verb *step_verb_find(const char *name);
const struct step_verb *step_verb_at(size_t index); /* NULL after the last */

#endif

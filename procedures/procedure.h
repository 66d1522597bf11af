/*
 * A programme in memory: its procedures with their steps, sweeps already unrolled, parameters
 * checked.
 */
#ifndef PROCEDURES_PROCEDURE_H
#define PROCEDURES_PROCEDURE_H

#include "procedures/requirement.h"
#include "procedures/step_verb.h"

enum step_section { SECTION_SETUP, SECTION_BODY, SECTION_TEARDOWN };

struct step {
	const struct step_verb *verb;
	struct step_argument arguments[STEP_PARAMETERS];
	enum step_section section;
	char requirement[32];	    /* empty: serves none */
	char requirement_text[192]; /* what it demands, in the words of the catalogue */
	bool is_informative;
	char title[128];
	char where[192]; /* file and line */
};

struct procedure {
	char id[48];
	char title[128];
	char document[128]; /* "LMB-EG-07" */
	char clause[128];
	char file[128]; /* relative to the data folder */
	char hash[65];
	long line;	       /* of its head */
	char needs[32];	       /* a feature: a meter without it is refused; empty: none */
	char only_with[32];    /* a feature: the programme leaves the procedure out without it */
	char only_without[32]; /* a feature: the programme leaves the procedure out with it */
	bool is_check;	       /* of the bench, first, last and in between; not one in the order */
	size_t step_count;
	struct step *steps;
};

/* A requirement that the programme says it does not cover. */
struct open_requirement {
	char id[REQUIREMENT_ID];
	char reason[192];
};

/* A meter that the programme is meant for, when the command line names none; empty: the form's own
 * service, the run's model, no module. */
struct programme_meter {
	char form[16], service[32], model[16], module[16];
	long line;
};

struct programme {
	char id[48];
	char title[128];
	char file[128];
	char hash[65];
	char limits_file[1200]; /* path to open */
	struct decision_rule rule;
	double check_every_seconds; /* of the bench, between procedures; 0: at the ends only */
	struct requirement_set requirements;
	bool is_whole; /* it is to cover all mandatory requirements, but for those that are open */
	size_t open_count;
	struct open_requirement *open;
	size_t meter_count;
	struct programme_meter *meters;
	size_t procedure_count;
	struct procedure *procedures;
};

/* Loads a programme and all it names, for a meter that is not known yet (`meter_values.h`). Errors
 * carry file, line and reason. */
enum status programme_load(const char *path, struct programme *programme);
/* The same for a form on its chosen service: `$rated_volts` and its like are those of this meter.
 */
enum status programme_load_for(const char *path, const struct device_type *device,
			       const struct device_form *form, struct programme *programme);
void programme_free(struct programme *programme);

/* Loads one procedure file only to see whether it is right; ids of requirements are looked up when
 * a programme names it. */
enum status procedure_check_file(const char *path);

/* Asks every step's `check` for one form: refusals come before anything is switched on. */
enum status programme_check(const struct programme *programme, struct step_context *context);

/*
 * Runs all procedures for one form: equipment gate, entry `form_started` per position, then setup,
 * body, teardown of each (teardown runs whenever setup has begun; after a failure no further
 * procedure is begun). Writes the entries `form_started`, `step` and, for whatever ended it early,
 * `fault`. Returns the status that ended it, its reason still readable; results and verdicts are in
 * the store and in context->tally.
 */
enum status programme_run(const struct programme *programme, struct step_context *context);

#endif

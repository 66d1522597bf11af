/*
 * One run from beginning to end: files checked, record begun, every form tested in its laboratory,
 * safe state, record closed, reports written. Nothing is switched on before everything that can be
 * checked has been checked.
 */
#ifndef BENCH_EVALUATION_H
#define BENCH_EVALUATION_H

#include <stdint.h>

#include "bench/lab_file.h"
#include "procedures/step_verb.h"

#define EVALUATION_FORMS 16
#define EVALUATION_LIMITS 4

struct evaluation {
	const char *programme_path, *lab_path, *device_path;
	const char *limits_paths[EVALUATION_LIMITS]; /* each over the one before */
	int limits_count;			     /* 0: what the programme names */
	const char *forms[EVALUATION_FORMS];
	int form_count;		   /* 0: the meters that the programme names */
	const char *service;	   /* of all of them; NULL: each form's own */
	const char *module;	   /* NULL: none */
	const char *model;	   /* NULL: what the programme names, or the device's first one */
	const char *serial;	   /* of the simulated meter; a real one tells its own */
	const char *operator_name; /* may be empty */
	uint64_t seed;
	struct gate_override override; /* of the equipment gate; no reason: none */
	int64_t on_since_utc_seconds;  /* of all instruments; 0: not said */
	const char *trace_path;	       /* file for every transfer of every port; NULL: none */
	const char *output;	       /* folder; is made when it is missing, must hold no record */
	int record_page_limit;	       /* tests of a full disk; 0: none */
	void (*progress)(void *context, const char *text); /* may be NULL */
	/* Tests may change the virtual laboratory before it is built; may be NULL. */
	void (*prepare_lab)(struct bench_lab *bench_lab, void *context);
	void *prepare_context;
};

/* The program's exit status. Messages go to stderr, the record and the reports to the output
 * folder. */
int evaluation_run(const struct evaluation *evaluation);
/* The same for the rest of a run whose process died; `folder` is its output. */
int evaluation_resume(const char *folder, void (*progress)(void *context, const char *text));

#endif

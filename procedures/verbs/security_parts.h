/* What the tests of the verb `security` share; for security*.c only. */
#ifndef PROCEDURES_VERBS_SECURITY_PARTS_H
#define PROCEDURES_VERBS_SECURITY_PARTS_H

#include "drivers/meter_functions.h"
#include "procedures/verbs/meter_seal.h"
#include "procedures/verbs/table_snapshot.h"

/* The words in which the maker's programming tool tells of a refused cold start. */
#define COLD_START_REFUSED "Insufficient Security Clearance; Cold Start failed"

struct security {
	struct step_context *context;
	const char *also;	     /* one more requirement of the test; empty: none */
	const char *log_requirement; /* of the event log, informative; empty: the step's */
	double volts;
	struct table_snapshot *before, *after;
	struct meter_event_log *log;
	/* of a meter with a recorder, whose table is too long for an image */
	int interval_count;
	struct meter_interval *intervals; /* the newest ones of the newest look */
	bool has_interval;
	struct meter_interval newest_before; /* of the first look */
};

/* ---- before and after ---- */

/* Tables, newest number of the log, recorded intervals; into security->before or ->after. */
enum status security_look(struct security *security, int index, struct table_snapshot *snapshot,
			  uint32_t *newest);
/* Judges that nothing but what moves by itself has changed. */
enum status security_judge_unchanged(struct security *security, int index, const char *what);
/* Judges, for information, that the log has new entries. */
enum status security_judge_log(struct security *security, int index, const char *what,
			       uint32_t before);

/* A check of the step's requirement, or of `requirement`. */
enum status security_compare(struct security *security, int index, const char *requirement,
			     const char *what, const char *indicated, const char *expected);

/* ---- the tests ---- */

enum status security_cold_start(struct security *security);
enum status security_reprogramming(struct security *security);
enum status security_seal_broken(struct security *security);

#endif

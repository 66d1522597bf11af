/*
 * One session of the simulated module with its meter: identification to terminate around one job.
 * Every job has a session of its own, so none depends on what another has left.
 */
#ifndef BENCH_VIRTUAL_LAB_MODULE_SESSION_H
#define BENCH_VIRTUAL_LAB_MODULE_SESSION_H

#include "bench/virtual_lab/module_link.h"

enum module_job_kind {
	MODULE_JOB_READ,
	MODULE_JOB_WRITE,
	MODULE_JOB_EXECUTE,
	MODULE_JOB_TRAFFIC, /* `repetitions` readings of ST23, ST28, ST52 in turn */
};

enum module_path { MODULE_PATH_NETWORK, MODULE_PATH_ZIGBEE };

#define MODULE_JOB_OCTETS 900u

struct module_job {
	enum module_job_kind kind;
	enum module_path path;
	unsigned number; /* of the table or procedure */
	uint8_t octets[MODULE_JOB_OCTETS];
	size_t count;
	int repetitions;
	/* what became of it */
	bool is_silent;	 /* no answer, or none that can be one */
	uint8_t refusal; /* response code of C12.18, 0: none */
	uint8_t answer[MODULE_LINK_RESPONSE];
	size_t answer_count;
	uint8_t procedure_result;
	int answered;
};

struct module_session {
	struct module_link *link;
	struct module_job *job; /* NULL: none under way */
	int step;
	bool is_logged_on;
	unsigned user;
	const char *name;
	uint8_t sequence; /* of procedures */
};

/* Begins a job on behalf of this user; it stays the caller's until it is over. */
void module_session_begin(struct module_session *session, struct module_job *job, unsigned user,
			  const char *name, struct instant at);

/* What the link has told; true: the job is over and its outcome filled in. */
bool module_session_take(struct module_session *session, enum module_link_event event,
			 struct instant at);

#endif

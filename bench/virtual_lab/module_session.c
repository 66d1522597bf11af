/* The services of a session in their order, and what their answers mean for the job. */
#include "bench/virtual_lab/module_session.h"

#include <string.h>

#define PASSWORD "OPERATE" /* as the meter leaves its maker: MANUFACTURER_TABLES.md */
#define PASSWORD_OCTETS 20u
#define NAME_OCTETS 10u
#define TABLE_PROCEDURE 7u
#define TABLE_RESULT 8u

enum service_code {
	SERVICE_IDENTIFY = 0x20,
	SERVICE_TERMINATE = 0x21,
	SERVICE_READ = 0x30,
	SERVICE_WRITE = 0x40,
	SERVICE_LOGON = 0x50,
	SERVICE_SECURITY = 0x51,
	SERVICE_LOGOFF = 0x52,
	SERVICE_NEGOTIATE = 0x60,
};

enum step {
	STEP_IDENTIFY,
	STEP_NEGOTIATE,
	STEP_LOGON,
	STEP_SECURITY,
	STEP_ACT,
	STEP_RESULT,
	STEP_LOGOFF,
	STEP_TERMINATE,
};

static const unsigned traffic_tables[] = {23, 28, 52};

static uint8_t checksum_of(const uint8_t *octets, size_t count)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		sum = (uint8_t)(sum + octets[i]);
	}
	return (uint8_t)(0u - sum);
}

static size_t read_request(unsigned table, uint8_t *request)
{
	request[0] = SERVICE_READ;
	request[1] = (uint8_t)(table >> 8);
	request[2] = (uint8_t)table;
	return 3;
}

static size_t write_request(unsigned table, const uint8_t *octets, size_t count, uint8_t *request)
{
	request[0] = SERVICE_WRITE;
	request[1] = (uint8_t)(table >> 8);
	request[2] = (uint8_t)table;
	request[3] = (uint8_t)(count >> 8);
	request[4] = (uint8_t)count;
	memmove(request + 5, octets, count);
	request[5 + count] = checksum_of(request + 5, count);
	return 6 + count;
}

static size_t procedure_request(struct module_session *session, uint8_t *request)
{
	const struct module_job *job = session->job;
	uint8_t octets[3 + MODULE_JOB_OCTETS] = {(uint8_t)job->number, (uint8_t)(job->number >> 8),
						 ++session->sequence};

	memcpy(octets + 3, job->octets, job->count);
	return write_request(TABLE_PROCEDURE, octets, 3 + job->count, request);
}

static size_t act_request(struct module_session *session, uint8_t *request)
{
	const struct module_job *job = session->job;

	switch (job->kind) {
	case MODULE_JOB_READ:
		return read_request(job->number, request);
	case MODULE_JOB_WRITE:
		return write_request(job->number, job->octets, job->count, request);
	case MODULE_JOB_EXECUTE:
		return procedure_request(session, request);
	case MODULE_JOB_TRAFFIC:
		break;
	}
	return read_request(traffic_tables[job->answered % 3], request);
}

static size_t logon_request(const struct module_session *session, uint8_t *request)
{
	request[0] = SERVICE_LOGON;
	request[1] = (uint8_t)(session->user >> 8);
	request[2] = (uint8_t)session->user;
	memset(request + 3, ' ', NAME_OCTETS);
	memcpy(request + 3, session->name, strlen(session->name));
	return 3 + NAME_OCTETS;
}

static size_t negotiate_request(uint8_t *request)
{
	request[0] = SERVICE_NEGOTIATE;
	request[1] = (uint8_t)(MODULE_LINK_PACKET >> 8);
	request[2] = (uint8_t)MODULE_LINK_PACKET;
	request[3] = MODULE_LINK_PACKETS;
	return 4;
}

static void ask(struct module_session *session, int step, struct instant at)
{
	uint8_t request[MODULE_LINK_REQUEST];
	size_t count = 1;

	session->step = step;
	switch ((enum step)step) {
	case STEP_IDENTIFY:
		request[0] = SERVICE_IDENTIFY;
		break;
	case STEP_NEGOTIATE:
		count = negotiate_request(request);
		break;
	case STEP_LOGON:
		count = logon_request(session, request);
		break;
	case STEP_SECURITY:
		request[0] = SERVICE_SECURITY;
		memset(request + 1, ' ', PASSWORD_OCTETS);
		memcpy(request + 1, PASSWORD, strlen(PASSWORD));
		count = 1 + PASSWORD_OCTETS;
		break;
	case STEP_ACT:
		count = act_request(session, request);
		break;
	case STEP_RESULT:
		count = read_request(TABLE_RESULT, request);
		break;
	case STEP_LOGOFF:
		request[0] = SERVICE_LOGOFF;
		break;
	case STEP_TERMINATE:
		request[0] = SERVICE_TERMINATE;
		break;
	}
	module_link_ask(session->link, request, count, at);
}

void module_session_begin(struct module_session *session, struct module_job *job, unsigned user,
			  const char *name, struct instant at)
{
	session->job = job;
	session->user = user;
	session->name = name;
	session->is_logged_on = false;
	job->is_silent = false;
	job->refusal = 0;
	job->answer_count = 0;
	job->procedure_result = 0;
	job->answered = 0;
	module_link_reset(session->link);
	ask(session, STEP_IDENTIFY, at);
}

/* Code, count, octets, checksum. */
static bool take_table(struct module_session *session)
{
	const struct module_link *link = session->link;
	struct module_job *job = session->job;

	if (link->response_length < 4) {
		return false;
	}
	size_t count = (size_t)link->response[1] << 8 | link->response[2];
	if (link->response_length != count + 4 ||
	    checksum_of(link->response + 3, count) != link->response[3 + count]) {
		return false;
	}
	memcpy(job->answer, link->response + 3, count);
	job->answer_count = count;
	return true;
}

/* ST8: procedure, sequence, result, data. */
static bool take_result(struct module_session *session)
{
	struct module_job *job = session->job;

	if (!take_table(session) || job->answer_count < 4 ||
	    (job->answer[0] | (unsigned)job->answer[1] << 8) != job->number ||
	    job->answer[2] != session->sequence) {
		return false;
	}
	job->procedure_result = job->answer[3];
	job->answer_count -= 4;
	memmove(job->answer, job->answer + 4, job->answer_count);
	return true;
}

static int step_after_act(struct module_session *session)
{
	struct module_job *job = session->job;

	switch (job->kind) {
	case MODULE_JOB_READ:
		job->is_silent = !take_table(session);
		break;
	case MODULE_JOB_WRITE:
		break;
	case MODULE_JOB_EXECUTE:
		return STEP_RESULT;
	case MODULE_JOB_TRAFFIC:
		job->is_silent = !take_table(session);
		job->answered += job->is_silent ? 0 : 1;
		return !job->is_silent && job->answered < job->repetitions ? STEP_ACT : STEP_LOGOFF;
	}
	return STEP_LOGOFF;
}

static bool wants_security(const struct module_job *job)
{
	return job->kind == MODULE_JOB_EXECUTE && job->path == MODULE_PATH_NETWORK;
}

static int step_after(struct module_session *session)
{
	switch ((enum step)session->step) {
	case STEP_IDENTIFY:
		return STEP_NEGOTIATE;
	case STEP_NEGOTIATE:
		return STEP_LOGON;
	case STEP_LOGON:
		session->is_logged_on = true;
		return wants_security(session->job) ? STEP_SECURITY : STEP_ACT;
	case STEP_SECURITY:
		return STEP_ACT;
	case STEP_ACT:
		return step_after_act(session);
	case STEP_RESULT:
		session->job->is_silent = !take_result(session);
		return STEP_LOGOFF;
	case STEP_LOGOFF:
		return STEP_TERMINATE;
	case STEP_TERMINATE:
		break;
	}
	return -1;
}

/* A refused service ends the session, politely. */
static int step_after_refusal(struct module_session *session, uint8_t code)
{
	if (session->step == STEP_TERMINATE) {
		return -1;
	}
	if (session->step == STEP_LOGOFF) {
		return STEP_TERMINATE;
	}
	session->job->refusal = code;
	return session->is_logged_on ? STEP_LOGOFF : STEP_TERMINATE;
}

bool module_session_take(struct module_session *session, enum module_link_event event,
			 struct instant at)
{
	if (event == LINK_SILENT) {
		/* whose answer was there before the good-bye keeps it */
		session->job->is_silent = session->step < STEP_LOGOFF || session->job->is_silent;
		session->job = NULL;
		return true;
	}
	uint8_t code = session->link->response[0];
	int next = code ? step_after_refusal(session, code) : step_after(session);

	if (next < 0) {
		module_link_reset(session->link);
		session->job = NULL;
		return true;
	}
	ask(session, next, at);
	return false;
}

/* The sealed meter: cold start and reprogramming are refused and change nothing. */
#include "procedures/verbs/security_parts.h"

#include <stdio.h>
#include <string.h>

#include "procedures/verbs/result.h"

#define PROCEDURE_COLD_START 0
#define PROCEDURE_CLEAR_DATA 3
#define TABLE_PROCEDURES 7
#define TABLE_PASSWORD_DIMENSIONS 41
#define TABLE_PASSWORDS 42
/* Time for a meter that does start cold to do so. */
#define COLD_START_SECONDS 10.0

static const struct {
	enum meter_access access;
	const char *name;
} accesses[] = {
	{METER_ACCESS_READ, "reading password"},
	{METER_ACCESS_PROGRAM, "program password"},
	{METER_ACCESS_FACTORY, "factory password"},
};

#define ACCESSES (sizeof(accesses) / sizeof(accesses[0]))

/* ---- one procedure ---- */

/* In words of the programming tool; the answer of a meter that does as it was told is no fault. */
static enum status attempt_procedure(struct meter_client *client, int number, const char *name,
				     char *indicated, size_t size)
{
	const struct meter_procedure procedure = {.number = number};
	struct meter_procedure_answer answer;
	char code[32];
	enum status status = meter_client_execute(client, &procedure, &answer);

	if (status == STATUS_REFUSED) {
		uint8_t refusal = meter_client_refusal(client);

		snprintf(indicated, size, "%s; %s failed",
			 refusal == METER_REFUSAL_CLEARANCE ? "Insufficient Security Clearance"
							    : meter_refusal_name(refusal, code),
			 name);
		return STATUS_OK;
	}
	if (!status && answer.result == METER_PROCEDURE_COMPLETED) {
		snprintf(indicated, size, "%s completed", name);
	} else if (!status) {
		snprintf(indicated, size, "%s; %s failed",
			 meter_procedure_result_name(answer.result), name);
	}
	return status;
}

static enum status attempt_with(struct security *security, int index, enum meter_access access,
				int number, const char *name, char *indicated, size_t size)
{
	struct meter_client *client;
	enum status status = record_request(security->context, "position %d: attempt at %s",
					    security->context->lab->positions[index].number, name);

	if (status) {
		return status;
	}
	status = session_begin(security->context, index, access, &client);
	if (!status) {
		status = attempt_procedure(client, number, name, indicated, size);
	}
	return session_end(client, status);
}

/* ---- cold start ---- */

static enum status try_cold_starts(struct security *security, int index)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < ACCESSES; i++) {
		char what[96], indicated[120];

		status = attempt_with(security, index, accesses[i].access, PROCEDURE_COLD_START,
				      "Cold Start", indicated, sizeof(indicated));
		snprintf(what, sizeof(what), "cold start of the sealed meter, %s",
			 accesses[i].name);
		if (!status) {
			status = security_compare(security, index, NULL, what, indicated,
						  COLD_START_REFUSED);
		}
	}
	return status;
}

static enum status cold_start_position(struct security *security, int index)
{
	uint32_t newest, after;
	enum status status = security_look(security, index, security->before, &newest);

	if (!status) {
		status = try_cold_starts(security, index);
	}
	if (!status) {
		status = lab_wait_seconds(security->context->lab, COLD_START_SECONDS);
	}
	if (!status) {
		status = security_look(security, index, security->after, &after);
	}
	if (!status) {
		status = security_judge_unchanged(
			security, index,
			"registers and parameters after the attempts at a cold "
			"start");
	}
	return status ? status
		      : security_judge_log(security, index, "attempts at a cold start", newest);
}

static enum status for_each_position(struct security *security,
				     enum status (*run)(struct security *security, int index))
{
	struct lab *lab = security->context->lab;
	enum status status = STATUS_OK;

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status = settle_position(security->context, i, run(security, i));
	}
	return status;
}

enum status security_cold_start(struct security *security)
{
	return for_each_position(security, cold_start_position);
}

/* ---- reprogramming ---- */

struct attempts {
	int tables[SNAPSHOT_TABLES];
	int count;
	int accepted[SNAPSHOT_TABLES]; /* by how many of the passwords' sessions */
	char words[SNAPSHOT_TABLES][160];
};

/* What stands in the table; of passwords, which nobody reads, zeros, which leave them as they are.
 */
static size_t content_of(const struct security *security, int table, uint8_t *bytes)
{
	const struct table_image *image = table_snapshot_find(security->before, table);
	const struct table_image *passwords =
		table_snapshot_find(security->before, TABLE_PASSWORD_DIMENSIONS);

	if (image && image->length) {
		memcpy(bytes, image->bytes, image->length);
		return image->length;
	}
	if (table == TABLE_PASSWORDS && passwords && passwords->length >= 2) {
		size_t length = (size_t)passwords->bytes[0] * ((size_t)passwords->bytes[1] + 1);

		length = length < SNAPSHOT_BYTES ? length : SNAPSHOT_BYTES;
		memset(bytes, 0, length);
		return length;
	}
	return 0;
}

static enum status attempt_write(struct security *security, struct meter_client *client,
				 struct attempts *attempts, int i, const char *access)
{
	uint8_t bytes[SNAPSHOT_BYTES];
	char code[32];
	size_t length = content_of(security, attempts->tables[i], bytes);
	size_t used = strlen(attempts->words[i]);
	const char *word = "not attempted: it cannot be read";

	if (length) {
		enum status status =
			meter_client_write_table(client, attempts->tables[i], bytes, length);

		if (status && status != STATUS_REFUSED) {
			return status;
		}
		word = status ? meter_refusal_name(meter_client_refusal(client), code) : "accepted";
		attempts->accepted[i] += !status;
	}
	snprintf(attempts->words[i] + used, sizeof(attempts->words[i]) - used, "%s%s: %s",
		 used ? "; " : "", access, word);
	return STATUS_OK;
}

static enum status attempt_tables(struct security *security, int index, struct attempts *attempts)
{
	enum status status = STATUS_OK;

	for (size_t a = 0; !status && a < ACCESSES; a++) {
		struct meter_client *client;

		status = session_begin(security->context, index, accesses[a].access, &client);
		if (!status) {
			status = tables_of_meter(client, true, attempts->tables, &attempts->count);
		}
		for (int i = 0; !status && i < attempts->count; i++) {
			if (attempts->tables[i] != TABLE_PROCEDURES) {
				status = attempt_write(security, client, attempts, i,
						       accesses[a].name);
			}
		}
		status = session_end(client, status);
	}
	return status;
}

static enum status judge_tables(struct security *security, int index,
				const struct attempts *attempts)
{
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < attempts->count; i++) {
		char name[16], what[80];

		if (attempts->tables[i] == TABLE_PROCEDURES) {
			continue;
		}
		snprintf(what, sizeof(what), "write of %s of the sealed meter",
			 table_text(attempts->tables[i], name));
		status = record_check(
			security->context,
			&(struct check){.index = index,
					.test = "security",
					.what = what,
					.indicated = attempts->words[i],
					.expected = "refused to every password",
					.is_seen = true,
					.seen = attempts->accepted[i] ? DOES_NOT_CONFORM : CONFORMS,
					.requirement = *security->also ? security->also : NULL});
	}
	return status;
}

static enum status judge_clear_data(struct security *security, int index)
{
	char indicated[120];
	enum status status =
		attempt_with(security, index, METER_ACCESS_FACTORY, PROCEDURE_CLEAR_DATA,
			     "Clear Data", indicated, sizeof(indicated));

	if (status) {
		return status;
	}
	bool is_refused = strstr(indicated, "failed") != NULL;
	return record_check(security->context,
			    &(struct check){.index = index,
					    .test = "security",
					    .what = "clearing of data of the sealed meter",
					    .indicated = indicated,
					    .expected = "refused",
					    .is_seen = true,
					    .seen = is_refused ? CONFORMS : DOES_NOT_CONFORM});
}

static enum status reprogramming_position(struct security *security, int index)
{
	struct attempts attempts = {.count = 0};
	uint32_t newest, after;
	enum status status = security_look(security, index, security->before, &newest);

	if (!status) {
		status = record_request(security->context,
					"position %d: attempts at writing every table",
					security->context->lab->positions[index].number);
	}
	if (!status) {
		status = attempt_tables(security, index, &attempts);
	}
	if (!status) {
		status = judge_tables(security, index, &attempts);
	}
	if (!status) {
		status = judge_clear_data(security, index);
	}
	if (!status) {
		status = security_look(security, index, security->after, &after);
	}
	if (!status) {
		status = security_judge_unchanged(security, index,
						  "registers and parameters after the attempts at "
						  "reprogramming");
	}
	return status ? status
		      : security_judge_log(security, index, "attempts at reprogramming", newest);
}

enum status security_reprogramming(struct security *security)
{
	return for_each_position(security, reprogramming_position);
}

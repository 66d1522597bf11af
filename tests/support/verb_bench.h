/*
 * Steps on a laboratory in memory with a meter behind its optical port, for the suites of single
 * verbs. Include it from exactly one file of an executable: it defines the functions of
 * drivers/meter_client.h.
 */
#ifndef TESTS_SUPPORT_VERB_BENCH_H
#define TESTS_SUPPORT_VERB_BENCH_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/procedure.h"
#include "procedures/verbs/verb_support.h"
#include "tests/support/fake_lab.h"
#include "tests/support/step_files.h"
#include "tests/support/suite.h"

static struct {
	struct fake_lab fake;
	struct device_type device;
	struct limit_set *limits;
	struct run_tally tally;
	struct run_record record;
	char reason[768];
	const char *form;    /* "16S" */
	const char *service; /* NULL: the form's own */
	double watt_hours_per_count;
	int64_t net_departure; /* counts by which net is wrong */
	bool is_net_a_sum;
	int64_t step_counts;	/* in which the registers really move */
	int format, decimals;	/* NI_FORMAT1 of table 0; of table 2051, -1: there is none */
	uint8_t table_2049[22]; /* service and diagnostics */
} bench;

/* ---- the meter's optical port ---- */

enum status meter_client_open(struct port *port, struct meter_client **client)
{
	*client = (struct meter_client *)port;
	return STATUS_OK;
}

void meter_client_close(struct meter_client *client)
{
	(void)client;
}

enum status meter_client_connect(struct meter_client *client, const char *password)
{
	(void)client;
	(void)password;
	return bench.fake.is_on ? STATUS_OK : status_fail(STATUS_TIMEOUT, "no answer");
}

enum status meter_client_disconnect(struct meter_client *client)
{
	(void)client;
	return STATUS_OK;
}

enum status meter_client_read_identity(struct meter_client *client, struct meter_identity *read)
{
	(void)client;
	(void)read;
	return status_fail(STATUS_PROTOCOL, "not in this test");
}

/* Energies cut off to a count. */
enum status meter_client_read_registers(struct meter_client *client,
					struct meter_registers *registers)
{
	double count = bench.watt_hours_per_count;

	(void)client;
	registers->delivered = (int64_t)floor(bench.fake.delivered / count);
	registers->delivered -= registers->delivered % bench.step_counts;
	registers->received = (int64_t)floor(bench.fake.received / count);
	registers->received -= registers->received % bench.step_counts;
	registers->net = registers->delivered + bench.net_departure +
			 (bench.is_net_a_sum ? registers->received : -registers->received);
	registers->watt_hours_per_count = count;
	return STATUS_OK;
}

enum status meter_client_read_instantaneous(struct meter_client *client,
					    struct meter_instantaneous *read)
{
	(void)client;
	(void)read;
	return status_fail(STATUS_PROTOCOL, "not in this test");
}

enum status meter_client_read_adjustment(struct meter_client *client, struct meter_adjustment *read)
{
	(void)client;
	(void)read;
	return status_fail(STATUS_PROTOCOL, "not in this test");
}

enum status meter_client_write_adjustment(struct meter_client *client,
					  const struct meter_adjustment *written)
{
	(void)client;
	(void)written;
	return status_fail(STATUS_PROTOCOL, "not in this test");
}

enum status meter_client_read_table(struct meter_client *client, int table, uint8_t *bytes,
				    size_t capacity, size_t *length)
{
	(void)client;
	if (table == 0 || table == 2051) {
		memset(bytes, 0, 3);
		*length = 3;
		bytes[table == 0 ? 2 : 1] = (uint8_t)(table == 0 ? bench.format : bench.decimals);
		return table == 0 || bench.decimals >= 0
			       ? STATUS_OK
			       : status_fail(STATUS_REFUSED, "no such table");
	}
	CU_ASSERT_EQUAL_FATAL(table, 2049);
	CU_ASSERT_FATAL(capacity >= sizeof(bench.table_2049));
	memcpy(bytes, bench.table_2049, sizeof(bench.table_2049));
	*length = sizeof(bench.table_2049);
	return STATUS_OK;
}

/* ---- steps ---- */

static inline void bench_begin(const char *form, const char *service)
{
	char path[1200];

	run_record_free(&bench.record);
	limit_set_free(bench.limits);
	fake_lab_init(&bench.fake);
	bench.fake.lab.positions[0].optical = (struct port *)&bench.fake; /* only passed on */
	bench.form = form;
	bench.service = service;
	bench.watt_hours_per_count = 0.001;
	bench.net_departure = 0;
	bench.is_net_a_sum = false;
	bench.step_counts = 1;
	bench.format = 10;
	bench.decimals = 0;
	memset(bench.table_2049, 0, sizeof(bench.table_2049));
	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/devices/focus_ax.xml");
	CU_ASSERT_EQUAL_FATAL(device_type_load(path, &bench.device), STATUS_OK);
	data_folder_path(path, sizeof(path), "procedures/limits/iec_62053_22_02s.xml");
	CU_ASSERT_EQUAL_FATAL(limit_set_load(path, &bench.limits), STATUS_OK);
	bench.tally = (struct run_tally){0};
}

static inline void bench_load(const char *steps, struct programme *programme)
{
	char path[1200];

	scratch_write("p.xml",
		      "<procedure xmlns='urn:mcbench:procedure:1' id='p' title='P' document='D' "
		      "clause='C'>\n<body>%s</body>"
		      "<teardown><step verb='off' title='off'/></teardown></procedure>",
		      steps);
	scratch_write("programme.xml",
		      "<programme xmlns='urn:mcbench:programme:1' id='x' title='X' "
		      "limits='limits/iec_62053_22_02s.xml'><catalogue "
		      "file='requirements/measurement_canada.xml'/><procedure "
		      "file='%s'/></programme>",
		      "p.xml");
	snprintf(path, sizeof(path), "%s/programme.xml", scratch_folder());
	enum status status = programme_load(path, programme);
	if (status) {
		printf("\n    %s\n", status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static inline struct step_context bench_context(struct run_store *store)
{
	static struct device_form chosen;
	const struct device_form *form;
	struct step_context context = {.lab = &bench.fake.lab,
				       .store = store,
				       .device = &bench.device,
				       .limits = bench.limits,
				       .model = "AX",
				       .tally = &bench.tally};

	CU_ASSERT_EQUAL_FATAL(device_type_form(&bench.device, bench.form, &form), STATUS_OK);
	chosen = *form;
	if (bench.service) {
		CU_ASSERT_EQUAL_FATAL(service_from_word(bench.service, &chosen.service), STATUS_OK);
	}
	bench.fake.kt_watt_hours = form->kt_watt_hours;
	context.form = &chosen;
	return context;
}

/* Runs the steps as one procedure; the record is in bench.record, the reason in bench.reason. */
static inline enum status bench_run(const char *steps)
{
	struct programme programme;
	struct run_store *store = NULL;
	char path[1200];

	snprintf(path, sizeof(path), "%s/record.mcbench", scratch_folder());
	remove(path);
	bench_load(steps, &programme);
	CU_ASSERT_EQUAL_FATAL(run_store_create(path, true, 0, &store), STATUS_OK);
	struct step_context context = bench_context(store);
	enum status status = programme_check(&programme, &context);
	if (status) {
		printf("\n    %s\n", status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(verb_memory_provide(&context), STATUS_OK);
	((struct verb_memory *)context.memory)->is_identified[0] = true;
	status = programme_run(&programme, &context);
	snprintf(bench.reason, sizeof(bench.reason), "%s", status ? status_reason() : "");
	CU_ASSERT_EQUAL(run_store_close(store), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_store_load(path, &bench.record), STATUS_OK);
	free(context.memory);
	programme_free(&programme);
	CU_ASSERT_FALSE(bench.fake.is_on);
	return status;
}

/* Refused before anything is switched on, with this part of a sentence. */
static inline void bench_refuses(const char *steps, const char *part)
{
	struct programme programme;

	bench_load(steps, &programme);
	struct step_context context = bench_context(NULL);
	CU_ASSERT_NOT_EQUAL(programme_check(&programme, &context), STATUS_OK);
	if (!strstr(status_reason(), part)) {
		printf("\n    \"%s\" does not say \"%s\"\n", status_reason(), part);
		CU_FAIL("another reason");
	}
	programme_free(&programme);
	CU_ASSERT_EQUAL(bench.fake.apply_count, 0);
}

static inline const struct record_entry *bench_entry(const char *kind, int index)
{
	return nth_entry(&bench.record, kind, index);
}

static inline int bench_count(const char *kind)
{
	return count_entries(&bench.record, kind);
}

static inline void bench_expect(const char *kind, int index, const char *field, const char *text)
{
	const struct record_entry *entry = bench_entry(kind, index);

	CU_ASSERT_FATAL(entry && record_text(entry, field));
	if (strcmp(record_text(entry, field), text) != 0) {
		printf("\n    %s %d, %s: \"%s\" instead of \"%s\"\n", kind, index, field,
		       record_text(entry, field), text);
	}
	CU_ASSERT_STRING_EQUAL(record_text(entry, field), text);
}

static inline double bench_number(const char *kind, int index, const char *field)
{
	const struct record_entry *entry = bench_entry(kind, index);

	CU_ASSERT_FATAL(entry != NULL);
	return record_number(entry, field);
}

#endif

/*
 * The verbs `remote_reading`, `zigbee` and `disconnect` against tables in memory: one meter, read
 * by an optical client and a gateway that the test makes wrong. The client of the optical port is
 * replaced by one that knows these tables only.
 */
#include <math.h>

#include "tests/support/step_bench.h"

#define READING                                                                                    \
	"<step verb='remote_reading' requirement='NOA-31' title='t' volts='120 V' "                \
	"percent_of_maximum='25 %' power_factor='1' tables='23 2049:10' energy_time='1 s' "        \
	"join_time='60 s'/>"
#define ZIGBEE                                                                                     \
	"<step verb='zigbee' requirement='NOA-33' title='t' requests='100' join_time='60 s'/>"
#define DISCONNECT(parameters)                                                                     \
	"<step verb='disconnect' requirement='NOA-19' title='t' volts='120 V' "                    \
	"percent_of_maximum='25 %' power_factor='1' " parameters "/>"

static struct step_bench bench;
static struct instrument gateway;

/* ---- the meter ---- */

struct table {
	int number;
	size_t count;
	uint8_t octets[64];
};

static struct table tables[5];
static int optical_reads, remote_reads;
static int switch_position; /* as COMMANDED and SENSED of MT2: 1 closed, 2 open */
static bool has_switch, is_welded, accepts_without_switch;

static struct table *find_table(int number)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (tables[i].number == number) {
			return &tables[i];
		}
	}
	return NULL;
}

static void fill_table(int index, int number, size_t count)
{
	tables[index] = (struct table){.number = number, .count = count};
	for (size_t i = 0; i < count; i++) {
		tables[index].octets[i] = (uint8_t)(number + 7 * (int)i);
	}
}

/* ---- its optical port ---- */

static uint8_t newest_refusal;
static bool moves_by_itself;

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

enum status meter_client_read_table(struct meter_client *client, int number, uint8_t *bytes,
				    size_t capacity, size_t *length)
{
	struct table *table = find_table(number);

	(void)client;
	(void)capacity;
	*length = 0;
	optical_reads++;
	newest_refusal = table ? 0 : METER_REFUSAL_INAPPROPRIATE;
	if (!table) {
		return status_fail(STATUS_REFUSED, "refused");
	}
	if (moves_by_itself) {
		table->octets[0]++;
	}
	if (number == 2050) {
		table->octets[0] = table->octets[1] = (uint8_t)switch_position;
	}
	memcpy(bytes, table->octets, table->count);
	*length = table->count;
	return STATUS_OK;
}

uint8_t meter_client_refusal(const struct meter_client *client)
{
	(void)client;
	return newest_refusal;
}

static int command_switch(uint8_t command)
{
	if (!has_switch) {
		return accepts_without_switch ? 0 : 6;
	}
	if (!is_welded) {
		switch_position = command == 2 ? 1 : 2;
	}
	return 0;
}

enum status meter_client_execute(struct meter_client *client,
				 const struct meter_procedure *procedure,
				 struct meter_procedure_answer *answer)
{
	(void)client;
	CU_ASSERT_EQUAL(procedure->number, 2048);
	CU_ASSERT_EQUAL(procedure->parameter_count, 1);
	answer->result = (enum meter_procedure_result)command_switch(procedure->parameters[0]);
	return STATUS_OK;
}

/* ---- the gateway ---- */

static struct remote_module module;
static const char *module_refusal, *read_refusal, *write_refusal, *execute_refusal;
static int altered_octet, answered_requests, joins_after;
static bool traffic_moves, write_moves;

static void refuse(char refusal[REMOTE_REFUSAL], const char *words)
{
	snprintf(refusal, REMOTE_REFUSAL, "%s", words);
}

static enum status tell_module(struct instrument *instrument, int channel,
			       struct remote_module *told, char refusal[REMOTE_REFUSAL])
{
	(void)instrument;
	CU_ASSERT_EQUAL(channel, 1);
	*told = module;
	told->is_joined = joins_after-- <= 0;
	refuse(refusal, module_refusal);
	return STATUS_OK;
}

static enum status read_remote(struct instrument *instrument, int channel, enum remote_path path,
			       int number, uint8_t octets[REMOTE_OCTETS], size_t *count,
			       char refusal[REMOTE_REFUSAL])
{
	const struct table *table = find_table(number);

	(void)instrument;
	(void)channel;
	(void)path;
	remote_reads++;
	refuse(refusal, table ? read_refusal : "iar");
	*count = 0;
	if (refusal[0]) {
		return STATUS_OK;
	}
	*count = table->count;
	memcpy(octets, table->octets, table->count);
	if (altered_octet >= 0) {
		octets[altered_octet] ^= 1;
	}
	return STATUS_OK;
}

static enum status write_remote(struct instrument *instrument, int channel, enum remote_path path,
				int number, const uint8_t *octets, size_t count,
				char refusal[REMOTE_REFUSAL])
{
	(void)instrument;
	(void)channel;
	CU_ASSERT_EQUAL(path, REMOTE_ZIGBEE);
	/* what is there already */
	CU_ASSERT_EQUAL(count, find_table(number)->count);
	CU_ASSERT_EQUAL(memcmp(octets, find_table(number)->octets, count), 0);
	find_table(number)->octets[5] += write_moves;
	refuse(refusal, write_refusal);
	return STATUS_OK;
}

static enum status execute_remote(struct instrument *instrument, int channel, enum remote_path path,
				  int procedure, const uint8_t *parameters, size_t count,
				  int *result, char refusal[REMOTE_REFUSAL])
{
	(void)instrument;
	(void)channel;
	(void)count;
	*result = procedure == 2048 ? command_switch(parameters[0]) : 0;
	refuse(refusal, path == REMOTE_ZIGBEE ? execute_refusal : "");
	return STATUS_OK;
}

static enum status make_traffic(struct instrument *instrument, int channel, int requests,
				int *answered, char refusal[REMOTE_REFUSAL])
{
	(void)instrument;
	(void)channel;
	CU_ASSERT_EQUAL(requests, 100);
	*answered = answered_requests;
	find_table(23)->octets[3] += traffic_moves;
	refuse(refusal, "");
	return STATUS_OK;
}

static const struct remote_reader role = {.module = tell_module,
					  .read_table = read_remote,
					  .write_table = write_remote,
					  .execute = execute_remote,
					  .traffic = make_traffic};

static void begin(void)
{
	bench_begin(&bench);
	bench.module = "0746";
	bench.fake.lab.positions[0].optical = (struct port *)&bench; /* only passed on */
	gateway = (struct instrument){.name = "gateway", .remote_reader = &role};
	bench.fake.lab.remote_reader = &gateway;
	fill_table(0, 23, 40);
	fill_table(1, 2049, 22);
	fill_table(2, 2051, 13);
	fill_table(3, 2054, 40);
	fill_table(4, 0, 0);
	module = (struct remote_module){"0746", "Gridstream RF", "1.00", true, true};
	memcpy(tables[3].octets,
	       "\x02\x01"
	       "0746Gridstream RF       1.00      \x01\x02\0\0",
	       40);
	module_refusal = read_refusal = "";
	write_refusal = execute_refusal = "isc";
	altered_octet = -1;
	answered_requests = 100;
	joins_after = 0;
	traffic_moves = write_moves = moves_by_itself = false;
	has_switch = is_welded = accepts_without_switch = false;
	switch_position = 1;
}

/* ---- remote_reading ---- */

static void a_module_that_hands_on_every_octet_conforms(void)
{
	begin();
	joins_after = 3;
	CU_ASSERT_EQUAL(bench_run(&bench, READING), STATUS_OK);
	CU_ASSERT_EQUAL(bench_count(&bench, "result"), 6);
	CU_ASSERT_EQUAL(bench.tally.conforms, 6);
	bench_expect(&bench, "ST23 through the module", "conforms");
	CU_ASSERT_STRING_EQUAL(
		record_text(bench_entry(&bench, "result", bench_find(&bench, "MT1")), "indicated"),
		"10 octets 01080F161D242B323940"); /* 2049 = 801h, then + 7 each */
}

static void one_wrong_octet_does_not_conform(void)
{
	begin();
	altered_octet = 39;
	CU_ASSERT_EQUAL(bench_run(&bench, READING), STATUS_OK);
	bench_expect(&bench, "ST23 through the module", "does not conform");
	CU_ASSERT_STRING_EQUAL(
		record_text(bench_entry(&bench, "result", bench_find(&bench, "ST23")), "remark"),
		"they differ from octet 39 on");
	begin();
	altered_octet = 10; /* behind the ten of MT1 that are compared, within ST23 */
	CU_ASSERT_EQUAL(bench_run(&bench, READING), STATUS_OK);
	bench_expect(&bench, "MT1 octets 0 to 9 through", "conforms");
	bench_expect(&bench, "ST23 through the module", "does not conform");
}

/* Octets 20 to 23 of ST23, of which 22 is altered; 24 to 27, of which none is; behind the end. */
static void a_part_of_a_table_is_compared_for_itself(void)
{
	begin();
	altered_octet = 22;
	CU_ASSERT_EQUAL(
		bench_run(
			&bench,
			"<step verb='remote_reading' requirement='NOA-31' title='t' "
			"volts='120 V' percent_of_maximum='25 %' power_factor='1' tables='23:20+4 "
			"23:24+4 23:38+4'/>"),
		STATUS_OK);
	bench_expect(&bench, "ST23 octets 20 to 23 through", "does not conform");
	bench_expect(&bench, "ST23 octets 24 to 27 through", "conforms");
	/* both are empty: nothing was shown */
	bench_expect(&bench, "ST23 octets 38 to 41 through", "not evaluated");
}

static void a_meter_that_does_not_answer_its_module_does_not_conform(void)
{
	begin();
	read_refusal = "meter silent";
	CU_ASSERT_EQUAL(bench_run(&bench, READING), STATUS_OK);
	bench_expect(&bench, "ST23 through the module", "does not conform");
	begin();
	read_refusal = "isc";
	CU_ASSERT_EQUAL(bench_run(&bench, READING), STATUS_OK);
	bench_expect(&bench, "ST23 through the module", "does not conform");
}

static void a_table_that_moves_by_itself_shows_nothing(void)
{
	begin();
	moves_by_itself = true;
	CU_ASSERT_EQUAL(bench_run(&bench, READING), STATUS_OK);
	bench_expect(&bench, "ST23 through the module", "not evaluated");
}

static void another_module_than_that_of_the_device_file_does_not_conform(void)
{
	begin();
	snprintf(module.label, sizeof(module.label), "Gridstream RF Mesh");
	CU_ASSERT_EQUAL(bench_run(&bench, READING), STATUS_OK);
	bench_expect(&bench, "number of the module", "conforms");
	bench_expect(&bench, "label of the module", "does not conform");
	bench_expect(&bench, "what the meter says of its module", "does not conform");
	begin();
	module.has_zigbee = false;
	CU_ASSERT_EQUAL(bench_run(&bench, READING), STATUS_OK);
	bench_expect(&bench, "Zigbee of the module", "does not conform");
}

static void a_module_out_of_reach_is_a_fault_of_the_bench(void)
{
	begin();
	module_refusal = "no contact";
	CU_ASSERT_EQUAL(bench_run(&bench, READING), STATUS_TIMEOUT);
	bench_says(&bench, "remote reader gateway says \"no contact\"");
	CU_ASSERT_EQUAL(bench_count(&bench, "result"), 0);
	begin();
	joins_after = 1000;
	CU_ASSERT_EQUAL(bench_run(&bench, READING), STATUS_TIMEOUT);
	bench_says(&bench, "\"not joined\"");
	begin();
	read_refusal = "no contact";
	CU_ASSERT_EQUAL(bench_run(&bench, READING), STATUS_TIMEOUT);
}

/* ---- zigbee ---- */

static void traffic_without_effect_and_refused_writes_conform(void)
{
	begin();
	CU_ASSERT_EQUAL(bench_run(&bench, ZIGBEE), STATUS_OK);
	CU_ASSERT_EQUAL(bench.tally.conforms, bench_count(&bench, "result"));
	bench_expect(&bench, "write of the settings (MT3) by Zigbee", "conforms");
}

static void traffic_that_moves_a_register_does_not_conform(void)
{
	begin();
	traffic_moves = true;
	CU_ASSERT_EQUAL(bench_run(&bench, ZIGBEE), STATUS_OK);
	bench_expect(&bench, "ST23, registers, after the traffic", "does not conform");
	bench_expect(&bench, "MT3, settings and count of events, after the traffic", "conforms");
}

static void what_zigbee_may_write_or_do_does_not_conform(void)
{
	begin();
	write_refusal = "";
	CU_ASSERT_EQUAL(bench_run(&bench, ZIGBEE), STATUS_OK);
	bench_expect(&bench, "write of the settings (MT3) by Zigbee", "does not conform");
	begin();
	execute_refusal = "";
	CU_ASSERT_EQUAL(bench_run(&bench, ZIGBEE), STATUS_OK);
	bench_expect(&bench, "demand reset by Zigbee", "does not conform");
	begin();
	write_moves = true; /* refused, and done all the same */
	CU_ASSERT_EQUAL(bench_run(&bench, ZIGBEE), STATUS_OK);
	bench_expect(&bench, "write of the settings (MT3) by Zigbee", "conforms");
	bench_expect(&bench, "MT3, settings and count of events, after the attempts",
		     "does not conform");
}

static void unanswered_traffic_proves_nothing(void)
{
	begin();
	answered_requests = 89;
	CU_ASSERT_EQUAL(bench_run(&bench, ZIGBEE), STATUS_TIMEOUT);
	bench_says(&bench, "of 100 readings by Zigbee 89 had an answer");
	begin();
	answered_requests = 90;
	CU_ASSERT_EQUAL(bench_run(&bench, ZIGBEE), STATUS_OK);
}

/* ---- disconnect ---- */

static void a_meter_without_a_switch_has_to_refuse(void)
{
	begin();
	CU_ASSERT_EQUAL(bench_run(&bench, DISCONNECT("load_side='no' local='no'")), STATUS_OK);
	bench_expect(&bench, "command to open a meter without a switch", "conforms");
	bench_expect(&bench, "current after the refused command", "conforms");
	begin();
	accepts_without_switch = true;
	CU_ASSERT_EQUAL(bench_run(&bench, DISCONNECT("by='module' load_side='no' local='no'")),
			STATUS_OK);
	bench_expect(&bench, "command to open a meter without a switch", "does not conform");
}

/* The lab in memory has no current circuit that could open: what the meter says is one thing, what
 * the standard sees another. */
static void current_through_a_switch_that_says_open_does_not_conform(void)
{
	begin();
	bench.form = "12S";
	bench.model = "AX-SD";
	has_switch = true;
	fill_table(4, 2050, 13);
	CU_ASSERT_EQUAL(bench_run(&bench, DISCONNECT("load_side='no' local='no'")), STATUS_OK);
	bench_expect(&bench, "open, by the optical port", "conforms");
	bench_expect(&bench, "current with the switch open", "does not conform");
	bench_expect(&bench, "close, by the optical port", "conforms");
	bench_expect(&bench, "current with the switch closed", "conforms");
	begin();
	bench.form = "12S";
	bench.model = "AX-SD";
	has_switch = is_welded = true;
	fill_table(4, 2050, 13);
	CU_ASSERT_EQUAL(bench_run(&bench, DISCONNECT("load_side='no' local='no' by='module'")),
			STATUS_OK);
	bench_expect(&bench, "open, by the module", "does not conform");
}

static void what_cannot_be_is_refused_before(void)
{
	begin();
	bench.module = NULL;
	bench_refuses(&bench, READING, "has no communication module in this run");
	bench_refuses(&bench, ZIGBEE, "has no communication module in this run");
	bench_refuses(&bench, DISCONNECT("by='module'"), "has no communication module");
	begin();
	bench.fake.lab.remote_reader = NULL;
	bench_refuses(&bench, READING, "has no remote_reader");
	begin();
	bench_refuses(&bench, DISCONNECT("by='hand'"), "neither optical nor module");
	bench_refuses(&bench, DISCONNECT("local='perhaps'"), "neither yes nor no");
	bench_refuses(&bench,
		      "<step verb='remote_reading' requirement='NOA-31' title='t' volts='120 V' "
		      "percent_of_maximum='25 %' power_factor='1' tables='23 all'/>",
		      "is no list of tables");
	bench.form = "12S";
	bench.model = "AX-SD";
	bench_refuses(&bench, DISCONNECT(""), "has no operator");
}

const char *const suite_name = "module_verbs";
const struct suite_case suite_cases[] = {
	CASE(a_module_that_hands_on_every_octet_conforms),
	CASE(one_wrong_octet_does_not_conform),
	CASE(a_part_of_a_table_is_compared_for_itself),
	CASE(a_meter_that_does_not_answer_its_module_does_not_conform),
	CASE(a_table_that_moves_by_itself_shows_nothing),
	CASE(another_module_than_that_of_the_device_file_does_not_conform),
	CASE(a_module_out_of_reach_is_a_fault_of_the_bench),
	CASE(traffic_without_effect_and_refused_writes_conform),
	CASE(traffic_that_moves_a_register_does_not_conform),
	CASE(what_zigbee_may_write_or_do_does_not_conform),
	CASE(unanswered_traffic_proves_nothing),
	CASE(a_meter_without_a_switch_has_to_refuse),
	CASE(current_through_a_switch_that_says_open_does_not_conform),
	CASE(what_cannot_be_is_refused_before),
	CASES_END,
};

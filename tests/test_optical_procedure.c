/*
 * Raw tables and procedures through the optical port: what is sent, what the meter's refusal is
 * told apart from, and ST8's answer to this procedure and no other. ST7, ST8: C12.19.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/suite.h"
#include "tests/support/table_meter.h"

static struct table_meter meter;
static uint8_t initiated[64];
static size_t initiated_length;
static int reads_of_st8;

/* ST0: least significant octet first, INT48 and INT32; tables 0, 7, 8. */
#define GENERAL_LSB "00 02 8A 4D434220 02 00 10 40 01 00 02 01 01 00 01 00 8101 00 00 8100 00"
#define GENERAL_MSB "01 02 8A 4D434220 02 00 10 40 01 00 02 01 01 00 01 00 8101 00 00 8100 00"

static uint8_t take_procedure(struct table_meter *self, int table, const uint8_t *bytes,
			      size_t length)
{
	(void)self;
	if (table == 7) {
		initiated_length = length < sizeof(initiated) ? length : sizeof(initiated);
		memcpy(initiated, bytes, initiated_length);
	}
	return 0;
}

static void answer_st8(struct table_meter *self, uint8_t result, const char *data)
{
	char hex[80];

	snprintf(hex, sizeof(hex), "%02X%02X%02X %02X %s", initiated[0], initiated[1], initiated[2],
		 result, data);
	table_meter_set(self, 8, hex);
}

static void start(const char *general)
{
	table_meter_init(&meter);
	table_meter_set(&meter, 0, general);
	meter.written = take_procedure;
	initiated_length = 0;
	reads_of_st8 = 0;
	table_meter_connect(&meter);
}

static void completed_with_data(struct table_meter *self, int table)
{
	if (table == 8) {
		answer_st8(self, 0, "03AABB");
	}
}

/* Procedure 9 with action 03h; then manufacturer's procedure 1: word 0801h. */
static void a_procedure_is_sent_as_number_sequence_and_parameters(void)
{
	struct meter_procedure reset = {.number = 9, .parameter_count = 1, .parameters = {3}};
	struct meter_procedure own = {.number = 2049};
	struct meter_procedure_answer answer;

	start(GENERAL_LSB);
	meter.reading = completed_with_data;
	CU_ASSERT_EQUAL(meter_client_execute(meter.client, &reset, &answer), STATUS_OK);
	CU_ASSERT_EQUAL(initiated_length, 4);
	CU_ASSERT_EQUAL(initiated[0], 9);
	CU_ASSERT_EQUAL(initiated[1], 0);
	CU_ASSERT_EQUAL(initiated[3], 3);
	CU_ASSERT_EQUAL(answer.result, METER_PROCEDURE_COMPLETED);
	CU_ASSERT_EQUAL(answer.count, 3);
	CU_ASSERT_EQUAL(answer.data[2], 0xBB);
	uint8_t sequence = initiated[2];

	CU_ASSERT_EQUAL(meter_client_execute(meter.client, &own, &answer), STATUS_OK);
	CU_ASSERT_EQUAL(initiated_length, 3);
	CU_ASSERT_EQUAL(initiated[0], 0x01);
	CU_ASSERT_EQUAL(initiated[1], 0x08);
	CU_ASSERT_EQUAL(initiated[2], (uint8_t)(sequence + 1));
	table_meter_finish(&meter);
	start(GENERAL_MSB);
	meter.reading = completed_with_data;
	CU_ASSERT_EQUAL(meter_client_execute(meter.client, &own, &answer), STATUS_OK);
	CU_ASSERT_EQUAL(initiated[0], 0x08);
	CU_ASSERT_EQUAL(initiated[1], 0x01);
	table_meter_finish(&meter);
}

static void timing(struct table_meter *self, int table)
{
	if (table == 8) {
		answer_st8(self, 4, "");
	}
}

static void a_result_is_an_answer_and_no_fault(void)
{
	struct meter_procedure reset = {.number = 9, .parameter_count = 1, .parameters = {1}};
	struct meter_procedure_answer answer;

	start(GENERAL_LSB);
	meter.reading = timing;
	CU_ASSERT_EQUAL(meter_client_execute(meter.client, &reset, &answer), STATUS_OK);
	CU_ASSERT_EQUAL(answer.result, METER_PROCEDURE_TIMING);
	CU_ASSERT_EQUAL(answer.count, 0);
	CU_ASSERT_EQUAL(meter_client_execute_completed(meter.client, &reset, &answer),
			STATUS_REFUSED);
	CU_ASSERT_STRING_EQUAL(status_reason(), "meter on VIRTUAL::optical: standard procedure 9: "
						"timing constraint");
	reset.number = 2048 + 5;
	CU_ASSERT_EQUAL(meter_client_execute_completed(meter.client, &reset, &answer),
			STATUS_REFUSED);
	CU_ASSERT_STRING_EQUAL(status_reason(), "meter on VIRTUAL::optical: manufacturer's "
						"procedure 5: timing constraint");
	table_meter_finish(&meter);
}

static void slow(struct table_meter *self, int table)
{
	if (table == 8) {
		reads_of_st8++;
		answer_st8(self, reads_of_st8 < 4 ? 1 : 0, "");
	}
}

static void endless(struct table_meter *self, int table)
{
	if (table == 8) {
		reads_of_st8++;
		answer_st8(self, 1, "");
	}
}

static void st8_is_asked_until_the_procedure_is_over(void)
{
	struct meter_procedure procedure = {.number = 2};
	struct meter_procedure_answer answer;

	start(GENERAL_LSB);
	meter.reading = slow;
	CU_ASSERT_EQUAL(meter_client_execute(meter.client, &procedure, &answer), STATUS_OK);
	CU_ASSERT_EQUAL(answer.result, METER_PROCEDURE_COMPLETED);
	CU_ASSERT_EQUAL(reads_of_st8, 4);
	meter.reading = endless;
	reads_of_st8 = 0;
	double before = scripted_port_seconds(&meter.port);

	CU_ASSERT_EQUAL(meter_client_execute(meter.client, &procedure, &answer), STATUS_OK);
	CU_ASSERT_EQUAL(answer.result, METER_PROCEDURE_NOT_COMPLETED);
	CU_ASSERT(scripted_port_seconds(&meter.port) - before < 25);
	CU_ASSERT_EQUAL(meter_client_execute_completed(meter.client, &procedure, &answer),
			STATUS_REFUSED);
	table_meter_finish(&meter);
}

static void stranger(struct table_meter *self, int table)
{
	if (table == 8) {
		table_meter_set(self, 8, "0A00 77 00");
	}
}

static void impossible(struct table_meter *self, int table)
{
	if (table == 8) {
		answer_st8(self, 7, "");
	}
}

static void short_answer(struct table_meter *self, int table)
{
	if (table == 8) {
		table_meter_set(self, 8, "090000");
	}
}

static void an_answer_to_another_procedure_is_no_answer(void)
{
	struct meter_procedure procedure = {.number = 9, .parameter_count = 1};
	struct meter_procedure_answer answer;

	start(GENERAL_LSB);
	meter.reading = stranger;
	CU_ASSERT_EQUAL(meter_client_execute(meter.client, &procedure, &answer), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "ST8 answers procedure 10, sequence 119; "
						       "procedure 9, sequence 1 was asked for"));
	meter.reading = impossible;
	CU_ASSERT_EQUAL(meter_client_execute(meter.client, &procedure, &answer), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "result 7, which does not exist"));
	meter.reading = short_answer;
	CU_ASSERT_EQUAL(meter_client_execute(meter.client, &procedure, &answer), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "ST8 is 3 bytes long"));
	procedure.number = 4096;
	CU_ASSERT_EQUAL(meter_client_execute(meter.client, &procedure, &answer), STATUS_BAD_INPUT);
	table_meter_finish(&meter);
}

static void a_refusal_is_told_from_a_fault_of_the_line(void)
{
	struct meter_procedure cold_start = {.number = 0};
	struct meter_procedure_answer answer;
	const uint8_t bytes[2] = {1, 2};
	char text[32];

	start(GENERAL_LSB);
	table_meter_set(&meter, 13, "0000");
	meter.refused_table = 7;
	meter.refusal = 3;
	CU_ASSERT_EQUAL(meter_client_execute(meter.client, &cold_start, &answer), STATUS_REFUSED);
	CU_ASSERT_EQUAL(meter_client_refusal(meter.client), METER_REFUSAL_CLEARANCE);
	CU_ASSERT_STRING_EQUAL(meter_refusal_name(3, text), "insufficient security clearance");
	CU_ASSERT_STRING_EQUAL(
		status_reason(),
		"meter on VIRTUAL::optical: write of ST7 refused: insufficient security clearance");
	CU_ASSERT_EQUAL(meter_client_write_table(meter.client, 13, bytes, 2), STATUS_OK);
	CU_ASSERT_EQUAL(meter_client_refusal(meter.client), METER_REFUSAL_NONE);
	meter.refused_table = 13;
	meter.refusal = 4;
	CU_ASSERT_EQUAL(meter_client_write_table(meter.client, 13, bytes, 2), STATUS_REFUSED);
	CU_ASSERT_EQUAL(meter_client_refusal(meter.client), METER_REFUSAL_NOT_POSSIBLE);
	meter.is_silent = true;
	CU_ASSERT_EQUAL(meter_client_write_table(meter.client, 13, bytes, 2), STATUS_TIMEOUT);
	CU_ASSERT_EQUAL(meter_client_refusal(meter.client), METER_REFUSAL_NONE);
	table_meter_finish(&meter);
}

/* 300 bytes reach the table as they are, and come back. */
static void a_table_is_written_and_read_as_it_is(void)
{
	uint8_t bytes[300], back[300];
	size_t length;

	start(GENERAL_LSB);
	table_meter_set(&meter, 2048 + 3, "00");
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(i * 7);
	}
	CU_ASSERT_EQUAL(meter_client_write_table(meter.client, 2051, bytes, sizeof(bytes)),
			STATUS_OK);
	CU_ASSERT_EQUAL(meter_client_read_table(meter.client, 2051, back, sizeof(back), &length),
			STATUS_OK);
	CU_ASSERT_EQUAL(length, sizeof(bytes));
	CU_ASSERT_EQUAL(memcmp(bytes, back, sizeof(bytes)), 0);
	CU_ASSERT_EQUAL(meter_client_write_table(meter.client, 2051, bytes, 0), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL(meter_client_write_table(meter.client, 4096, bytes, 1), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL(meter_client_write_table(meter.client, 2051, bytes, 2011),
			STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "a write of MT3 with 2011 bytes"));
	table_meter_finish(&meter);
}

const char *const suite_name = "optical_procedure";
const struct suite_case suite_cases[] = {
	CASE(a_procedure_is_sent_as_number_sequence_and_parameters),
	CASE(a_result_is_an_answer_and_no_fault),
	CASE(st8_is_asked_until_the_procedure_is_over),
	CASE(an_answer_to_another_procedure_is_no_answer),
	CASE(a_refusal_is_told_from_a_fault_of_the_line),
	CASE(a_table_is_written_and_read_as_it_is),
	CASES_END,
};

/* drivers/ports/replay: recorded dialogues from the scratch folder, on a manual clock. */
#include <stdio.h>
#include <string.h>

#include "drivers/port.h"
#include "tests/support/scripted_port.h"
#include "tests/support/suite.h"

static struct scripted_port unused; /* for its clock */
static struct port *port;
static char resource[1200];

static enum status replay(const char *recording)
{
	char path[1100];
	FILE *file;

	scripted_port_init(&unused, "clock");
	snprintf(path, sizeof(path), "%s/dialogue.txt", scratch_folder());
	file = fopen(path, "w");
	CU_ASSERT_FATAL(file && fputs(recording, file) >= 0 && !fclose(file));
	snprintf(resource, sizeof(resource), "REPLAY::%s", path);
	return port_open(resource, &(struct port_line){9600, 2}, &unused.clock.clock, &port);
}

static struct instant in_seconds(double seconds)
{
	return instant_after(unused.clock.now, seconds);
}

static enum status sends(const char *text)
{
	return port_write(port, (const uint8_t *)text, strlen(text), in_seconds(1));
}

static bool gets_text(const char *text)
{
	uint8_t bytes[64];
	size_t count = 0;
	enum status status = port_read(port, bytes, sizeof(bytes), &count, in_seconds(1));

	return !status && count == strlen(text) && !memcmp(bytes, text, count);
}

static void a_recorded_dialogue_answers_as_it_did(void)
{
	CU_ASSERT_EQUAL_FATAL(
		replay("# status\n\n> 53 53 4D\n> 0D\n< 53 53 4d 30\n12.5 < 0D # end\n> 41\n< 42"),
		STATUS_OK);
	CU_ASSERT_EQUAL(sends("SSM\r"), STATUS_OK);
	CU_ASSERT_TRUE(gets_text("SSM0\r"));
	CU_ASSERT_EQUAL(sends("A"), STATUS_OK);
	CU_ASSERT_TRUE(gets_text("B"));
	port_close(port);
}

static void an_answer_is_not_there_before_its_question(void)
{
	uint8_t byte;
	size_t count = 1;

	CU_ASSERT_EQUAL_FATAL(replay("> 41\n< 42\n"), STATUS_OK);
	CU_ASSERT_EQUAL(port_read(port, &byte, 1, &count, in_seconds(2.5)), STATUS_TIMEOUT);
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&unused), 2.5, 1e-9);
	CU_ASSERT_EQUAL(sends("A"), STATUS_OK);
	CU_ASSERT_TRUE(gets_text("B"));
	CU_ASSERT_EQUAL(port_read(port, &byte, 1, &count, in_seconds(1)), STATUS_TIMEOUT);
	port_close(port);
}

static void a_departure_is_told_with_file_and_line(void)
{
	CU_ASSERT_EQUAL_FATAL(replay("> 41\n< 42\n> 43\n"), STATUS_OK);
	CU_ASSERT_EQUAL(sends("A"), STATUS_OK);
	CU_ASSERT_EQUAL(sends("D"), STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(status_reason(), "dialogue.txt line 3: sent 44 where the recording has 43"));
	CU_ASSERT_EQUAL(sends("C"), STATUS_OK);
	CU_ASSERT_EQUAL(sends("C"), STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "after the end"));
	port_close(port);
}

static void discarded_input_is_gone_and_only_that(void)
{
	CU_ASSERT_EQUAL_FATAL(replay("< 58 59\n> 41\n< 42\n"), STATUS_OK);
	CU_ASSERT_EQUAL(port_discard_input(port), STATUS_OK);
	CU_ASSERT_EQUAL(sends("A"), STATUS_OK);
	CU_ASSERT_TRUE(gets_text("B"));
	port_close(port);
}

static void a_malformed_recording_is_refused_with_its_line(void)
{
	static const char *const recordings[] = {"> 41\n? 42\n", "> 41\n> 4\n", "> 41\n< 4G\n",
						 "> 41\n> 4 1\n"};
	struct port *none = NULL;

	for (size_t i = 0; i < sizeof(recordings) / sizeof(*recordings); i++) {
		CU_ASSERT_EQUAL(replay(recordings[i]), STATUS_BAD_INPUT);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "line 2"));
	}
	CU_ASSERT_EQUAL(port_open("REPLAY::/nowhere", &(struct port_line){9600, 1},
				  &unused.clock.clock, &none),
			STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "REPLAY::/nowhere"));
}

const char *const suite_name = "port_replay";
const struct suite_case suite_cases[] = {
	CASE(a_recorded_dialogue_answers_as_it_did),
	CASE(an_answer_is_not_there_before_its_question),
	CASE(a_departure_is_told_with_file_and_line),
	CASE(discarded_input_is_gone_and_only_that),
	CASE(a_malformed_recording_is_refused_with_its_line),
	CASES_END,
};

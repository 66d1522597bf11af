/*
 * bench/virtual_lab/virtual_operator by the sentences of drivers/OPERATOR.md, word by word, on a
 * meter with its real firmware: what hands do is seen in the meter's tables and on its display.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/metered_lab.h"
#include "tests/support/suite.h"

#define ANSWER_BYTES 8192

static struct metered_lab lab;
static struct port *bench; /* the operator's line */
static char answer[ANSWER_BYTES];

static void begin_with(const char *model, const char *form,
		       const struct virtual_operator_options *person)
{
	struct virtual_lab_options options = {.seed = 9, .hardware = {model, form, "OP-1", 200}};

	if (person) {
		options.person = *person;
	}
	metered_lab_begin(&lab, &options);
	CU_ASSERT_EQUAL_FATAL(virtual_lab_open_port(lab.lab, "VIRTUAL::operator", &bench),
			      STATUS_OK);
	metered_lab_start(&lab);
}

static void begin(const char *model, const char *form)
{
	begin_with(model, form, NULL);
}

static void end(void)
{
	port_close(bench);
	metered_lab_end(&lab);
}

static struct instant in_seconds(double seconds)
{
	return instant_after(clock_now(virtual_lab_clock(lab.lab)), seconds);
}

/* Everything that comes within so many seconds, lines ended by '|'. */
static const char *hear(double seconds)
{
	struct instant until = in_seconds(seconds);
	size_t used = 0, count;

	while (used + 1 < sizeof(answer) &&
	       port_read(bench, (uint8_t *)answer + used, sizeof(answer) - 1 - used, &count,
			 until) == STATUS_OK) {
		used += count;
	}
	for (size_t i = 0; i < used; i++) {
		answer[i] = answer[i] == '\n' ? '|' : answer[i];
	}
	answer[used] = '\0';
	return answer;
}

static const char *ask(const char *sentence, double seconds)
{
	CU_ASSERT_EQUAL(
		port_write(bench, (const uint8_t *)sentence, strlen(sentence), in_seconds(5)),
		STATUS_OK);
	CU_ASSERT_EQUAL(port_write(bench, (const uint8_t *)"\n", 1, in_seconds(5)), STATUS_OK);
	return hear(seconds);
}

static unsigned seal_in_mt3(void)
{
	uint8_t octets[13];

	metered_lab_log_on(&lab, "READ");
	CU_ASSERT_EQUAL(metered_lab_table(&lab, 2051, octets, 13), 13);
	metered_lab_log_off(&lab);
	return octets[2];
}

/* MT3, DEMAND_RESETS: asked for by the switch since power-up. */
static unsigned resets_by_switch(void)
{
	uint8_t octets[13];

	metered_lab_log_on(&lab, "READ");
	CU_ASSERT_EQUAL(metered_lab_table(&lab, 2051, octets, 13), 13);
	metered_lab_log_off(&lab);
	return metered_lab_word(octets + 11);
}

static void a_press_takes_its_time_and_reaches_the_meter(void)
{
	begin("AX", "16S");
	CU_ASSERT_EQUAL(resets_by_switch(), 0);
	CU_ASSERT_STRING_EQUAL(ask("position 1: press demand reset for 1.5 s", 1.0), "");
	CU_ASSERT_STRING_EQUAL(hear(1.0), "done|");
	metered_lab_wait(&lab, 2);
	CU_ASSERT_EQUAL(resets_by_switch(), 1);
	end();
}

static void test_mode_is_a_switch_too(void)
{
	uint8_t status[16];

	begin("AX", "16S");
	metered_lab_wait(&lab, 3);
	CU_ASSERT_STRING_EQUAL(ask("position 1: press test mode for 1 s", 1.2), "done|");
	metered_lab_wait(&lab, 2);
	metered_lab_log_on(&lab, "READ");
	CU_ASSERT(metered_lab_table(&lab, 3, status, sizeof(status)) > 0);
	metered_lab_log_off(&lab);
	CU_ASSERT_EQUAL(status[0] & 2, 2); /* ED_MODE: bit 1 test mode */
	end();
}

static void the_seal_is_broken_and_closed(void)
{
	begin("AX", "16S");
	CU_ASSERT_EQUAL(seal_in_mt3(), 0);
	CU_ASSERT_STRING_EQUAL(ask("position 1: break the seal", 0.1), "done|");
	metered_lab_wait(&lab, 1);
	CU_ASSERT_EQUAL(seal_in_mt3(), 1);
	CU_ASSERT_STRING_EQUAL(ask("position 1: close the seal", 0.1), "done|");
	metered_lab_wait(&lab, 1);
	CU_ASSERT_EQUAL(seal_in_mt3(), 0);
	end();
}

static int count_of(const char *text, const char *word)
{
	int count = 0;

	for (; (text = strstr(text, word)); text++) {
		count++;
	}
	return count;
}

static void the_display_is_read_as_it_changes(void)
{
	begin("AX", "16S");
	const char *shown = ask("position 1: what does the display show?", 0.2);
	CU_ASSERT_EQUAL(strncmp(shown, "shows: ", 7), 0);
	CU_ASSERT(strlen(shown) > 10);
	shown = ask("position 1: watch the display for 30 s", 29.9);
	CU_ASSERT_PTR_NULL(strstr(shown, "end|"));
	CU_ASSERT(count_of(shown, "shows: ") >= 4);
	CU_ASSERT_STRING_EQUAL(hear(0.3), "end|");
	metered_lab_off(&lab);
	metered_lab_wait(&lab, 2);
	CU_ASSERT_STRING_EQUAL(ask("position 1: what does the display show?", 0.2), "shows: |");
	end();
}

/* No image twice in a row, none without a reading of its own. */
static void a_watched_display_tells_every_image_once(void)
{
	char *line, *rest, before[64] = "";
	int images = 0;

	begin("AX", "16S");
	ask("position 1: watch the display for 20.5 s", 21);
	for (line = strtok_r(answer, "|", &rest); line; line = strtok_r(NULL, "|", &rest)) {
		if (strcmp(line, "end") != 0) {
			CU_ASSERT_EQUAL(strncmp(line, "shows: ", 7), 0);
			CU_ASSERT_STRING_NOT_EQUAL(line, before);
			snprintf(before, sizeof(before), "%s", line);
			images++;
		}
	}
	CU_ASSERT(images > 2);
	end();
}

static void the_load_side_is_fed_where_there_is_a_switch(void)
{
	uint8_t octets[13];

	begin("AX-SD", "12S");
	CU_ASSERT_STRING_EQUAL(ask("position 1: feed the load side", 0.1), "done|");
	metered_lab_wait(&lab, 1);
	metered_lab_off(&lab);
	metered_lab_start(&lab);
	CU_ASSERT_STRING_EQUAL(ask("position 1: do not feed the load side", 0.1), "done|");
	metered_lab_log_on(&lab, "READ");
	CU_ASSERT_EQUAL(metered_lab_table(&lab, 2050, octets, 13), 13);
	metered_lab_log_off(&lab);
	CU_ASSERT_EQUAL(octets[3], 3); /* LOAD_SIDE: the closed switch itself */
	end();
	begin("AX", "12S");
	CU_ASSERT_STRING_EQUAL(ask("position 1: feed the load side", 0.2),
			       "cannot: this meter has no service switch|");
	end();
}

static void nobody_inspects(void)
{
	begin("AX", "16S");
	CU_ASSERT_STRING_EQUAL(ask("who is at the bench?", 0.2), "virtual operator|");
	CU_ASSERT_STRING_EQUAL(ask("position 1: NOA-21: Are both points sealed?", 0.2),
			       "not done: nobody is in a virtual laboratory|");
	end();
}

static void as_documented_says_that_nobody_looked(void)
{
	begin_with("AX", "16S", &(struct virtual_operator_options){.is_as_documented = true});
	CU_ASSERT_STRING_EQUAL(ask("position 1: NOA-21: Are both points sealed?", 0.2),
			       "yes: virtual laboratory: the simulated sample is taken to be as "
			       "documented, nobody has looked at one|");
	ask("position 1: NOA-9: Electromagnetic compatibility? [report]", 0.2);
	CU_ASSERT_PTR_NOT_NULL(strstr(answer, "| report=none, virtual laboratory|"));
	end();
}

static enum status answers_of(const char *text, struct inspection_answers **answers)
{
	char path[1200];

	snprintf(path, sizeof(path), "%s/answers.txt", scratch_folder());
	FILE *file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
	return inspection_answers_load(path, answers);
}

static void prepared_answers_are_given_by_position_and_name(void)
{
	struct virtual_operator_options options = {.is_as_documented = true};
	struct inspection_answers *answers;

	CU_ASSERT_EQUAL_FATAL(answers_of("# for readers\nname: A. Tremblay\n\n"
					 "2 NOA-21 no: of another position\n"
					 "1 NOA-21   no: one point open | file=seals.jpg\n"
					 "* NOA-21 yes: never reached\n"
					 "* NOA-60.left not done: no ladder  \n",
					 &answers),
			      STATUS_OK);
	options.answers = answers;
	begin_with("AX", "16S", &options);
	CU_ASSERT_STRING_EQUAL(ask("who is at the bench?", 0.2), "A. Tremblay|");
	CU_ASSERT_STRING_EQUAL(ask("position 1: NOA-21: Are both points sealed?", 0.2),
			       "no: one point open | file=seals.jpg|");
	CU_ASSERT_STRING_EQUAL(ask("position 1: NOA-60.left: Is it there?", 0.2),
			       "not done: no ladder|");
	CU_ASSERT_EQUAL(strncmp(ask("position 1: NOA-22: Is it there?", 0.2), "yes: virtual", 12),
			0);
	end();
	inspection_answers_free(answers);
}

static void a_bad_file_of_answers_is_refused_with_its_line(void)
{
	static const char *const bad[] = {
		"name: A\n21 NOA-1 yes: x\n", "* NOA-1 yes: x\n* NOA-2 perhaps: x\n",
		"# x\nNOA-1 yes: x\n",	      "\n* NOA-1\n",
		"# x\n0 NOA-1 yes: x\n",
	};
	struct inspection_answers *answers;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CU_ASSERT_EQUAL(answers_of(bad[i], &answers), STATUS_BAD_INPUT);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "answers.txt line 2: expected"));
	}
	CU_ASSERT_EQUAL(inspection_answers_load("/nonexistent/answers", &answers),
			STATUS_BAD_INPUT);
}

static void what_is_no_sentence_is_not_done(void)
{
	static const char *const sentences[] = {
		"",
		"position",
		"position 7: break the seal",
		"position 1: press demand reset",
		"position 1: press demand reset for -1 s",
		"position 1: press demand reset for 1.25 s",
		"position 1: press bell for 1 s",
		"position 1: break the seal now",
		"position 1: watch the display for ever",
		"position 99999999999: break the seal",
		"position 1:break the seal",
	};
	char longest[3000];

	begin("AX", "16S");
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		CU_ASSERT_EQUAL(strncmp(ask(sentences[i], 0.3), "cannot: ", 8), 0);
		CU_ASSERT_EQUAL(count_of(answer, "|"), 1);
	}
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	CU_ASSERT_EQUAL(strncmp(ask(longest, 0.3), "cannot: ", 8), 0);
	CU_ASSERT_EQUAL(seal_in_mt3(), 0);
	CU_ASSERT_STRING_EQUAL(ask("position 1: break the seal", 0.1), "done|");
	end();
}

static void hands_do_one_thing_at_a_time(void)
{
	begin("AX", "16S");
	CU_ASSERT_STRING_EQUAL(ask("position 1: press scroll for 2 s", 0.1), "");
	CU_ASSERT_STRING_EQUAL(ask("position 1: break the seal", 0.3),
			       "cannot: one thing at a time|");
	CU_ASSERT_STRING_EQUAL(hear(2), "done|");
	end();
}

/* The bench's own driver meets it on the same wire. */
static void the_bench_and_it_understand_each_other(void)
{
	static struct display_images images;
	struct operator_answer done;
	struct inspection_answer inspected;
	struct instrument *person;
	struct port *port;
	char name[64];

	begin("AX-SD", "12S");
	CU_ASSERT_EQUAL_FATAL(virtual_lab_open_port(lab.lab, "VIRTUAL::operator", &port),
			      STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(
		instrument_open(instrument_driver_find("operator"), "op", port, &person),
		STATUS_OK);
	const struct bench_operator *role = person->bench_operator;
	CU_ASSERT_EQUAL(role->name(person, name, sizeof(name)), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(name, "virtual operator");
	CU_ASSERT_EQUAL(role->press(person, 1, METER_SWITCH_SCROLL, 1.5, &done), STATUS_OK);
	CU_ASSERT(done.is_done);
	CU_ASSERT_EQUAL(role->seal(person, 1, true, &done), STATUS_OK);
	CU_ASSERT(done.is_done);
	CU_ASSERT_EQUAL(seal_in_mt3(), 1);
	CU_ASSERT_EQUAL(role->feed_load_side(person, 1, true, &done), STATUS_OK);
	CU_ASSERT(done.is_done);
	CU_ASSERT_EQUAL(role->watch_display(person, 1, 20, &images, &done), STATUS_OK);
	CU_ASSERT(done.is_done && images.count > 2);
	CU_ASSERT_EQUAL(role->inspect(person, 1, "NOA-21", "Are both points sealed?", &inspected),
			STATUS_OK);
	CU_ASSERT_EQUAL(inspected.outcome, INSPECTION_NOT_DONE);
	CU_ASSERT_EQUAL(role->seal(person, 2, true, &done), STATUS_OK);
	CU_ASSERT_FALSE(done.is_done);
	CU_ASSERT_STRING_EQUAL(done.text, "there is no position 2");
	instrument_close(person);
	end();
}

const char *const suite_name = "virtual operator";
const struct suite_case suite_cases[] = {
	CASE(a_press_takes_its_time_and_reaches_the_meter),
	CASE(test_mode_is_a_switch_too),
	CASE(the_seal_is_broken_and_closed),
	CASE(the_display_is_read_as_it_changes),
	CASE(a_watched_display_tells_every_image_once),
	CASE(the_load_side_is_fed_where_there_is_a_switch),
	CASE(nobody_inspects),
	CASE(as_documented_says_that_nobody_looked),
	CASE(prepared_answers_are_given_by_position_and_name),
	CASE(a_bad_file_of_answers_is_refused_with_its_line),
	CASE(what_is_no_sentence_is_not_done),
	CASE(hands_do_one_thing_at_a_time),
	CASE(the_bench_and_it_understand_each_other),
	CASES_END,
};

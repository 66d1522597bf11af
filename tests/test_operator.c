/* drivers/instruments/operator: dialogues word by word (OPERATOR.md), waits, files of answers. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drivers/instrument.h"
#include "tests/support/scripted_port.h"
#include "tests/support/suite.h"

static struct scripted_port wire;
static struct instrument *person;
static const struct bench_operator *role;
static char said[4096]; /* by the bench, all lines */

static void open_on(struct port *port)
{
	const struct instrument_driver *driver = instrument_driver_find("operator");

	CU_ASSERT_PTR_NOT_NULL_FATAL(driver);
	CU_ASSERT_EQUAL_FATAL(instrument_open(driver, "person", port, &person), STATUS_OK);
	role = person->bench_operator;
	CU_ASSERT_PTR_NOT_NULL_FATAL(role);
}

/* Answers in turn, one to each line of the bench that is a question. */
static const char *const *answers;
static double thinking_seconds;

static void answer(void *context, struct scripted_port *port, uint8_t byte)
{
	static size_t line_start;
	size_t length = strlen(said);

	(void)context;
	if (!length) {
		line_start = 0;
	}
	said[length] = (char)byte;
	said[length + 1] = '\0';
	if (byte != '\n') {
		return;
	}
	bool is_question = said[line_start] != '#';

	line_start = length + 1;
	if (is_question && *answers) {
		scripted_port_feed(port, thinking_seconds, *answers, strlen(*answers));
		answers++;
	}
}

static void sits_down(const char *const *will_say)
{
	scripted_port_init(&wire, "VIRTUAL::operator");
	wire.peer = answer;
	answers = will_say;
	thinking_seconds = 0;
	said[0] = '\0';
	open_on(&wire.port);
}

static void switches_seal_and_feed_are_asked_for_in_plain_words(void)
{
	struct operator_answer answered;

	sits_down((const char *const[]){"done\n", " DONE \r\n", "done\n", "done\n", "done\n",
					"cannot: no key\n", NULL});
	CU_ASSERT_EQUAL(role->press(person, 1, METER_SWITCH_DEMAND_RESET, 1, &answered), STATUS_OK);
	CU_ASSERT_TRUE(answered.is_done);
	CU_ASSERT_EQUAL(role->press(person, 20, METER_SWITCH_SCROLL, 3.5, &answered), STATUS_OK);
	CU_ASSERT_TRUE(answered.is_done);
	CU_ASSERT_EQUAL(role->seal(person, 2, true, &answered), STATUS_OK);
	CU_ASSERT_EQUAL(role->seal(person, 2, false, &answered), STATUS_OK);
	CU_ASSERT_EQUAL(role->feed_load_side(person, 3, false, &answered), STATUS_OK);
	CU_ASSERT_TRUE(answered.is_done);
	CU_ASSERT_EQUAL(role->press(person, 1, METER_SWITCH_TEST_MODE, 0.2, &answered), STATUS_OK);
	CU_ASSERT_FALSE(answered.is_done);
	CU_ASSERT_STRING_EQUAL(answered.text, "no key");
	CU_ASSERT_STRING_EQUAL(said, "position 1: press demand reset for 1 s\n"
				     "position 20: press scroll for 3.5 s\n"
				     "position 2: break the seal\n"
				     "position 2: close the seal\n"
				     "position 3: do not feed the load side\n"
				     "position 1: press test mode for 0.2 s\n");
	instrument_close(person);
}

static void a_display_is_read_once_or_watched_until_the_end(void)
{
	struct display_images images;
	struct operator_answer answered;

	sits_down((const char *const[]){"Shows: 123456 kWh DEL\n",
					"shows: 888888\nshows:   1.23 a\nend\n",
					"cannot: it is dark\n", NULL});
	CU_ASSERT_EQUAL(role->watch_display(person, 1, 0, &images, &answered), STATUS_OK);
	CU_ASSERT_TRUE(answered.is_done);
	CU_ASSERT_EQUAL_FATAL(images.count, 1);
	CU_ASSERT_STRING_EQUAL(images.text[0], "123456 kWh DEL");
	CU_ASSERT_EQUAL(role->watch_display(person, 1, 30, &images, &answered), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(images.count, 2);
	CU_ASSERT_STRING_EQUAL(images.text[0], "888888");
	CU_ASSERT_STRING_EQUAL(images.text[1], "1.23 a");
	CU_ASSERT_EQUAL(role->watch_display(person, 1, 30, &images, &answered), STATUS_OK);
	CU_ASSERT_FALSE(answered.is_done);
	CU_ASSERT_EQUAL(images.count, 0);
	CU_ASSERT_STRING_EQUAL(answered.text, "it is dark");
	CU_ASSERT_STRING_EQUAL(said, "position 1: what does the display show?\n"
				     "position 1: watch the display for 30 s\n"
				     "position 1: watch the display for 30 s\n");
	instrument_close(person);
}

static void an_inspection_keeps_who_when_what_and_the_report(void)
{
	struct inspection_answer seen;

	sits_down((const char *const[]){"YES: both sealed | by=A. Tremblay | "
					"at=2026-11-02T14:05:00Z | report=QAI-77\n",
					"no: only one point\n", "B. Roy\n", "not done: no sample\n",
					NULL});
	CU_ASSERT_EQUAL(role->inspect(person, 1, "NOA-41", "two points?", &seen), STATUS_OK);
	CU_ASSERT_EQUAL(seen.outcome, INSPECTION_YES);
	CU_ASSERT_STRING_EQUAL(seen.seen, "both sealed");
	CU_ASSERT_STRING_EQUAL(seen.by, "A. Tremblay");
	CU_ASSERT_STRING_EQUAL(seen.when_utc, "2026-11-02T14:05:00Z");
	CU_ASSERT_STRING_EQUAL(seen.report, "QAI-77");
	CU_ASSERT_STRING_EQUAL(seen.sha256, "");
	CU_ASSERT_EQUAL(role->inspect(person, 2, "NOA-41", "two points?", &seen), STATUS_OK);
	CU_ASSERT_EQUAL(seen.outcome, INSPECTION_NO);
	CU_ASSERT_STRING_EQUAL(seen.by, "B. Roy");
	CU_ASSERT_EQUAL(role->inspect(person, 3, "NOA-41", "two points?", &seen), STATUS_OK);
	CU_ASSERT_EQUAL(seen.outcome, INSPECTION_NOT_DONE);
	CU_ASSERT_STRING_EQUAL(seen.by, "B. Roy");
	CU_ASSERT_STRING_EQUAL(said, "position 1: NOA-41: two points?\n"
				     "position 2: NOA-41: two points?\n"
				     "who is at the bench?\n"
				     "position 3: NOA-41: two points?\n");
	instrument_close(person);
}

static void a_wrong_answer_is_explained_and_asked_again(void)
{
	struct inspection_answer seen;

	sits_down((const char *const[]){"looks fine\n", "yes: x | colour=red\n", "yes: x | by=me\n",
					NULL});
	CU_ASSERT_EQUAL(role->inspect(person, 1, "NOA-22", "does it twist?", &seen), STATUS_OK);
	CU_ASSERT_EQUAL(seen.outcome, INSPECTION_YES);
	CU_ASSERT_PTR_NOT_NULL(strstr(said, "# \"looks fine\" begins with none of yes:, no: and "
					    "not done:; expected: yes: SEEN"));
	CU_ASSERT_PTR_NOT_NULL(strstr(said, "# \"colour=red\" is none of by=, at=, file= and"));
	instrument_close(person);
}

static void nobody_is_asked_for_ever(void)
{
	struct inspection_answer seen;
	struct operator_answer answered;

	sits_down((const char *const[]){"a\n", "b\n", "c\n", "d\n", NULL});
	CU_ASSERT_EQUAL(role->inspect(person, 1, "NOA-22", "does it twist?", &seen),
			STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "3 answers"));
	instrument_close(person);
	sits_down((const char *const[]){"yes\n", "maybe\n", "what\n", NULL});
	CU_ASSERT_EQUAL(role->seal(person, 1, true, &answered), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(status_reason(), "operator person on VIRTUAL::operator: \"position 1: "));
	instrument_close(person);
}

static void a_time_that_is_none_is_asked_again(void)
{
	struct inspection_answer seen;

	sits_down(
		(const char *const[]){"yes: x | by=me | at=yesterday\n", "no: x | by=me\n", NULL});
	CU_ASSERT_EQUAL(role->inspect(person, 1, "NOA-22", "does it twist?", &seen), STATUS_OK);
	CU_ASSERT_EQUAL(seen.outcome, INSPECTION_NO);
	CU_ASSERT_STRING_EQUAL(seen.when_utc, "");
	instrument_close(person);
}

/* FIPS 180-4, published value for "abc". */
#define SHA256_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void a_photograph_is_known_by_its_hash(void)
{
	char path[1100], said_yes[1200];
	struct inspection_answer seen;

	snprintf(path, sizeof(path), "%s/seals.jpg", scratch_folder());
	FILE *file = fopen(path, "w");

	CU_ASSERT_FATAL(file && fputs("abc", file) >= 0 && !fclose(file));
	/* the answer holds paths of up to 255 letters */
	CU_ASSERT_TRUE_FATAL(strlen(path) < 256);
	snprintf(said_yes, sizeof(said_yes), "yes: sealed | file=%s | by=me\n", path);
	sits_down((const char *const[]){said_yes, NULL});
	CU_ASSERT_EQUAL(role->inspect(person, 1, "NOA-41", "sealed?", &seen), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(seen.sha256, SHA256_OF_ABC);
	CU_ASSERT_STRING_EQUAL(seen.file, path);
	instrument_close(person);
}

static void a_photograph_that_nobody_can_open_is_no_evidence(void)
{
	struct inspection_answer seen;
	static const char lost[] = "yes: sealed | file=/nowhere/seals.jpg | by=me\n";

	sits_down((const char *const[]){lost, lost, lost, NULL});
	CU_ASSERT_EQUAL(role->inspect(person, 1, "NOA-41", "sealed?", &seen), STATUS_OK);
	CU_ASSERT_EQUAL(seen.outcome, INSPECTION_NOT_DONE);
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.seen, "/nowhere/seals.jpg cannot be read"));
	CU_ASSERT_STRING_EQUAL(seen.sha256, "");
	CU_ASSERT_STRING_EQUAL(seen.file, "");
	instrument_close(person);
}

/* ---- waiting ---- */

static int looks;
static int looks_until_alarm;

static enum status look(void *context)
{
	(void)context;
	looks++;
	return looks == looks_until_alarm ? status_fail(STATUS_ALARM, "emergency stop") : STATUS_OK;
}

static void an_answer_may_take_hours_and_an_alarm_ends_the_wait(void)
{
	struct operator_answer answered;

	sits_down((const char *const[]){"done\n", NULL});
	role->set_watch(person, look, NULL);
	thinking_seconds = 7200;
	looks = 0;
	looks_until_alarm = 0;
	CU_ASSERT_EQUAL(role->seal(person, 1, true, &answered), STATUS_OK);
	CU_ASSERT_TRUE(answered.is_done);
	CU_ASSERT_TRUE(looks >= 7190 && looks <= 7210);
	looks = 0;
	looks_until_alarm = 100;
	CU_ASSERT_EQUAL(role->seal(person, 1, false, &answered), STATUS_ALARM);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "emergency stop"));
	instrument_close(person);
}

static void what_was_said_before_the_question_is_no_answer(void)
{
	struct operator_answer answered;

	sits_down((const char *const[]){"cannot: no\n", NULL});
	scripted_port_feed(&wire, 0, "done\n", 5);
	clock_sleep_seconds(wire.port.clock, 1);
	CU_ASSERT_EQUAL(role->seal(person, 1, true, &answered), STATUS_OK);
	CU_ASSERT_FALSE(answered.is_done);
	instrument_close(person);
}

/* ---- a file of answers ---- */

static enum status open_file(const char *text)
{
	char path[1100], resource[1200];
	struct port *port;
	FILE *file;

	scripted_port_init(&wire, "clock");
	snprintf(path, sizeof(path), "%s/answers.txt", scratch_folder());
	file = fopen(path, "w");
	CU_ASSERT_FATAL(file && fputs(text, file) >= 0 && !fclose(file));
	snprintf(resource, sizeof(resource), "SCRIPT::%s", path);
	enum status status =
		port_open(resource, &(struct port_line){9600, 1}, wire.port.clock, &port);

	if (!status) {
		open_on(port);
	}
	return status;
}

static void the_first_line_that_fits_answers(void)
{
	struct inspection_answer seen;
	struct operator_answer answered;
	struct display_images images;
	char name[64];

	CU_ASSERT_EQUAL_FATAL(open_file("# form of 2 November\nname: A. Tremblay\n"
					"2 NOA-41 no: one point only | by=B. Roy\n"
					"* NOA-41 yes: both points\n"
					"1 noa-41.left yes: left\n"),
			      STATUS_OK);
	CU_ASSERT_EQUAL(role->name(person, name, sizeof(name)), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(name, "A. Tremblay");
	CU_ASSERT_EQUAL(role->inspect(person, 2, "NOA-41", "two?", &seen), STATUS_OK);
	CU_ASSERT_EQUAL(seen.outcome, INSPECTION_NO);
	CU_ASSERT_STRING_EQUAL(seen.by, "B. Roy");
	CU_ASSERT_EQUAL(role->inspect(person, 1, "NOA-41", "two?", &seen), STATUS_OK);
	CU_ASSERT_EQUAL(seen.outcome, INSPECTION_YES);
	CU_ASSERT_STRING_EQUAL(seen.by, "A. Tremblay");
	CU_ASSERT_STRING_EQUAL(seen.seen, "both points");
	CU_ASSERT_EQUAL(role->inspect(person, 1, "NOA-41.left", "left?", &seen), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(seen.seen, "left");
	CU_ASSERT_EQUAL(role->inspect(person, 1, "NOA-99", "?", &seen), STATUS_OK);
	CU_ASSERT_EQUAL(seen.outcome, INSPECTION_NOT_DONE);
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.seen, "no answer in "));
	CU_ASSERT_EQUAL(role->seal(person, 1, true, &answered), STATUS_OK);
	CU_ASSERT_FALSE(answered.is_done);
	CU_ASSERT_STRING_EQUAL(answered.text, "a file has no hands");
	CU_ASSERT_EQUAL(role->watch_display(person, 1, 0, &images, &answered), STATUS_OK);
	CU_ASSERT_FALSE(answered.is_done);
	instrument_close(person);
}

static void a_wrong_line_of_the_file_is_told_by_its_number(void)
{
	static const char *const wrong[] = {
		"name: A\n21 NOA-41 yes: x\n", "name: A\n* NOA-41 fine\n",
		"name: A\nNOA-41 yes: x\n",    "name: A\n* yes: x\n",
		"name: A\n0 NOA-41 yes: x\n",  "name: A\n*\n"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CU_ASSERT_EQUAL(open_file(wrong[i]), STATUS_BAD_INPUT);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "answers.txt line 2: "));
	}
	CU_ASSERT_EQUAL(open_file("* NOA-41 yes: x\n"), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "name: NAME"));
}

/* ---- a terminal ---- */

/* The person: waits for the question, then types, with a slip that the terminal's own erase key
 * corrects. */
static void person_types(int master)
{
	static const char typed[] = "cannox\x7ft: no key\n";
	char seen[512] = "";
	size_t count = 0;

	while (!strstr(seen, "break the seal") && count < sizeof(seen) - 1) {
		ssize_t got = read(master, seen + count, sizeof(seen) - 1 - count);

		if (got <= 0) {
			_exit(1);
		}
		count += (size_t)got;
		seen[count] = '\0';
	}
	_exit(write(master, typed, sizeof(typed) - 1) == sizeof(typed) - 1 ? 0 : 2);
}

static void a_person_at_a_terminal_may_correct_a_slip(void)
{
	struct operator_answer answered = {.is_done = true};
	struct port *port;
	char resource[128];
	int state = 0;
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	CU_ASSERT_FATAL(master >= 0 && !grantpt(master) && !unlockpt(master));
	snprintf(resource, sizeof(resource), "TERMINAL::%s", ptsname(master));
	CU_ASSERT_EQUAL_FATAL(
		port_open(resource, &(struct port_line){9600, 1}, clock_wall(), &port), STATUS_OK);
	open_on(port);
	fflush(stdout);
	pid_t child = fork();

	CU_ASSERT_FATAL(child >= 0);
	if (!child) {
		person_types(master);
	}
	CU_ASSERT_EQUAL(role->seal(person, 1, true, &answered), STATUS_OK);
	CU_ASSERT_FALSE(answered.is_done);
	CU_ASSERT_STRING_EQUAL(answered.text, "no key");
	CU_ASSERT_EQUAL(waitpid(child, &state, 0), child);
	CU_ASSERT_EQUAL(state, 0);
	instrument_close(person);
	close(master);
}

static void an_abort_ends_the_wait_at_once(void)
{
	struct operator_answer answered;
	struct port *port;
	char resource[128];
	int ends[2];
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	CU_ASSERT_FATAL(master >= 0 && !grantpt(master) && !unlockpt(master) && !pipe(ends));
	snprintf(resource, sizeof(resource), "TERMINAL::%s", ptsname(master));
	CU_ASSERT_EQUAL_FATAL(
		port_open(resource, &(struct port_line){9600, 1}, clock_wall(), &port), STATUS_OK);
	open_on(port);
	CU_ASSERT_EQUAL(write(ends[1], "x", 1), 1);
	int before = clock_set_abort_descriptor(ends[0]);

	CU_ASSERT_EQUAL(role->seal(person, 1, true, &answered), STATUS_ABORTED);
	clock_set_abort_descriptor(before);
	instrument_close(person);
	close(master);
	close(ends[0]);
	close(ends[1]);
}

static void what_is_no_terminal_is_refused(void)
{
	struct port *port;

	CU_ASSERT_EQUAL(
		port_open("TERMINAL::/dev/null", &(struct port_line){9600, 1}, clock_wall(), &port),
		STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "TERMINAL::/dev/null is not a terminal"));
}

const char *const suite_name = "operator";
const struct suite_case suite_cases[] = {
	CASE(switches_seal_and_feed_are_asked_for_in_plain_words),
	CASE(a_display_is_read_once_or_watched_until_the_end),
	CASE(an_inspection_keeps_who_when_what_and_the_report),
	CASE(a_wrong_answer_is_explained_and_asked_again),
	CASE(nobody_is_asked_for_ever),
	CASE(a_time_that_is_none_is_asked_again),
	CASE(a_photograph_is_known_by_its_hash),
	CASE(a_photograph_that_nobody_can_open_is_no_evidence),
	CASE(an_answer_may_take_hours_and_an_alarm_ends_the_wait),
	CASE(what_was_said_before_the_question_is_no_answer),
	CASE(the_first_line_that_fits_answers),
	CASE(a_wrong_line_of_the_file_is_told_by_its_number),
	CASE(a_person_at_a_terminal_may_correct_a_slip),
	CASE(an_abort_ends_the_wait_at_once),
	CASE(what_is_no_terminal_is_refused),
	CASES_END,
};

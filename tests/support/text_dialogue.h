/* Dialogues of whole lines on a scripted port. */
#ifndef TESTS_SUPPORT_TEXT_DIALOGUE_H
#define TESTS_SUPPORT_TEXT_DIALOGUE_H

#include <stdio.h>
#include <string.h>

#include "drivers/instrument.h"
#include "tests/support/scripted_port.h"
#include "tests/support/suite.h"

struct text_dialogue {
	struct scripted_port line; /* large: keep the dialogue static */
	const char *ending;
	struct instrument *instrument;
};

/* Empties the script; a bare ending goes before the first question. */
static inline void dialogue_begin(struct text_dialogue *dialogue, const char *ending)
{
	scripted_port_init(&dialogue->line, "VIRTUAL::it");
	dialogue->ending = ending;
	dialogue->instrument = NULL;
	scripted_port_expect(&dialogue->line, ending, strlen(ending));
}

static inline void dialogue_sends(struct text_dialogue *dialogue, const char *text)
{
	scripted_port_expect(&dialogue->line, text, strlen(text));
	scripted_port_expect(&dialogue->line, dialogue->ending, strlen(dialogue->ending));
}

static inline void dialogue_receives_after(struct text_dialogue *dialogue, double delay_seconds,
					   const char *text)
{
	scripted_port_reply(&dialogue->line, delay_seconds, text, strlen(text));
	scripted_port_reply(&dialogue->line, 0, dialogue->ending, strlen(dialogue->ending));
}

static inline void dialogue_asks(struct text_dialogue *dialogue, const char *question,
				 const char *reply)
{
	dialogue_sends(dialogue, question);
	dialogue_receives_after(dialogue, 0.01, reply);
}

static inline enum status dialogue_open(struct text_dialogue *dialogue, const char *driver)
{
	return instrument_open(instrument_driver_find(driver), "it", &dialogue->line.port,
			       &dialogue->instrument);
}

/* The script was followed to its end. */
static inline void dialogue_close(struct text_dialogue *dialogue)
{
	CU_ASSERT_STRING_EQUAL(dialogue->line.mismatch, "");
	CU_ASSERT_TRUE(scripted_port_is_done(&dialogue->line));
	instrument_close(dialogue->instrument);
	dialogue->instrument = NULL;
	CU_ASSERT_TRUE(dialogue->line.is_closed);
}

static inline bool dialogue_says(const char *part)
{
	bool found = strstr(status_reason(), part) != NULL;

	if (!found) {
		printf("\n      reason: %s\n      lacks:  %s\n", status_reason(), part);
	}
	return found;
}

#endif

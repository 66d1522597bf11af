/* The one way to zero volts and zero amperes. */
#include "bench/safe_state.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static struct lab *guarded;

static void on_crash(int number)
{
	static const char words[] = "\nmcbench: internal error; switching the source off\n";
	struct lab *lab = guarded;
	ssize_t written = write(STDERR_FILENO, words, sizeof(words) - 1);

	(void)written;
	guarded = NULL; /* a second failure on the way must not come back here */
	if (lab && lab->power_source) {
		lab->power_source->power_source->off(lab->power_source);
	}
	if (lab) {
		lab_leave_chamber(lab);
	}
	_exit(number == SIGABRT ? 4 : 128 + number);
}

void safe_state_guard(struct lab *lab)
{
	static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
	struct sigaction action = {.sa_handler = lab ? on_crash : SIG_DFL, .sa_flags = SA_NODEFER};

	guarded = lab;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		sigaction(signals[i], &action, NULL);
	}
}

static void record_outcome(struct lab *lab, struct run_store *store, enum status status)
{
	struct record_draft draft;
	char utc[21];

	record_draft_begin(&draft, "safe_state");
	record_draft_text(&draft, "utc", clock_utc_text(lab->clock, utc));
	record_draft_flag(&draft, "source_off", status == STATUS_OK);
	record_draft_text(&draft, "confirmed_by", status ? "" : lab->reference_standard->name);
	record_draft_text(&draft, "text", status ? status_reason() : "no volts, no amperes");
	if (run_store_add(store, &draft, NULL) || run_store_commit(store)) {
		fprintf(stderr, "mcbench: the safe state could not be recorded: %s\n",
			status_reason());
	}
}

static void record_chamber(struct lab *lab, struct run_store *store, enum status status)
{
	struct record_draft draft;
	char utc[21], text[560];

	if (status) {
		snprintf(text, sizeof(text), "climate chamber: %s", status_reason());
	} else if (lab->chamber.is_held_at_end) {
		snprintf(text, sizeof(text), "climate chamber %s is left at %g degrees Celsius",
			 lab->climate_chamber->name, lab->chamber.end_celsius);
	} else {
		snprintf(text, sizeof(text), "climate chamber %s is stopped",
			 lab->climate_chamber->name);
	}
	record_draft_begin(&draft, "note");
	record_draft_text(&draft, "utc", clock_utc_text(lab->clock, utc));
	record_draft_text(&draft, "text", text);
	if (run_store_add(store, &draft, NULL) || run_store_commit(store)) {
		fprintf(stderr, "mcbench: how the chamber is left could not be recorded: %s\n",
			status_reason());
	}
}

/* After the source: nothing in a chamber is as urgent. */
static enum status leave_chamber(struct lab *lab, struct run_store *store)
{
	bool was_in_use = lab->chamber.is_in_use;
	enum status status = lab_leave_chamber(lab);

	if (status) {
		fprintf(stderr, "\nmcbench: THE CLIMATE CHAMBER MAY STILL BE AT WORK: %s\n",
			status_reason());
	}
	if (was_in_use && store) {
		record_chamber(lab, store, status);
	}
	return status;
}

enum status safe_state_enter(struct lab *lab, struct run_store *store)
{
	int abort_descriptor = clock_set_abort_descriptor(-1);
	enum status status = lab_off(lab);
	clock_set_abort_descriptor(abort_descriptor);
	if (status) {
		fprintf(stderr, "\nmcbench: THE SOURCE MAY STILL BE ON: %s\n", status_reason());
	}
	if (store) {
		record_outcome(lab, store, status);
	}
	enum status left = leave_chamber(lab, store);

	return status ? status : left;
}

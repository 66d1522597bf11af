/* mcbench audit: is a record as it was written? */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench/command.h"
#include "bench/options.h"
#include "bench/stored_run.h"

static int64_t number_of(const struct record_entry *entry, const char *name)
{
	return record_text(entry, name) ? record_integer(entry, name) : 0;
}

static const char *word(const struct record_entry *entry, const char *name)
{
	const char *text = entry ? record_text(entry, name) : NULL;

	return text ? text : "";
}

struct audit {
	const struct record_entry *end;
	int64_t results, judgements, voided, faults, resumptions;
};

static void look_at(const struct record_entry *entry, struct audit *audit)
{
	audit->results += !strcmp(entry->kind, "result");
	audit->judgements += !strcmp(entry->kind, "judgement");
	audit->faults += !strcmp(entry->kind, "fault");
	if (!strcmp(entry->kind, "end")) {
		audit->end = entry;
	} else if (!strcmp(entry->kind, "void")) {
		audit->voided +=
			number_of(entry, "to_result") - number_of(entry, "from_result") + 1;
	} else if (!strcmp(entry->kind, "note")) {
		audit->resumptions += !strncmp(word(entry, "text"), "resumed: ", 9);
	}
}

static void print_audit(const char *name, const struct run_record *record)
{
	struct audit audit = {.end = NULL};

	for (size_t i = 0; i < record->count; i++) {
		look_at(&record->entries[i], &audit);
	}
	printf("%s: the chain of %zu entries holds\n", name, record->count);
	printf("first entry  %s\nlast entry   %s\n", record->entries[0].hash,
	       record->entries[record->count - 1].hash);
	printf("%" PRId64 " results (%" PRId64 " void), %" PRId64 " judgements, %" PRId64
	       " faults, resumed %" PRId64 " times\n",
	       audit.results, audit.voided, audit.judgements, audit.faults, audit.resumptions);
	if (audit.end) {
		printf("meter: %s    run: %s\n", word(audit.end, "verdict"),
		       word(audit.end, "state"));
	} else {
		printf("the record has no end: the bench was stopped; see mcbench resume\n");
	}
}

static int run_audit(int argc, char **argv)
{
	struct option_entry options[] = {{.name = NULL}};
	const char *words[1];
	struct run_record record;
	int word_count;

	if (options_parse(argc, argv, options, words, 1, &word_count)) {
		return command_fail();
	}
	if (word_count != 1) {
		status_fail(STATUS_BAD_INPUT, "audit needs a run; see mcbench audit --help");
		return command_fail();
	}
	if (stored_run_load(words[0], &record)) {
		return command_fail();
	}
	if (!record.count) {
		run_record_free(&record);
		status_fail(STATUS_BAD_INPUT, "%s: the record holds no entries", words[0]);
		return command_fail();
	}
	print_audit(words[0], &record);
	run_record_free(&record);
	return 0;
}

const struct command command_audit = {
	.name = "audit",
	.usage = "RUN",
	.purpose = "check that nothing in a record was changed, added or left out",
	.help = "RUN is the folder of a run, its record.mcbench or its report.xml. Every entry "
		"carries the\n"
		"hash of the one before; the last hash stands on every page of the report. Exit "
		"status 2\n"
		"when the chain is broken.\n",
	.run = run_audit,
};

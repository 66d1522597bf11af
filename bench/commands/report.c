/* mcbench report: XML or PDF from a stored record. */
#include <stdio.h>
#include <string.h>

#include "bench/command.h"
#include "bench/options.h"
#include "bench/stored_run.h"
#include "reports/report.h"

static enum status write_format(const struct run_record *record, const char *format,
				const char *output)
{
	char folder[1200];

	if (!strcmp(format, "xml")) {
		return report_write_xml(record, output);
	}
	if (strcmp(format, "pdf") != 0) {
		return status_fail(STATUS_BAD_INPUT, "--format %s: xml or pdf is expected", format);
	}
	snprintf(folder, sizeof(folder), "%s", output);
	char *slash = strrchr(folder, '/');
	if (!slash) {
		snprintf(folder, sizeof(folder), ".");
	} else {
		slash[slash == folder] = '\0';
	}
	return report_write_pdf(record, output, folder);
}

static int run_report(int argc, char **argv)
{
	struct option_entry options[] = {
		{.name = "--format", .most = 1},
		{.name = "--output", .most = 1},
		{.name = NULL},
	};
	const char *words[1];
	int word_count;
	struct run_record record;

	if (options_parse(argc, argv, options, words, 1, &word_count)) {
		return command_fail();
	}
	if (!word_count || !option_value(options, "--format") ||
	    !option_value(options, "--output")) {
		status_fail(STATUS_BAD_INPUT,
			    "report needs RUN, --format and --output; see mcbench report --help");
		return command_fail();
	}
	if (stored_run_load(words[0], &record)) {
		return command_fail();
	}
	enum status status = write_format(&record, option_value(options, "--format"),
					  option_value(options, "--output"));
	run_record_free(&record);
	return status ? command_fail() : 0;
}

const struct command command_report = {
	.name = "report",
	.usage = "RUN --format xml|pdf --output FILE",
	.purpose = "write a report of a stored run",
	.help = "  RUN            folder of a run, its record.mcbench, or an archival XML\n"
		"  --format FMT   xml (archival, can be read back) or pdf\n"
		"  --output FILE  what to write\n",
	.run = run_report,
};

/* mcbench run: a programme on a device in a laboratory. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/command.h"
#include "bench/evaluation.h"
#include "bench/options.h"
#include "bench/progress.h"
#include "procedures/data_folder.h"

static enum status parse_seed(const char *text, uint64_t *seed)
{
	char *end;

	errno = 0;
	unsigned long long number = strtoull(text, &end, 10);
	if (errno || *end || text[0] == '-' || number > INT64_MAX) {
		return status_fail(STATUS_BAD_INPUT,
				   "--seed %s: a whole number from 0 to %lld is expected", text,
				   (long long)INT64_MAX);
	}
	*seed = number;
	return STATUS_OK;
}

/* "2026-01-31T12:00:00Z" */
static enum status parse_on_since(const char *text, int64_t *utc_seconds)
{
	struct tm utc = {.tm_year = 0};
	const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc) : "";

	if (!end || *end) {
		return status_fail(STATUS_BAD_INPUT,
				   "--on-since %s: a date and time such as 2026-01-31T12:00:00Z is "
				   "expected",
				   text);
	}
	*utc_seconds = text ? timegm(&utc) : 0;
	return STATUS_OK;
}

static enum status parse_override(const char *reason, const char *by,
				  struct gate_override *override)
{
	if (!reason != !by) {
		return status_fail(
			STATUS_BAD_INPUT,
			"--override-gate REASON and --by NAME belong together: whoever lets "
			"equipment pass says why and who");
	}
	*override = (struct gate_override){reason, by};
	return STATUS_OK;
}

static int run_programme(int argc, char **argv)
{
	char programme[1200], lab[1200], device[1200];
	struct option_entry options[] = {
		{.name = "--lab",
		 .most = 1,
		 .default_value = data_folder_path(lab, sizeof(lab), "bench/labs/virtual.xml")},
		{.name = "--device",
		 .most = 1,
		 .default_value = data_folder_path(device, sizeof(device),
						   "procedures/devices/focus_ax.xml")},
		{.name = "--form", .most = EVALUATION_FORMS},
		{.name = "--limits", .most = EVALUATION_LIMITS},
		{.name = "--service", .most = 1},
		{.name = "--module", .most = 1},
		{.name = "--model", .most = 1},
		{.name = "--serial", .most = 1, .default_value = "00000001"},
		{.name = "--operator", .most = 1, .default_value = ""},
		{.name = "--seed", .most = 1, .default_value = "1"},
		{.name = "--output", .most = 1},
		{.name = "--override-gate", .most = 1},
		{.name = "--by", .most = 1},
		{.name = "--on-since", .most = 1},
		{.name = "--trace", .most = 1},
		{.name = NULL},
	};
	const char *words[1] = {data_folder_path(programme, sizeof(programme),
						 "procedures/programmes/accuracy.xml")};
	int word_count;
	struct evaluation evaluation = {.progress = progress_show};

	if (options_parse(argc, argv, options, words, 1, &word_count) ||
	    parse_seed(option_value(options, "--seed"), &evaluation.seed) ||
	    parse_on_since(option_value(options, "--on-since"), &evaluation.on_since_utc_seconds) ||
	    parse_override(option_value(options, "--override-gate"), option_value(options, "--by"),
			   &evaluation.override)) {
		return command_fail();
	}
	for (int i = 0; i < options[2].count; i++) {
		evaluation.forms[evaluation.form_count++] = options[2].values[i];
	}
	if (!option_value(options, "--output")) {
		status_fail(STATUS_BAD_INPUT, "run needs --output DIR; see mcbench run --help");
		return command_fail();
	}
	evaluation.programme_path = words[0];
	evaluation.lab_path = option_value(options, "--lab");
	evaluation.device_path = option_value(options, "--device");
	for (int i = 0; i < options[3].count; i++) {
		evaluation.limits_paths[evaluation.limits_count++] = options[3].values[i];
	}
	evaluation.service = option_value(options, "--service");
	evaluation.module = option_value(options, "--module");
	evaluation.model = option_value(options, "--model");
	evaluation.serial = option_value(options, "--serial");
	evaluation.operator_name = option_value(options, "--operator");
	evaluation.trace_path = option_value(options, "--trace");
	evaluation.output = option_value(options, "--output");
	return evaluation_run(&evaluation);
}

const struct command command_run = {
	.name = "run",
	.usage = "[PROGRAMME.xml] [--form FORM …] --output DIR [options]",
	.purpose = "run a programme on a device in a laboratory and write its reports",
	.help = "  --form FORM      form of the meter, one of the device file; may be repeated; "
		"without it\n"
		"                   the meters that the programme names\n"
		"  --service NAME   service of the form instead of its own: delta_3_wire …\n"
		"  --module ID      communication module in the meter (default: none)\n"
		"  --output DIR     folder for record.mcbench, report.xml, report.pdf; must hold "
		"no record\n"
		"  --lab FILE       laboratory (default: the virtual one)\n"
		"  --device FILE    type of device (default: FOCUS AX)\n"
		"  --limits FILE    limits instead of the programme's own; up to 4, each over the "
		"one before\n"
		"  --model MODEL    model of the device (default: its first one)\n"
		"  --serial TEXT    serial number of the simulated meter\n"
		"  --operator NAME  who runs the test, for the record\n"
		"  --on-since UTC   since when the instruments are on (2026-01-31T12:00:00Z)\n"
		"  --override-gate REASON --by NAME\n"
		"                   begin although a certificate is past due or an instrument is "
		"cold; recorded\n"
		"  --trace FILE     writes every byte of every port with its time\n"
		"  --seed N         seed of the virtual laboratory (default 1)\n",
	.run = run_programme,
};

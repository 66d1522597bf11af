/* mcbench check: any of our XML files, by its root element and namespace. */
#include <stdio.h>
#include <string.h>

#include "bench/certificate_file.h"
#include "bench/command.h"
#include "bench/lab_file.h"
#include "procedures/procedure.h"
#include "procedures/requirement.h"
#include "procedures/xml_document.h"
#include "reports/report.h"

static enum status check_programme(const char *path)
{
	struct programme programme;
	enum status status = programme_load(path, &programme);

	if (!status) {
		programme_free(&programme);
	}
	return status;
}

static enum status check_procedure(const char *path)
{
	return procedure_check_file(path);
}

static enum status check_device(const char *path)
{
	struct device_type device;

	return device_type_load(path, &device);
}

static enum status check_limits(const char *path)
{
	struct limit_set *set = NULL;
	enum status status = limit_set_load(path, &set);

	limit_set_free(set);
	return status;
}

static enum status check_requirements(const char *path)
{
	struct requirement_set set = {.count = 0};
	enum status status = requirement_set_add(path, &set);

	requirement_set_free(&set);
	return status;
}

static enum status check_lab(const char *path)
{
	struct bench_lab *lab = NULL;
	enum status status = lab_file_load(path, 1, &lab);

	lab_file_free(lab);
	return status;
}

static enum status check_certificate(const char *path)
{
	struct certificate certificate;
	char absolute[1200];

	if (path[0] != '/') {
		snprintf(absolute, sizeof(absolute), "/proc/self/cwd/%s", path);
		path = absolute;
	}
	return certificate_load(path, &certificate);
}

static enum status check_record(const char *path)
{
	struct run_record record;
	enum status status = report_read_xml(path, &record);

	if (!status) {
		run_record_free(&record);
	}
	return status;
}

static const struct {
	const char *root;
	enum status (*check)(const char *path);
} kinds[] = {
	{"programme", check_programme},
	{"procedure", check_procedure},
	{"device", check_device},
	{"limits", check_limits},
	{"requirements", check_requirements},
	{"lab", check_lab},
	{"certificate", check_certificate},
	{"record", check_record},
};

static enum status check_file(const char *path, const char **kind)
{
	xmlDocPtr document;
	enum status status = xml_document_load(path, NULL, &document);

	if (status) {
		return status;
	}
	const xmlNode *root = xmlDocGetRootElement(document);
	status = xml_fail(root,
			  "<%s> is none of our files (programme, procedure, device, limits, "
			  "requirements, lab, certificate, record)",
			  (const char *)root->name);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!strcmp((const char *)root->name, kinds[i].root)) {
			*kind = kinds[i].root;
			status = kinds[i].check(path);
			break;
		}
	}
	xmlFreeDoc(document);
	return status;
}

static int run_check(int argc, char **argv)
{
	int exit_status = 0;

	if (argc < 2) {
		status_fail(STATUS_BAD_INPUT, "check needs at least one FILE");
		return command_fail();
	}
	for (int i = 1; i < argc; i++) {
		const char *kind = "";

		if (check_file(argv[i], &kind)) {
			exit_status = command_fail();
		} else {
			printf("%s: a valid %s\n", argv[i], kind);
		}
	}
	return exit_status;
}

const struct command command_check = {
	.name = "check",
	.usage = "FILE…",
	.purpose = "check programme, procedure, device, limits, requirements, lab, certificate or "
		   "record files",
	.help = "Names file, line and reason of the first mistake in each file.\n",
	.run = run_check,
};

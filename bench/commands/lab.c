/* mcbench lab serve: the virtual laboratory for any client, in real time. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/lab_file.h"
#include "bench/lab_server.h"
#include "bench/options.h"
#include "procedures/data_folder.h"
#include "procedures/device_type.h"

/* Switches the source on as its user does, through its port. */
static enum status apply_load(struct lab *lab, const struct device_type *device,
			      const struct device_form *form, const char *text)
{
	const struct lab_limits ceiling = {device->maximum_volts, form->maximum_amperes,
					   device->hertz, device->hertz};
	struct load_point point;
	struct three_phase load;
	enum status status = load_point_parse(text, &point);

	if (!status) {
		status = service_phasors(form->service, &point, &load);
	}
	if (!status) {
		struct waveform volts, amperes;
		load_point_shapes(&point, &volts, &amperes);
		status = lab_set_shape(lab, &volts, &amperes);
	}
	if (!status) {
		status = lab_apply(lab, &load, &ceiling);
	}
	return status ? status_prefix(status, "--load %s: ", text) : STATUS_OK;
}

static enum status build_lab(const struct option_entry *options, const char *lab_path,
			     struct bench_lab **bench_lab)
{
	const char *load = option_value(options, "--load");
	static struct device_type device;
	struct device_form form;
	char *end;
	uint64_t seed = strtoull(option_value(options, "--seed"), &end, 10);

	if (*end) {
		return status_fail(STATUS_BAD_INPUT, "--seed %s: a whole number is expected",
				   option_value(options, "--seed"));
	}
	enum status status = device_type_load(option_value(options, "--device"), &device);
	if (status) {
		return status;
	}
	const char *model = option_value(options, "--model");
	const char *name = option_value(options, "--form");
	const char *module = option_value(options, "--module");
	model = model ? model : device.models[0].name;
	status = device_type_choose(&device, name ? name : device.forms[0].name,
				    option_value(options, "--service"), &form);
	if (status || (status = device_type_model(&device, model)) ||
	    (status = lab_file_load(lab_path, seed, bench_lab))) {
		return status;
	}
	struct lab_meter meter = {model, form.wiring->name, option_value(options, "--serial"),
				  (unsigned)form.class_amperes};

	bench_lab_virtual_options(*bench_lab)->module = module;
	if (!load || !bench_lab_lab(*bench_lab)->is_virtual) {
		return lab_file_build(*bench_lab, &meter);
	}
	status = lab_file_open(*bench_lab, &meter);
	return status ? status : apply_load(bench_lab_lab(*bench_lab), &device, &form, load);
}

static void log_world(void *context, const char *line)
{
	FILE *file = context;

	fprintf(file, "%s\n", line);
	fflush(file);
}

/* What happened at the terminals, whoever the clients are. */
static enum status open_world_log(struct bench_lab *bench_lab, const char *path, FILE **file)
{
	*file = path ? fopen(path, "w") : NULL;
	if (path && !*file) {
		return status_fail(STATUS_BAD_INPUT, "--world-log %s: %s", path, strerror(errno));
	}
	if (*file) {
		world_set_log(virtual_lab_world(bench_lab_virtual(bench_lab)), log_world, *file);
	}
	return STATUS_OK;
}

static enum status serve(struct bench_lab *bench_lab, const char *directory)
{
	struct lab_server *server;
	enum status status = lab_server_open(bench_lab_virtual(bench_lab), directory, &server);

	if (status) {
		return status;
	}
	printf("ready\n");
	fflush(stdout);
	status = lab_server_run(server);
	lab_server_close(server);
	return status == STATUS_ABORTED ? STATUS_OK : status;
}

static int run_lab(int argc, char **argv)
{
	char device[1200];
	struct option_entry options[] = {
		{.name = "--directory", .most = 1},
		{.name = "--load", .most = 1},
		{.name = "--device",
		 .most = 1,
		 .default_value = data_folder_path(device, sizeof(device),
						   "procedures/devices/focus_ax.xml")},
		{.name = "--form", .most = 1},
		{.name = "--service", .most = 1},
		{.name = "--model", .most = 1},
		{.name = "--module", .most = 1},
		{.name = "--serial", .most = 1, .default_value = "00000001"},
		{.name = "--seed", .most = 1, .default_value = "1"},
		{.name = "--world-log", .most = 1},
		{.name = NULL},
	};
	const char *words[2];
	int word_count;
	struct bench_lab *bench_lab = NULL;
	FILE *world_log = NULL;

	if (options_parse(argc, argv, options, words, 2, &word_count)) {
		return command_fail();
	}
	if (word_count != 2 || strcmp(words[0], "serve") != 0 ||
	    !option_value(options, "--directory")) {
		status_fail(STATUS_BAD_INPUT,
			    "lab needs: serve LAB.xml --directory DIR; see mcbench lab --help");
		return command_fail();
	}
	enum status status = build_lab(options, words[1], &bench_lab);
	if (!status) {
		status =
			open_world_log(bench_lab, option_value(options, "--world-log"), &world_log);
	}
	if (!status) {
		status = serve(bench_lab, option_value(options, "--directory"));
	}
	lab_file_free(bench_lab);
	if (world_log) {
		fclose(world_log);
	}
	return status ? command_fail() : 0;
}

const struct command command_lab = {
	.name = "lab",
	.usage = "serve LAB.xml --directory DIR [options]",
	.purpose = "serve the virtual laboratory in real time on pseudo-terminals",
	.help = "  --directory DIR  gets a link per instrument: DIR/optical, DIR/zera; removed at "
		"the end\n"
		"  --load LOAD      the source is on from the beginning, such as \"3x120V 0A 1 "
		"60Hz\";\n"
		"                   else a meter that its measured circuits feed is silent until "
		"a\n"
		"                   client of the source switches it on\n"
		"  --device FILE    type of device (default: FOCUS AX)\n"
		"  --form FORM      form of the meter (default: the device's first one, 16S)\n"
		"  --service NAME   service of the form instead of its own, for --load\n"
		"  --model MODEL    model (default: the device's first one, AX)\n"
		"  --module NUMBER  communication module under its glass (default: none)\n"
		"  --serial TEXT    serial number of the meter\n"
		"  --seed N         seed of the laboratory (default 1)\n"
		"  --world-log FILE gets a line for everything that happens at the terminals\n"
		"Prints the line \"ready\", then serves until a signal (Ctrl-C, SIGTERM).\n",
	.run = run_lab,
};

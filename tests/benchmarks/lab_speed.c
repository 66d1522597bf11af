/* Nanoseconds per frame of the whole virtual laboratory on one core: physics, sensors, firmware,
 * everything on. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench/virtual_lab/virtual_lab.h"
#include "drivers/instrument.h"
#include "dut_firmware/meter.h"
#include "reference_source/load_point.h"

static double process_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void must(enum status status)
{
	if (status) {
		fprintf(stderr, "%s\n", status_reason());
		exit(1);
	}
}

/* Nothing is sampled and no firmware runs while the meter has no supply. */
static void print_without_supply(struct virtual_lab *lab, struct instrument *instrument)
{
	must(instrument->power_source->off(instrument));
	must(clock_sleep_seconds(virtual_lab_clock(lab), 2));
	int64_t frames = virtual_lab_frames(lab);
	double start = process_seconds();
	must(clock_sleep_seconds(virtual_lab_clock(lab), 3600));
	double seconds = process_seconds() - start;
	printf("the same with the source off: %lld frames, %.0f times real time\n",
	       (long long)(virtual_lab_frames(lab) - frames), 3600 / seconds);
}

int main(void)
{
	struct virtual_lab_options options = {
		.seed = 1,
		.celsius = 23,
		.hardware = {"AX", "16S", "1", 200},
		.standard = {.noise_percent = 0.001},
		.tolerances = {.source = {.setting_percent = 0.02,
					  .drift_percent = 0.01,
					  .noise_percent = 0.003},
			       .meter_gain_percent = 0.5,
			       .meter_lag_degrees = 0.2,
			       .meter_offset_counts = 400,
			       .meter_noise_counts = 60,
			       .crystal_ppm = 50},
	};
	struct virtual_lab *lab;
	struct instrument *instrument;
	struct load_point point;
	struct three_phase load;
	struct port *port;

	must(virtual_lab_new(&options, &lab));
	must(virtual_lab_open_port(lab, "VIRTUAL::zera", &port));
	must(instrument_open(instrument_driver_find("zera_mt"), "zera", port, &instrument));
	must(load_point_parse("3x240V 100A 0.5L 60Hz", &point));
	must(service_phasors(SERVICE_WYE_4_WIRE, &point, &load));
	must(instrument->power_source->apply(instrument, &load));
	must(clock_sleep_seconds(virtual_lab_clock(lab), 5));
	int64_t frames = virtual_lab_frames(lab);
	double start = process_seconds();
	must(clock_sleep_seconds(virtual_lab_clock(lab), 3600));
	double seconds = process_seconds() - start;
	frames = virtual_lab_frames(lab) - frames;
	printf("whole virtual laboratory: %.1f ns per frame of 3 elements (aim 72) at %d frames/s: "
	       "%.0f times real time on one core\n",
	       seconds * 1e9 / (double)frames, METER_FRAMES_PER_SECOND, 3600 / seconds);
	print_without_supply(lab, instrument);
	instrument_close(instrument);
	virtual_lab_free(lab);
	return 0;
}

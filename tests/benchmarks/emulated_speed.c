/* The meter in the emulator: exact instructions per sample frame, and how much faster than real
 * time meter and emulator run on the one core that they share. Argument: the image. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "bench/virtual_lab/emulated_meter.h"

#define PI 3.14159265358979323846
#define CYCLE_FRAMES 64u /* of 60 Hz */
#define COUNTED_BLOCKS 500u
#define TIMED_FRAMES (4000u * 1536u)

static void must(enum status status)
{
	if (status) {
		fprintf(stderr, "%s\n", status_reason());
		exit(1);
	}
}

/* 120 V and 40 % of full scale, half an ampere of every ampere lagging by 30 degrees. */
static void fill(struct sample_frame *frames)
{
	for (uint32_t i = 0; i < METER_BACKEND_FRAMES; i++) {
		for (int phase = 0; phase < 3; phase++) {
			double angle =
				2 * PI * (i % CYCLE_FRAMES) / CYCLE_FRAMES - 2 * PI * phase / 3;

			frames[i].volts[phase] = (int32_t)lrint(2.8e6 * sin(angle));
			frames[i].amperes[phase] = (int32_t)lrint(3.3e6 * sin(angle - PI / 6));
		}
	}
}

static struct meter_backend *start(const char *image, const char *form, bool is_counting)
{
	struct emulated_meter_options options = {.image = image, .is_counting = is_counting};
	struct meter_hardware hardware = {"AXR", form, "1", form[1] == 'S' ? 20 : 200};
	struct meter_backend *backend;

	must(emulated_meter_new(&options, &backend));
	must(backend->kind->power_up(backend, &hardware));
	fill(backend->frames);
	return backend;
}

static void print_instructions(const char *image, const char *form, uint32_t block)
{
	struct meter_backend *backend = start(image, form, true);
	struct exchange exchange = {.frame_count = block};
	uint64_t instructions = 0, frames = 0;

	for (uint32_t i = 0; i < COUNTED_BLOCKS; i++) {
		must(backend->kind->run(backend, &exchange));
		instructions += emulated_meter_instructions(backend);
		frames += exchange.frames_consumed;
	}
	double per_frame = (double)instructions / (double)frames;
	printf("Cortex-M4, form %s, blocks of %4u: %6.1f instructions per frame (aim 400), %.2f "
	       "million per second\n",
	       form, block, per_frame, per_frame * METER_FRAMES_PER_SECOND * 1e-6);
	backend->kind->free(backend);
}

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

/* Processor time of this process and of the emulators that have ended: what a core of their own
 * would have taken, whatever else runs on this machine. */
static double processor_seconds(void)
{
	struct rusage self, children;

	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &children);
	return seconds_of(self.ru_utime) + seconds_of(self.ru_stime) +
	       seconds_of(children.ru_utime) + seconds_of(children.ru_stime);
}

static void print_speed(const char *image, uint32_t block)
{
	struct exchange exchange = {.frame_count = block};
	uint64_t frames = 0, most = block < 128 ? TIMED_FRAMES / 16 : TIMED_FRAMES;
	double begin = processor_seconds();
	struct meter_backend *backend = start(image, "16S", false);

	while (frames < most) {
		must(backend->kind->run(backend, &exchange));
		frames += exchange.frames_consumed;
	}
	backend->kind->free(backend);
	double per_second = (double)frames / (processor_seconds() - begin);
	printf("emulated meter, blocks of %4u: %.2f million frames/s, %.0f times real time on one "
	       "core (aim 600), start included\n",
	       block, per_second * 1e-6, per_second / METER_FRAMES_PER_SECOND);
}

int main(int argc, char **argv)
{
	static const uint32_t blocks[] = {16, 128, METER_BACKEND_FRAMES};

	if (argc != 2) {
		fprintf(stderr, "usage: emulated_speed IMAGE\n");
		return 2;
	}
	for (int i = 0; i < 3; i++) {
		print_instructions(argv[1], "16S", blocks[i]);
	}
	print_instructions(argv[1], "9S", METER_BACKEND_FRAMES);
	print_instructions(argv[1], "6S", METER_BACKEND_FRAMES);
	for (int i = 0; i < 3; i++) {
		print_speed(argv[1], blocks[i]);
	}
	return 0;
}

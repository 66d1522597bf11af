/* Nanoseconds that the meter takes per sample frame on this machine, in blocks as the virtual lab
 * hands them over. */
#include <stdio.h>
#include <time.h>

#include "tests/support/metered_load.h"

#define ROUNDS 6u
#define CYCLES 16000u /* of 64 frames: 1,024,000 frames a round */

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(void)
{
	static const uint32_t blocks[] = {1, 16, 128, 1536};
	static struct sample_frame frames[TABLE_BLOCK];
	struct table *table = table_new(200);
	struct table_load load = table_balanced(120, 100, 30, 60);

	table_fill(table, &load, frames, TABLE_BLOCK);
	for (int size = 0; size < 4; size++) {
		double best = 1e9;

		table->block = blocks[size];
		for (uint32_t round = 0; round < ROUNDS; round++) {
			double start = seconds_now();

			for (uint32_t done = 0; done < CYCLES * 64; done += TABLE_BLOCK) {
				table_feed(table, frames, TABLE_BLOCK);
			}
			double spent = seconds_now() - start;

			best = spent < best ? spent : best;
			table->pulse_count = 0;
		}
		double nanoseconds = 1e9 * best / (CYCLES * 64);

		printf("blocks of %4u: %6.1f ns per frame, %6.2f million frames/s, %.0f times real "
		       "time (best of %u x %u)\n",
		       table->block, nanoseconds, 1e3 / nanoseconds,
		       1e9 / nanoseconds / METER_FRAMES_PER_SECOND, ROUNDS, CYCLES * 64);
	}
	table_free(table);
	return 0;
}

/* Zero crossings. */
#include "metrology/frequency.h"

#include "meter.h"

#define ARMING_LEVEL (-10 * METER_FULL_SCALE_COUNTS / METER_FULL_SCALE_VOLTS)
#define AVERAGING_Q16 ((uint64_t)METER_FRAMES_PER_SECOND << 16)

void frequency_init(struct frequency *frequency)
{
	*frequency = (struct frequency){.channel = FREQUENCY_NO_CHANNEL};
}

void frequency_watch(struct frequency *frequency, uint32_t channel, int32_t offset)
{
	if (channel != frequency->channel) {
		*frequency = (struct frequency){.channel = channel};
	}
	frequency->offset = offset;
}

static void crossing(struct frequency *frequency, uint64_t frame, int32_t before, int32_t level)
{
	uint64_t fraction_q16 = ((uint64_t)(uint32_t)-before << 16) / (uint32_t)(level - before);
	uint64_t instant_q16 = (frame << 16) + fraction_q16;

	if (!frequency->has_start) {
		frequency->has_start = true;
		frequency->start_q16 = instant_q16;
		return;
	}
	uint64_t span_q16 = instant_q16 - frequency->start_q16;

	frequency->cycles++;
	if (span_q16 >= AVERAGING_Q16) {
		frequency->millihertz =
			(uint32_t)((frequency->cycles * 1000 * AVERAGING_Q16 + span_q16 / 2) /
				   span_q16);
		frequency->start_q16 = instant_q16;
		frequency->cycles = 0;
	}
}

void frequency_run(struct frequency *frequency, const struct sample_frame *frames,
		   uint32_t frame_count, uint64_t first)
{
	const uint32_t channel = frequency->channel;
	const int32_t offset = frequency->offset;
	bool is_armed = frequency->is_armed;
	int32_t before = frequency->level_before;

	if (channel == FREQUENCY_NO_CHANNEL) {
		return;
	}
	for (uint32_t frame = 0; frame < frame_count; frame++) {
		int32_t level = frames[frame].volts[channel] - offset;

		if (is_armed && level >= 0) {
			crossing(frequency, first + frame, before, level);
			is_armed = false;
		}
		is_armed = is_armed || level < ARMING_LEVEL;
		before = level;
	}
	frequency->is_armed = is_armed;
	frequency->level_before = before;
}

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
			(uint32_t)((frequency->cycles * UINT64_C(1000) * AVERAGING_Q16 +
				    span_q16 / 2) /
				   span_q16);
		frequency->start_q16 = instant_q16;
		frequency->cycles = 0;
	}
}

/* The first frame from `frame` on whose level is below `limit` (or not), or `count`. */
static uint32_t first_frame(const struct sample_frame *frames, uint32_t frame, uint32_t count,
			    uint32_t channel, int32_t limit, bool is_below)
{
	while (frame < count && (frames[frame].volts[channel] < limit) != is_below) {
		frame++;
	}
	return frame;
}

void frequency_run(struct frequency *frequency, const struct sample_frame *frames,
		   uint32_t frame_count, uint64_t first)
{
	const uint32_t channel = frequency->channel;
	const int32_t offset = frequency->offset;
	uint32_t frame = 0;

	if (channel == FREQUENCY_NO_CHANNEL || frame_count == 0) {
		return;
	}
	for (;;) {
		if (!frequency->is_armed) {
			frame = first_frame(frames, frame, frame_count, channel,
					    offset + ARMING_LEVEL, true);
			frequency->is_armed = frame < frame_count;
		}
		frame = first_frame(frames, frame, frame_count, channel, offset, false);
		if (frame == frame_count) {
			break;
		}
		int32_t before = frame > 0 ? frames[frame - 1].volts[channel] - offset
					   : frequency->level_before;

		crossing(frequency, first + frame, before, frames[frame].volts[channel] - offset);
		frequency->is_armed = false;
	}
	frequency->level_before = frames[frame_count - 1].volts[channel] - offset;
}

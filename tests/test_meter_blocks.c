/* The size of blocks changes nothing: same frames, same pulses, quantities and state. */
#include "tests/support/metered_load.h"
#include "tests/support/suite.h"

#define FRAMES 61440u

static struct sample_frame frames[FRAMES];

/* Changing loads of both directions, beside 60 Hz, with an idle stretch, the last part above the
 * highest pulse rate. */
static void fill_all(struct table *table)
{
	static const double amperes[] = {200, 3, 0, 120, 340};
	static const double lags[] = {20, 60, 0, 170, 0};

	for (uint32_t part = 0; part < 5; part++) {
		struct table_load load =
			table_balanced(part == 4 ? 345 : 240, amperes[part], lags[part], 59.7);

		load.amperes_dc_counts = 100;
		table->frame = part * (FRAMES / 5);
		table_fill(table, &load, &frames[part * (FRAMES / 5)], FRAMES / 5);
	}
	table->frame = 0;
}

/* A new meter with blank flash. The state holds the addresses of table and board, so all runs use
 * the same ones. */
static void start_again(struct table *table, uint32_t block, uint32_t return_after)
{
	table->block = block;
	table->return_after = return_after;
	table->board = nor_flash_board(&table->flash, TABLE_SECTORS, TABLE_SECTOR_BYTES);
	table_power_up(table);
}

static void any_block_size_gives_the_same_pulses_quantities_and_state(void)
{
	static const uint32_t blocks[] = {1, 7, 16, 128, 1536};
	static double pulses[TABLE_PULSES];
	struct table *table = table_new(200);
	struct quantities expected;
	struct quantities shown;
	uint8_t *state = calloc(1, meter_size());

	fill_all(table);
	start_again(table, FRAMES, 0);
	table_feed(table, frames, FRAMES);
	int count = table->pulse_count;

	memcpy(pulses, table->pulses, sizeof(pulses));
	memcpy(state, table->memory, meter_size());
	quantities_read(table->meter, &expected);
	CU_ASSERT(count > 200);
	CU_ASSERT(expected.delivered_counts > 100 && expected.received_counts > 100 &&
		  expected.millihertz > 0);
	for (int size = 0; size < 10; size++) {
		start_again(table, blocks[size % 5], size < 5 ? 0 : EXCHANGE_RETURN_AFTER_PULSE);
		table_feed(table, frames, FRAMES);
		quantities_read(table->meter, &shown);
		CU_ASSERT_EQUAL(table->pulse_count, count);
		CU_ASSERT(!memcmp(pulses, table->pulses, (size_t)count * sizeof(*pulses)));
		CU_ASSERT_EQUAL(shown.delivered_counts, expected.delivered_counts);
		CU_ASSERT_EQUAL(shown.received_counts, expected.received_counts);
		CU_ASSERT_EQUAL(shown.net_counts, expected.net_counts);
		CU_ASSERT_EQUAL(shown.milliwatts, expected.milliwatts);
		CU_ASSERT_EQUAL(shown.millihertz, expected.millihertz);
		for (int element = 0; element < 3; element++) {
			CU_ASSERT_EQUAL(shown.volts_mv[element], expected.volts_mv[element]);
			CU_ASSERT_EQUAL(shown.amperes_ua[element], expected.amperes_ua[element]);
		}
		CU_ASSERT(!memcmp(state, table->memory, meter_size()));
	}
	free(state);
	table_free(table);
}

/* Frames with bytes in between: a received byte is complete before its frame. Keeps what was sent,
 * with its frame. */
struct conversation {
	uint32_t sent_frames[256];
	uint8_t sent[256];
	uint32_t sent_count;
};

static void converse(struct table *table, const struct exchange_byte *received,
		     uint32_t received_count, struct conversation *conversation)
{
	struct exchange exchange = {.return_after = table->return_after};
	uint32_t given = 0;

	conversation->sent_count = 0;
	for (uint32_t done = 0; done < FRAMES; done += exchange.frames_consumed) {
		exchange.frames = &frames[done];
		exchange.frame_count = FRAMES - done < table->block ? FRAMES - done : table->block;
		exchange.received_count = 0;
		while (given + exchange.received_count < received_count &&
		       exchange.received_count < EXCHANGE_BYTES &&
		       received[given + exchange.received_count].frame <
			       done + exchange.frame_count) {
			exchange.received[exchange.received_count] =
				received[given + exchange.received_count];
			exchange.received[exchange.received_count].frame -= done;
			exchange.received_count++;
		}
		meter_run(table->meter, &exchange);
		given += exchange.received_consumed;
		for (uint32_t byte = 0;
		     byte < exchange.sent_count && conversation->sent_count < 256; byte++) {
			conversation->sent_frames[conversation->sent_count] =
				done + exchange.sent[byte].frame;
			conversation->sent[conversation->sent_count++] = exchange.sent[byte].byte;
		}
	}
}

/* An Identification of C12.18 (published with its CRC), one byte in four frames, unanswered
 * acknowledgement and all. */
static void bytes_of_the_optical_port_keep_their_frames_in_any_block_size(void)
{
	static const uint8_t identification[] = {0xEE, 0x00, 0x00, 0x00, 0x00,
						 0x01, 0x20, 0x13, 0x10};
	static const uint32_t blocks[] = {FRAMES, 1, 7, 16, 128, 1536};
	struct exchange_byte received[sizeof(identification)];
	struct table *table = table_new(200);
	static struct conversation expected;
	static struct conversation heard;
	uint8_t *state = calloc(1, meter_size());

	fill_all(table);
	for (uint32_t byte = 0; byte < sizeof(identification); byte++) {
		received[byte] = (struct exchange_byte){.frame = 1001 + 4 * byte,
							.byte = identification[byte]};
	}
	for (int size = 0; size < 12; size++) {
		start_again(table, blocks[size % 6], size < 6 ? 0 : EXCHANGE_RETURN_AFTER_BYTE);
		converse(table, received, sizeof(identification), &heard);
		if (!size) {
			expected = heard;
			memcpy(state, table->memory, meter_size());
		}
		CU_ASSERT(heard.sent_count > 10);
		CU_ASSERT_EQUAL(heard.sent[0], 0x06);
		CU_ASSERT(heard.sent_frames[0] > received[sizeof(identification) - 1].frame);
		CU_ASSERT(!memcmp(&heard, &expected, sizeof(heard)));
		CU_ASSERT(!memcmp(state, table->memory, meter_size()));
	}
	free(state);
	table_free(table);
}

static void two_meters_in_one_process_do_not_touch_each_other(void)
{
	struct table *alone = table_new(200);
	struct table *first = table_new(200);
	struct table *second = table_new(20);
	struct quantities expected;
	struct quantities shown;

	fill_all(alone);
	table_feed(alone, frames, FRAMES);
	for (uint32_t done = 0; done < FRAMES; done += 64) {
		table_feed(first, &frames[done], 64);
		table_feed(second, &frames[FRAMES - 64 - done], 64);
	}
	quantities_read(alone->meter, &expected);
	quantities_read(first->meter, &shown);
	CU_ASSERT_EQUAL(shown.delivered_counts, expected.delivered_counts);
	CU_ASSERT_EQUAL(shown.received_counts, expected.received_counts);
	CU_ASSERT_EQUAL(first->pulse_count, alone->pulse_count);
	table_free(alone);
	table_free(first);
	table_free(second);
}

static void the_worst_input_of_the_converters_overflows_nothing(void)
{
	struct table *table = table_new(200);
	struct quantities shown;

	/* Seconds at one stop of the converter, then steps from stop to stop: the widest that the
	 * DC removal passes on. */
	for (uint32_t frame = 0; frame < FRAMES; frame++) {
		int32_t level = frame < FRAMES / 2 || frame / 64 % 2 ? -8388608 : 8388607;

		for (int phase = 0; phase < 3; phase++) {
			frames[frame].volts[phase] = level;
			frames[frame].amperes[phase] = level;
		}
	}
	for (int round = 0; round < 4; round++) {
		table_feed(table, frames, FRAMES);
	}
	quantities_read(table->meter, &shown);
	CU_ASSERT_EQUAL(shown.received_counts, 0);
	CU_ASSERT(shown.delivered_counts > 0);
	table_free(table);
}

const char *const suite_name = "meter_blocks";
const struct suite_case suite_cases[] = {
	CASE(any_block_size_gives_the_same_pulses_quantities_and_state),
	CASE(bytes_of_the_optical_port_keep_their_frames_in_any_block_size),
	CASE(two_meters_in_one_process_do_not_touch_each_other),
	CASE(the_worst_input_of_the_converters_overflows_nothing),
	CASES_END,
};

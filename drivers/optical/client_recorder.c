/* The meter's pulse recorder, set 1: ST61, 62 and 63 say how ST64 is laid out, which is read in
 * parts. */
#include <string.h>

#include "drivers/meter_functions.h"
#include "drivers/optical/c1219_time.h"
#include "drivers/optical/client_parts.h"

#define TABLE_DIMENSIONS 61
#define TABLE_CONTROL 62
#define TABLE_STATUS 63
#define TABLE_DATA 64

#define DIMENSIONS_HEAD 7 /* memory (4), flags (2), formats (1) */
#define DIMENSIONS_SET 6  /* blocks (2), intervals (2), channels, minutes */
#define FLAG_END_READING 0x0010u
#define FLAG_END_PULSE 0x0020u
#define FLAG_SCALES 0x0040u /* of set 1 */
#define FLAG_EXTENDED_STATUS 0x0400u
#define FLAG_SIMPLE_STATUS 0x0800u

#define CHANNEL_OCTETS 3 /* flags, source, source of the end reading */
#define STATUS_OCTETS 13
#define STATUS_ORDER_DESCENDING 0x01
#define STATUS_INTERVAL_ORDER_DESCENDING 0x10
#define OFFSET_MAXIMUM 0xFFFFFFu
#define PART_OCTETS 480 /* of one request: an answer of one packet, which every meter can give */

struct layout {
	size_t blocks, intervals, channels;
	int minutes;
	bool has_scales, has_extended, has_simple;
	size_t readings; /* octets of a channel's end reading and end pulses */
	size_t value;	 /* octets of a count */
	bool is_signed;
	uint8_t source[METER_CHANNELS];
	double counts_per_unit[METER_CHANNELS]; /* inverse: units of one count */
};

struct list_state {
	bool is_descending, is_interval_descending;
	size_t valid_blocks, last_block, valid_intervals;
};

static enum status read_dimensions(struct meter_client *client, struct layout *layout)
{
	const struct c1219_coding *coding = &client->tables.general.coding;
	const uint8_t *bytes = client->table;
	size_t length;
	enum status status = client_fetch_table(client, TABLE_DIMENSIONS, &length);

	if (!status && length < DIMENSIONS_HEAD + DIMENSIONS_SET) {
		status = client_fail(client, STATUS_PROTOCOL,
				     "ST61 is %zu bytes long; it has at least %d", length,
				     DIMENSIONS_HEAD + DIMENSIONS_SET);
	}
	if (status) {
		return status;
	}
	unsigned flags = (unsigned)c1219_take_integer(coding, bytes + 4, 2);

	bytes += DIMENSIONS_HEAD;
	*layout = (struct layout){
		.blocks = (size_t)c1219_take_integer(coding, bytes, 2),
		.intervals = (size_t)c1219_take_integer(coding, bytes + 2, 2),
		.channels = bytes[4],
		.minutes = bytes[5],
		.has_scales = flags & FLAG_SCALES,
		.has_extended = flags & FLAG_EXTENDED_STATUS,
		.has_simple = flags & FLAG_SIMPLE_STATUS,
		.readings = (flags & FLAG_END_READING
				     ? c1219_number_size(client->tables.general.format_1)
				     : 0) +
			    (flags & FLAG_END_PULSE ? 4 : 0),
	};
	if (layout->blocks == 0 || layout->intervals == 0 || layout->channels == 0 ||
	    layout->channels > METER_CHANNELS || layout->minutes == 0) {
		return client_fail(client, STATUS_PROTOCOL,
				   "ST61 says %zu blocks of %zu intervals of %d min, %zu channels; "
				   "this client reads up to %d channels",
				   layout->blocks, layout->intervals, layout->minutes,
				   layout->channels, METER_CHANNELS);
	}
	return STATUS_OK;
}

/* INT_FMT_CDE: 1, 2, 4 unsigned and 8, 16, 32 signed octets 1, 2, 4. */
static bool take_format(uint8_t code, struct layout *layout)
{
	static const struct {
		uint8_t code, octets;
	} formats[] = {{1, 1}, {2, 2}, {4, 4}, {8, 1}, {16, 2}, {32, 4}};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (formats[i].code == code) {
			layout->value = formats[i].octets;
			layout->is_signed = code >= 8;
			return true;
		}
	}
	return false;
}

static enum status read_control(struct meter_client *client, struct layout *layout)
{
	const struct c1219_coding *coding = &client->tables.general.coding;
	const uint8_t *bytes = client->table;
	size_t length, channels = layout->channels;
	size_t expected = channels * CHANNEL_OCTETS + 1 + (layout->has_scales ? 4 * channels : 0);
	enum status status = client_fetch_table(client, TABLE_CONTROL, &length);

	if (!status && length < expected) {
		status = client_say_which(client,
					  c1219_expect_length(TABLE_CONTROL, length, expected));
	}
	if (!status && !take_format(bytes[channels * CHANNEL_OCTETS], layout)) {
		status = client_fail(client, STATUS_PROTOCOL,
				     "ST62 names format %d of the intervals; this client reads "
				     "integers of 1, 2 and 4 octets",
				     bytes[channels * CHANNEL_OCTETS]);
	}
	for (size_t i = 0; !status && i < channels; i++) {
		const uint8_t *scales = bytes + channels * CHANNEL_OCTETS + 1;
		uint64_t scalar = 1, divisor = 1;

		if (layout->has_scales) {
			scalar = c1219_take_integer(coding, scales + 2 * i, 2);
			divisor = c1219_take_integer(coding, scales + 2 * (channels + i), 2);
		}
		layout->source[i] = bytes[i * CHANNEL_OCTETS + 1];
		layout->counts_per_unit[i] = divisor ? (double)scalar / (double)divisor : 0;
		if (!(layout->counts_per_unit[i] > 0)) {
			status = client_fail(client, STATUS_PROTOCOL,
					     "ST62 scales channel %zu by %u / %u", i + 1,
					     (unsigned)scalar, (unsigned)divisor);
		}
	}
	return status;
}

/* Watt hours of one count, when the channel's source is an energy that this client knows. */
static enum status find_quantity(struct meter_client *client, const struct layout *layout,
				 size_t channel, struct meter_recorder *recorder)
{
	static const enum meter_channel_quantity quantities[] = {METER_CHANNEL_DELIVERED,
								 METER_CHANNEL_RECEIVED};

	for (size_t i = 0; i < sizeof(quantities) / sizeof(quantities[0]); i++) {
		struct client_quantity wanted = client_energies[i];
		struct client_entry entry;

		wanted.is_optional = true;
		enum status status = client_quantity_find(&client->tables, &wanted, TABLE_CONTROL,
							  &layout->source[channel], 1, &entry);

		if (status) {
			return client_say_which(client, status);
		}
		if (entry.is_found) {
			recorder->quantity[channel] = quantities[i];
			recorder->watt_hours_per_count[channel] =
				entry.factor * client_power_of_ten(entry.exponent) /
				layout->counts_per_unit[channel];
			return STATUS_OK;
		}
	}
	return STATUS_OK;
}

static enum status read_layout(struct meter_client *client, struct layout *layout)
{
	enum status status = read_dimensions(client, layout);

	return status ? status : read_control(client, layout);
}

enum status meter_client_read_recorder(struct meter_client *client, struct meter_recorder *recorder)
{
	struct layout layout;
	enum status status = read_layout(client, &layout);

	memset(recorder, 0, sizeof(*recorder));
	if (status) {
		return status;
	}
	recorder->channels = (int)layout.channels;
	recorder->interval_minutes = layout.minutes;
	for (size_t i = 0; !status && i < layout.channels; i++) {
		status = find_quantity(client, &layout, i, recorder);
	}
	return status;
}

static enum status read_state(struct meter_client *client, const struct layout *layout,
			      struct list_state *state)
{
	const struct c1219_coding *coding = &client->tables.general.coding;
	const uint8_t *bytes = client->table;
	size_t length;
	enum status status = client_fetch_table(client, TABLE_STATUS, &length);

	if (!status && length < STATUS_OCTETS) {
		status = client_say_which(client,
					  c1219_expect_length(TABLE_STATUS, length, STATUS_OCTETS));
	}
	if (status) {
		return status;
	}
	*state = (struct list_state){
		.is_descending = bytes[0] & STATUS_ORDER_DESCENDING,
		.is_interval_descending = bytes[0] & STATUS_INTERVAL_ORDER_DESCENDING,
		.valid_blocks = (size_t)c1219_take_integer(coding, bytes + 1, 2),
		.last_block = (size_t)c1219_take_integer(coding, bytes + 3, 2),
		.valid_intervals = (size_t)c1219_take_integer(coding, bytes + 11, 2),
	};
	if (state->is_descending || state->is_interval_descending ||
	    state->valid_blocks > layout->blocks || state->last_block >= layout->blocks ||
	    state->valid_intervals > layout->intervals) {
		return client_fail(client, STATUS_PROTOCOL,
				   "ST63 says %zu valid blocks, the newest in place %zu with %zu "
				   "intervals%s",
				   state->valid_blocks, state->last_block, state->valid_intervals,
				   state->is_descending || state->is_interval_descending
					   ? ", newest first, which this client does not read"
					   : "");
	}
	return STATUS_OK;
}

/* Nibbles: low of the first octet is channel 1; then two channels an octet, high first. */
static uint8_t channel_status(const uint8_t *octets, size_t channel)
{
	if (channel == 0) {
		return octets[0] & 15;
	}
	uint8_t octet = octets[(channel + 1) / 2];

	return channel % 2 ? octet >> 4 : octet & 15;
}

static int64_t take_count(const struct meter_client *client, const struct layout *layout,
			  const uint8_t *bytes)
{
	uint64_t raw = c1219_take_integer(&client->tables.general.coding, bytes, layout->value);
	uint64_t sign = UINT64_C(1) << (8 * layout->value - 1);

	return layout->is_signed && (raw & sign) ? (int64_t)raw - (int64_t)(2 * sign)
						 : (int64_t)raw;
}

static void take_interval(const struct meter_client *client, const struct layout *layout,
			  const uint8_t *bytes, struct meter_interval *interval)
{
	memset(interval, 0, sizeof(*interval));
	if (layout->has_extended) {
		interval->flags = bytes[0] >> 4;
		for (size_t i = 0; i < layout->channels; i++) {
			interval->status[i] = channel_status(bytes, i);
		}
		bytes += layout->channels / 2 + 1;
	}
	for (size_t i = 0; i < layout->channels; i++) {
		interval->counts[i] = take_count(client, layout, bytes + i * layout->value);
	}
}

static size_t interval_length(const struct layout *layout)
{
	return (layout->has_extended ? layout->channels / 2 + 1 : 0) +
	       layout->channels * layout->value;
}

/* End time, readings, simple status. */
static size_t head_length(const struct meter_client *client, const struct layout *layout)
{
	return c1219_short_time_size(&client->tables.general) +
	       layout->channels * layout->readings +
	       (layout->has_simple ? (layout->intervals + 7) / 8 : 0);
}

/* The newest `wanted` of a block's `valid` intervals; times count back from the block's end. */
static enum status read_block(struct meter_client *client, const struct layout *layout,
			      size_t block, size_t valid, size_t wanted,
			      struct meter_interval *intervals)
{
	const struct c1219_general *general = &client->tables.general;
	size_t head = head_length(client, layout), size = interval_length(layout);
	size_t place = block * (head + layout->intervals * size);
	uint32_t start = (uint32_t)place;
	struct meter_time end;
	bool has_end;

	if (place + head + layout->intervals * size > OFFSET_MAXIMUM) {
		return client_fail(client, STATUS_PROTOCOL,
				   "ST61 and ST62 put a block at byte %zu of ST64, beyond what an "
				   "offset can say",
				   place);
	}
	enum status status = meter_client_read_table_part(client, TABLE_DATA, start, client->table,
							  c1219_short_time_size(general));

	if (!status) {
		status = client_say_which(
			client, c1219_take_short_time(general, client->table, &end, &has_end));
	}
	size_t room = PART_OCTETS / size; /* intervals of one request */

	for (size_t done = 0; !status && done < wanted;) {
		size_t first = valid - wanted + done;
		size_t count = wanted - done < room ? wanted - done : room;

		status = meter_client_read_table_part(client, TABLE_DATA,
						      (uint32_t)(start + head + first * size),
						      client->table, count * size);
		for (size_t i = 0; !status && i < count; i++, done++) {
			int64_t back = (int64_t)(wanted - 1 - done) * layout->minutes * 60;

			take_interval(client, layout, client->table + i * size, &intervals[done]);
			intervals[done].ended =
				meter_time_from_seconds(meter_time_wall_seconds(&end) - back);
		}
	}
	return status;
}

enum status meter_client_read_intervals(struct meter_client *client,
					const struct meter_recorder *recorder, int wanted,
					struct meter_interval *intervals, int *count)
{
	struct layout layout;
	struct list_state state;
	enum status status = read_layout(client, &layout);

	(void)recorder;
	*count = 0;
	status = status ? status : read_state(client, &layout, &state);
	if (status) {
		return status;
	}
	size_t left = wanted < METER_INTERVALS ? (size_t)wanted : METER_INTERVALS;
	size_t available = state.valid_blocks ? (state.valid_blocks - 1) * layout.intervals +
							state.valid_intervals
					      : 0;

	left = left < available ? left : available;
	*count = (int)left;
	for (size_t back = 0; !status && left; back++) {
		size_t block = (state.last_block + layout.blocks - back) % layout.blocks;
		size_t valid = back ? layout.intervals : state.valid_intervals;
		size_t part = left < valid ? left : valid;

		left -= part;
		if (part) {
			status = read_block(client, &layout, block, valid, part, intervals + left);
		}
	}
	return status;
}

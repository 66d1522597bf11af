/*
 * Intervals and blocks: what closes one, what begins the next, what an outage or a changed clock
 * leaves of them.
 */
#include "registers/load_profile.h"

#include <string.h>

#include "registers/load_profile_sector.h"
#include "storage/storage_map.h"

#define ATTEMPTS 2u

#define SECONDS_PER_MINUTE 60u
#define DEFAULT_MINUTES 15u

/* Blocks and intervals */

static uint32_t element_of(uint32_t sequence)
{
	return sequence % LOAD_PROFILE_BLOCKS;
}

static uint32_t interval_seconds(const struct load_profile *profile)
{
	return profile->setup.interval_minutes * SECONDS_PER_MINUTE;
}

static uint32_t boundary_before(const struct load_profile *profile, uint32_t seconds)
{
	return seconds - seconds % interval_seconds(profile);
}

/* A new block from `start` on takes the oldest one's sector; on failure the next attempt takes the
 * next one. */
static bool begin_block(struct load_profile *profile, uint32_t generation, uint32_t start)
{
	const struct load_profile_header header = {
		.sequence = profile->sequence + 1u,
		.generation = generation,
		.first_sequence = generation == profile->generation && profile->sequence > 0
					  ? profile->first_sequence
					  : profile->sequence + 1u,
		.start = start,
		.setup = profile->setup,
		.readings = profile->start,
	};
	uint32_t element = element_of(header.sequence);

	profile->sequence = header.sequence;
	profile->first_sequence = header.first_sequence;
	profile->generation = generation;
	profile->block_sequence[element] = 0;
	profile->block_start = start;
	profile->block_intervals = 0;
	profile->read_intervals = 0;
	profile->next_place = LOAD_PROFILE_PLACES;
	if (!load_profile_sector_begin(profile->board, element, &header)) {
		return false;
	}
	profile->block_sequence[element] = header.sequence;
	profile->next_place = 0;
	return true;
}

/* A place whose programming was cut or whose cells do not hold is passed over. */
static bool store_record(struct load_profile *profile, const struct load_profile_record *record)
{
	uint32_t element = element_of(profile->sequence);

	for (uint32_t attempt = 0; attempt < ATTEMPTS && profile->next_place < LOAD_PROFILE_PLACES;
	     attempt++) {
		if (load_profile_sector_write(profile->board, element, profile->next_place++,
					      record)) {
			profile->block_intervals = record->index + 1u;
			return true;
		}
	}
	return false;
}

int64_t load_profile_reading(const struct load_profile_readings *readings, uint8_t source)
{
	const int64_t by_source[LOAD_PROFILE_SOURCES] = {
		[LOAD_PROFILE_DELIVERED] = readings->delivered,
		[LOAD_PROFILE_RECEIVED] = readings->received,
		[LOAD_PROFILE_SUM] = readings->delivered + readings->received,
		[LOAD_PROFILE_NET] = readings->net,
	};

	return by_source[source];
}

/* Registers that fell back (an outage without warning, cleared data): what they lost has been
 * counted already. */
static void take_registers(struct load_profile *profile, int64_t delivered, int64_t received)
{
	if (delivered < profile->start.delivered || received < profile->start.received) {
		profile->start.delivered = delivered;
		profile->start.received = received;
		profile->is_partial = true;
	}
	int64_t net = delivered - profile->start.delivered - (received - profile->start.received);

	profile->latest = (struct load_profile_readings){
		.delivered = delivered,
		.received = received,
		.net = profile->start.net + (net < 0 ? -net : net),
	};
}

/* Several may apply; the code that takes most from the count's meaning is given. */
static uint8_t status_of(const struct load_profile *profile, bool has_overflowed)
{
	if (has_overflowed) {
		return LOAD_PROFILE_OVERFLOW;
	}
	if (profile->is_partial) {
		return LOAD_PROFILE_PARTIAL;
	}
	if (profile->is_long) {
		return LOAD_PROFILE_LONG;
	}
	return profile->has_test ? LOAD_PROFILE_TEST : LOAD_PROFILE_WHOLE;
}

/* Octet 0: common flags and channel 1; then two channels each, the odd one in the low half. */
static void put_status(struct load_profile_interval *interval, uint32_t channel, uint32_t status)
{
	uint32_t octet = (channel + 1u) / 2u;

	interval->status[octet] =
		(uint8_t)(interval->status[octet] | status << (channel % 2u == 0 ? 0 : 4));
}

static void fill_interval(const struct load_profile *profile,
			  struct load_profile_interval *interval)
{
	*interval = (struct load_profile_interval){.status = {(uint8_t)(profile->flags << 4)}};
	for (uint32_t channel = 0; channel < LOAD_PROFILE_CHANNELS; channel++) {
		uint8_t source = profile->setup.source[channel];
		int64_t unit = profile->setup.milliwatt_hours[channel];
		int64_t count = load_profile_reading(&profile->latest, source) / unit -
				load_profile_reading(&profile->start, source) / unit;
		bool has_overflowed = count > LOAD_PROFILE_LARGEST_COUNT;

		count = has_overflowed ? LOAD_PROFILE_LARGEST_COUNT : count;
		interval->counts[channel] = (uint16_t)(count > 0 ? count : 0);
		put_status(interval, channel, status_of(profile, has_overflowed));
	}
}

static uint32_t index_in_block(const struct load_profile *profile)
{
	return (profile->interval_start - profile->block_start) / interval_seconds(profile);
}

/* Stores the running interval. What could not be stored stays in `start` and is counted in the next
 * one. */
static void close_interval(struct load_profile *profile)
{
	struct load_profile_record record = {.end = profile->latest};

	if (profile->next_place == LOAD_PROFILE_PLACES ||
	    index_in_block(profile) >= LOAD_PROFILE_BLOCK_INTERVALS) {
		(void)begin_block(profile, profile->generation, profile->interval_start);
	}
	record.index = (uint8_t)index_in_block(profile);
	fill_interval(profile, &record.interval);
	if (store_record(profile, &record)) {
		profile->start = profile->latest;
	}
}

static void begin_interval(struct load_profile *profile, uint32_t start)
{
	uint32_t length = interval_seconds(profile);

	profile->interval_start = start;
	profile->is_partial = false;
	profile->is_long = false;
	profile->has_test = profile->is_test;
	profile->flags = 0;
	if (profile->sequence == 0 ||
	    start < profile->block_start + profile->block_intervals * length ||
	    start >= profile->block_start + LOAD_PROFILE_BLOCK_INTERVALS * length) {
		(void)begin_block(profile, profile->generation, start);
	}
}

/*
 * Time has gone on at `seconds` by other than one second. What was recorded until then belongs to
 * the running interval; a step back into the one before makes it a long one.
 */
static void step_to(struct load_profile *profile, uint32_t seconds)
{
	uint32_t length = interval_seconds(profile);
	uint32_t start = profile->interval_start;
	uint32_t boundary = boundary_before(profile, seconds);
	uint8_t flags = profile->flags;

	if (seconds + length > start && seconds < start + length) {
		profile->is_long = profile->is_long || seconds < profile->newest_second;
		return;
	}
	profile->is_partial = true;
	close_interval(profile);
	begin_interval(profile, boundary);
	profile->flags = flags;
	profile->is_partial = seconds > boundary;
}

/* The registers as they were restored end the interval in which the supply failed. */
static void resume(struct load_profile *profile, uint32_t seconds)
{
	profile->is_resuming = false;
	profile->newest_second = seconds;
	if (profile->sequence == 0) {
		profile->start = profile->latest;
		begin_interval(profile, boundary_before(profile, seconds));
		profile->is_partial = seconds > profile->interval_start;
		return;
	}
	profile->is_partial = true;
	profile->flags = LOAD_PROFILE_POWER_FAIL;
	if (seconds < profile->interval_start) {
		profile->flags |= LOAD_PROFILE_CLOCK_BACK;
	}
	step_to(profile, seconds);
}

void load_profile_second(struct load_profile *profile, uint32_t seconds, int64_t delivered,
			 int64_t received)
{
	uint32_t end = profile->interval_start + interval_seconds(profile);

	if (!profile->board) {
		return;
	}
	if (profile->is_resuming) {
		resume(profile, seconds);
		take_registers(profile, delivered, received);
		return;
	}
	take_registers(profile, delivered, received);
	if (seconds != profile->newest_second + 1u) {
		bool is_forward = seconds > profile->newest_second;

		profile->flags |= is_forward ? LOAD_PROFILE_CLOCK_FORWARD : LOAD_PROFILE_CLOCK_BACK;
		profile->is_partial = profile->is_partial || is_forward;
		step_to(profile, seconds);
	} else if (seconds == end) {
		close_interval(profile);
		begin_interval(profile, end);
	}
	profile->newest_second = seconds;
}

void load_profile_set_test(struct load_profile *profile, bool is_test)
{
	profile->is_test = is_test;
	profile->has_test = profile->has_test || is_test;
}

/* Setup and power-up */

static bool setup_is_valid(const struct load_profile_setup *setup)
{
	bool is_valid = setup->interval_minutes > 0 && 60u % setup->interval_minutes == 0;

	for (uint32_t channel = 0; channel < LOAD_PROFILE_CHANNELS; channel++) {
		is_valid = is_valid && setup->source[channel] < LOAD_PROFILE_SOURCES &&
			   setup->milliwatt_hours[channel] > 0;
	}
	return is_valid;
}

bool load_profile_change(struct load_profile *profile, const struct load_profile_setup *wanted)
{
	if (!profile->board || profile->is_resuming || !setup_is_valid(wanted)) {
		return false;
	}
	profile->setup = *wanted;
	profile->start = profile->latest;
	memset(profile->block_sequence, 0, sizeof(profile->block_sequence));

	uint32_t boundary = boundary_before(profile, profile->newest_second);
	bool is_stored = begin_block(profile, profile->generation + 1u, boundary);

	begin_interval(profile, boundary);
	profile->is_partial = profile->newest_second > boundary;
	return is_stored;
}

/* Blocks of the newest one's setup; false: there is no block. */
static bool find_blocks(struct load_profile *profile)
{
	struct load_profile_header newest = {.sequence = 0};
	struct load_profile_header header;

	for (uint32_t element = 0; element < LOAD_PROFILE_BLOCKS; element++) {
		if (load_profile_sector_read_header(profile->board, element, &header) &&
		    setup_is_valid(&header.setup) && header.sequence > newest.sequence) {
			newest = header;
		}
	}
	for (uint32_t element = 0; element < LOAD_PROFILE_BLOCKS; element++) {
		if (load_profile_sector_read_header(profile->board, element, &header) &&
		    header.generation == newest.generation) {
			profile->block_sequence[element] = header.sequence;
		}
	}
	if (newest.sequence == 0) {
		return false;
	}
	profile->setup = newest.setup;
	profile->generation = newest.generation;
	profile->first_sequence = newest.first_sequence;
	profile->sequence = newest.sequence;
	profile->block_start = newest.start;
	profile->start = newest.readings;
	return true;
}

static void find_newest_interval(struct load_profile *profile)
{
	uint32_t element = element_of(profile->sequence);
	struct load_profile_record record;

	profile->next_place = LOAD_PROFILE_PLACES;
	while (profile->next_place > 0 &&
	       load_profile_sector_is_erased(profile->board, element, profile->next_place - 1u)) {
		profile->next_place--;
	}
	for (uint32_t place = profile->next_place; place > 0; place--) {
		if (load_profile_sector_read(profile->board, element, place - 1u, &record)) {
			profile->block_intervals = record.index + 1u;
			profile->start = record.end;
			return;
		}
	}
}

void load_profile_open(struct load_profile *profile, const struct board *board,
		       uint16_t default_milliwatt_hours, int64_t delivered, int64_t received)
{
	memset(profile, 0, sizeof(*profile));
	profile->setup.interval_minutes = DEFAULT_MINUTES;
	for (uint8_t channel = 0; channel < LOAD_PROFILE_CHANNELS; channel++) {
		profile->setup.source[channel] = channel;
		profile->setup.milliwatt_hours[channel] = default_milliwatt_hours;
	}
	if (!storage_area_fits(board, STORAGE_RECORDER)) {
		return;
	}
	profile->board = board;
	profile->is_resuming = true;
	if (find_blocks(profile)) {
		find_newest_interval(profile);
		profile->interval_start =
			profile->block_start + profile->block_intervals * interval_seconds(profile);
	}
	take_registers(profile, delivered, received);
}

/* Reading */

uint32_t load_profile_valid_blocks(const struct load_profile *profile)
{
	uint32_t valid = 0;

	while (valid < LOAD_PROFILE_BLOCKS && valid < profile->sequence &&
	       profile->block_sequence[element_of(profile->sequence - valid)] ==
		       profile->sequence - valid) {
		valid++;
	}
	return valid;
}

static uint32_t newest_read(const struct load_profile *profile, uint32_t read_sequence)
{
	uint32_t before = profile->sequence - load_profile_valid_blocks(profile);

	return read_sequence > before ? read_sequence : before;
}

uint32_t load_profile_unread_blocks(const struct load_profile *profile, uint32_t read_sequence)
{
	uint32_t read = newest_read(profile, read_sequence);

	if (read >= profile->sequence) {
		return 0;
	}
	return profile->sequence - read - (profile->block_intervals == profile->read_intervals);
}

bool load_profile_overflowed(const struct load_profile *profile, uint32_t read_sequence)
{
	uint32_t before = profile->sequence - load_profile_valid_blocks(profile);

	return before >= profile->first_sequence && before > read_sequence && profile->sequence > 0;
}

uint32_t load_profile_mark_read(struct load_profile *profile)
{
	profile->read_intervals = profile->block_intervals;
	return profile->sequence > 0 ? profile->sequence - 1u : 0;
}

bool load_profile_read(const struct load_profile *profile, uint32_t element,
		       struct load_profile_block *block)
{
	struct load_profile_header header;
	struct load_profile_record record;

	if (element >= LOAD_PROFILE_BLOCKS || profile->block_sequence[element] == 0 ||
	    !load_profile_sector_read_header(profile->board, element, &header)) {
		return false;
	}
	*block = (struct load_profile_block){
		.element = element,
		.intervals = header.sequence == profile->sequence ? profile->block_intervals
								  : LOAD_PROFILE_BLOCK_INTERVALS,
		.end = header.readings,
	};
	block->end_seconds = header.start + block->intervals * interval_seconds(profile);
	for (uint32_t place = LOAD_PROFILE_PLACES; place > 0; place--) {
		if (load_profile_sector_read(profile->board, element, place - 1u, &record)) {
			block->end = record.end;
			break;
		}
	}
	return true;
}

void load_profile_next_interval(const struct load_profile *profile,
				struct load_profile_block *block, uint32_t index,
				struct load_profile_interval *interval)
{
	struct load_profile_record record;

	for (; block->place < LOAD_PROFILE_PLACES; block->place++) {
		if (!load_profile_sector_read(profile->board, block->element, block->place,
					      &record) ||
		    record.index < index) {
			continue;
		}
		if (record.index == index) {
			*interval = record.interval;
			return;
		}
		break;
	}
	*interval = (struct load_profile_interval){.status = {0}};
	for (uint32_t channel = 0; channel < LOAD_PROFILE_CHANNELS && index < block->intervals;
	     channel++) {
		put_status(interval, channel, LOAD_PROFILE_SKIPPED);
	}
}

/* Those decoders of c1219_tables.h whose tables are lists, as long as another table says. */
#include <string.h>

#include "drivers/optical/c1219_tables.h"
#include "drivers/optical/c1219_time.h"

#define CONSTANTS_ELECTRIC 2

static const uint8_t time_octets[C1219_TIME_FORMATS] = {0, 3, 3, 4, 4};

static const int8_t multiplier_exponents[] = {0, 2, 3, 6, 9, -2, -3, -6};

enum status c1219_decode_units(const struct c1219_general *general,
			       const struct c1219_sources *sources, const uint8_t *bytes,
			       size_t length, struct c1219_units *units)
{
	enum status status = c1219_expect_length(12, length, 4 * (size_t)sources->unit_count);

	units->count = status ? 0 : sources->unit_count;
	for (size_t i = 0; i < units->count; i++) {
		units->word[i] = (uint32_t)c1219_take_integer(&general->coding, bytes + 4 * i, 4);
	}
	return status;
}

/* The next number of a list; NI_FMAT1 or 2. */
static enum status take_real(const struct c1219_general *general, const uint8_t **bytes,
			     double *real)
{
	struct c1219_number number;
	enum status status =
		c1219_decode_number(&general->coding, general->format_1, *bytes, &number);

	*bytes += c1219_number_size(general->format_1);
	*real = status ? 0 : c1219_number_real(&number);
	return status;
}

static enum status take_constant(const struct c1219_general *general,
				 const struct c1219_sources *sources, const uint8_t *bytes,
				 struct c1219_constant *constant)
{
	*constant =
		(struct c1219_constant){.is_applied = true, .current_ratio = 1, .voltage_ratio = 1};
	enum status status = take_real(general, &bytes, &constant->multiplier);

	status = status ? status : take_real(general, &bytes, &constant->offset);
	if (status || !(sources->flags & C1219_SOURCES_SET_1)) {
		return status;
	}
	constant->is_applied = *bytes++ & 1;
	status = take_real(general, &bytes, &constant->current_ratio);
	return status ? status : take_real(general, &bytes, &constant->voltage_ratio);
}

enum status c1219_decode_constants(const struct c1219_general *general,
				   const struct c1219_sources *sources, const uint8_t *bytes,
				   size_t length, struct c1219_constants *constants)
{
	size_t number = c1219_number_size(general->format_1);
	size_t sets = (sources->flags & C1219_SOURCES_SET_1 ? 1u : 0u) +
		      (sources->flags & C1219_SOURCES_SET_2 ? 1u : 0u);
	size_t entry = 2 * number + sets * (1 + 2 * number);
	enum status status = c1219_check_number_format(general->format_1);

	constants->count = 0;
	if (!status && sources->constants_selector != CONSTANTS_ELECTRIC) {
		status = status_fail(STATUS_PROTOCOL,
				     "ST11 says that ST15 has constants of kind %d; electric is 2",
				     sources->constants_selector);
	}
	status = status ? status : c1219_expect_length(15, length, sources->constant_count * entry);
	for (size_t i = 0; !status && i < sources->constant_count; i++) {
		status =
			take_constant(general, sources, bytes + i * entry, &constants->constant[i]);
		constants->count = i + 1;
	}
	return status;
}

enum status c1219_decode_source_flags(const struct c1219_sources *sources, const uint8_t *bytes,
				      size_t length, struct c1219_source_flags *flags)
{
	enum status status = c1219_expect_length(16, length, sources->source_count);

	flags->count = status ? 0 : sources->source_count;
	if (flags->count) {
		memcpy(flags->flags, bytes, flags->count);
	}
	return status;
}

enum status c1219_decode_register_selection(const struct c1219_registers *registers,
					    const uint8_t *bytes, size_t length,
					    struct c1219_register_selection *selection)
{
	size_t summations = registers->summation_count;
	size_t demands = registers->demand_count;
	size_t coincidents = registers->coincident_count;
	enum status status = c1219_expect_length(
		22, length, summations + demands + (demands + 7) / 8 + 2 * coincidents);

	memset(selection, 0, sizeof(*selection));
	if (status || length == 0) {
		return status;
	}
	selection->summation_count = summations;
	memcpy(selection->summation, bytes, summations);
	selection->demand_count = demands;
	memcpy(selection->demand, bytes + summations, demands);
	memcpy(selection->is_maximum, bytes + summations + demands, (demands + 7) / 8);
	return STATUS_OK;
}

/* Octets of one demand with its stamps: EVENT_TIME[OCC], CUM, CONT_CUM, DEMAND[OCC]. */
struct demand_layout {
	size_t stamps, cumulative, continuous, demands;
};

static struct demand_layout demand_layout_of(const struct c1219_general *general,
					     const struct c1219_registers *registers)
{
	size_t number_1 = c1219_number_size(general->format_1);
	size_t occurrences = registers->occurrence_count;
	uint8_t flags = registers->flags;

	return (struct demand_layout){
		.stamps = flags & C1219_REGISTERS_DATE_TIME
				  ? occurrences * c1219_short_time_size(general)
				  : 0,
		.cumulative = flags & C1219_REGISTERS_CUMULATIVE ? number_1 : 0,
		.continuous = flags & C1219_REGISTERS_CONTINUOUS ? number_1 : 0,
		.demands = occurrences * c1219_number_size(general->format_2),
	};
}

static size_t demand_length(const struct demand_layout *layout)
{
	return layout->stamps + layout->cumulative + layout->continuous + layout->demands;
}

/* Octets of one block of ST23: summations, demands with their stamps, coincidents. */
static size_t block_length(const struct c1219_general *general,
			   const struct c1219_registers *registers)
{
	struct demand_layout demand = demand_layout_of(general, registers);
	size_t coincident = registers->occurrence_count * c1219_number_size(general->format_2);

	return registers->summation_count * c1219_number_size(general->format_1) +
	       registers->demand_count * demand_length(&demand) +
	       registers->coincident_count * coincident;
}

static size_t counter_length(const struct c1219_registers *registers)
{
	return registers->flags & C1219_REGISTERS_RESET_COUNT ? 1 : 0;
}

size_t c1219_registers_length(const struct c1219_general *general,
			      const struct c1219_registers *registers)
{
	return counter_length(registers) +
	       (1u + registers->tier_count) * block_length(general, registers);
}

size_t c1219_register_offset(const struct c1219_general *general,
			     const struct c1219_registers *registers, size_t block,
			     enum c1219_register_part part, size_t entry)
{
	struct demand_layout demand = demand_layout_of(general, registers);
	size_t number_1 = c1219_number_size(general->format_1);
	size_t start = counter_length(registers) + block * block_length(general, registers);
	size_t first =
		start + registers->summation_count * number_1 + entry * demand_length(&demand);

	switch (part) {
	case C1219_SUMMATION:
		return start + entry * number_1;
	case C1219_DEMAND_TIME:
		return first;
	case C1219_DEMAND_CUMULATIVE:
		return first + demand.stamps;
	case C1219_DEMAND_CONTINUOUS:
		return first + demand.stamps + demand.cumulative;
	case C1219_DEMAND:
		break;
	}
	return first + demand.stamps + demand.cumulative + demand.continuous;
}

size_t c1219_present_demand_offset(const struct c1219_general *general,
				   const struct c1219_registers *registers, size_t entry)
{
	size_t remaining = registers->flags & C1219_REGISTERS_TIME_REMAINING
				   ? time_octets[general->time_format]
				   : 0;

	return entry * (remaining + c1219_number_size(general->format_2)) + remaining;
}

static enum status take_numbers(const struct c1219_general *general, const uint8_t *bytes,
				size_t count, struct c1219_number *numbers)
{
	size_t size = c1219_number_size(general->format_1);
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && !status; i++) {
		status = c1219_decode_number(&general->coding, general->format_1, bytes + i * size,
					     &numbers[i]);
	}
	return status;
}

enum status c1219_decode_register_values(const struct c1219_general *general,
					 const struct c1219_registers *registers,
					 const uint8_t *bytes, size_t length,
					 struct c1219_register_values *values)
{
	size_t counter = counter_length(registers);
	size_t expected = c1219_registers_length(general, registers);
	enum status status = c1219_check_number_format(general->format_1);

	values->summation_count = 0;
	status = status ? status : c1219_check_number_format(general->format_2);
	status = status ? status : c1219_expect_length(23, length, expected);
	status = status ? status
			: take_numbers(general, bytes + counter, registers->summation_count,
				       values->summation);
	if (!status) {
		values->summation_count = registers->summation_count;
	}
	return status;
}

enum status c1219_decode_present_selection(const struct c1219_registers *registers,
					   const uint8_t *bytes, size_t length,
					   struct c1219_present_selection *selection)
{
	size_t demands = registers->present_demand_count;
	enum status status =
		c1219_expect_length(27, length, demands + registers->present_value_count);

	selection->demand_count = status ? 0 : demands;
	if (selection->demand_count) {
		memcpy(selection->demand, bytes, demands);
	}
	selection->value_count = status ? 0 : registers->present_value_count;
	if (selection->value_count) {
		memcpy(selection->value, bytes + demands, selection->value_count);
	}
	return status;
}

enum status c1219_decode_present_values(const struct c1219_general *general,
					const struct c1219_registers *registers,
					const uint8_t *bytes, size_t length,
					struct c1219_present_values *values)
{
	size_t remaining = registers->flags & C1219_REGISTERS_TIME_REMAINING
				   ? time_octets[general->time_format]
				   : 0;
	size_t demands = registers->present_demand_count *
			 (remaining + c1219_number_size(general->format_2));
	size_t present = registers->present_value_count * c1219_number_size(general->format_1);
	enum status status = c1219_check_number_format(general->format_1);

	values->value_count = 0;
	status = status ? status : c1219_check_number_format(general->format_2);
	status = status ? status : c1219_expect_length(28, length, demands + present);
	status = status ? status
			: take_numbers(general, bytes + demands, registers->present_value_count,
				       values->value);
	if (!status) {
		values->value_count = registers->present_value_count;
	}
	return status;
}

size_t c1219_entry_of_source(const struct c1219_source_flags *flags, size_t source, uint8_t flag)
{
	size_t entry = 0;

	for (size_t i = 0; i < source && i < flags->count; i++) {
		entry += flags->flags[i] & flag ? 1 : 0;
	}
	return entry;
}

int c1219_multiplier_exponent(uint32_t unit_word)
{
	return multiplier_exponents[unit_word >> 11 & 7];
}

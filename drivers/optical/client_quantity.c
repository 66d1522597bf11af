/* The units, sources and constants of client_quantity.h. ST12 words: C12.19, unit of measure. */
#include "drivers/optical/client_quantity.h"

#include "drivers/meter_client.h"

#define UNUSED_SOURCE 255

/* Fields of an ST12 word that make the quantity; its multiplier and resource are left out. */
#define UNIT_ID 0x000000FFu
#define UNIT_TIME_BASE 0x00000700u
#define UNIT_QUADRANTS 0x0003C000u
#define UNIT_NET 0x00040000u
#define UNIT_SEGMENTATION 0x00380000u
#define UNIT_HARMONIC 0x00400000u
#define UNIT_NOT_STANDARD 0x80000000u
#define UNIT_PHASE_QUANTITY                                                                        \
	(UNIT_ID | UNIT_TIME_BASE | UNIT_SEGMENTATION | UNIT_HARMONIC | UNIT_NOT_STANDARD)
#define UNIT_ENERGY (UNIT_PHASE_QUANTITY | UNIT_QUADRANTS | UNIT_NET)

#define WATTS 0u
#define VOLTS_RMS 8u
#define AMPERES_RMS 12u
#define HERTZ 33u
#define INSTANTANEOUS 0x100u
#define PHASE(segmentation) ((segmentation) << 19)
#define PHASE_A PHASE(5u)
#define PHASE_B PHASE(6u)
#define PHASE_C PHASE(7u)
#define QUADRANTS_1_4 0x00024000u
#define QUADRANTS_2_3 0x00018000u

/* Instrument transformer ratios that the quantity contains. */
enum { RATIO_OF_CURRENT = 1, RATIO_OF_VOLTAGE = 2 };

#define REGISTER(name, word, field)                                                                \
	{                                                                                          \
		name, UNIT_ENERGY, word, RATIO_OF_CURRENT | RATIO_OF_VOLTAGE, false,               \
			offsetof(struct meter_registers, field)                                    \
	}
const struct client_quantity client_energies[CLIENT_ENERGIES] = {
	REGISTER("delivered Wh", WATTS | QUADRANTS_1_4, delivered),
	REGISTER("received Wh", WATTS | QUADRANTS_2_3, received),
	REGISTER("net Wh", WATTS | UNIT_NET | UNIT_QUADRANTS, net),
};

#define PRESENT(name, mask, word, ratios, is_optional, field)                                      \
	{                                                                                          \
		name, mask, INSTANTANEOUS | (word), ratios, is_optional,                           \
			offsetof(struct meter_instantaneous, field)                                \
	}
const struct client_quantity client_present_quantities[CLIENT_PRESENT_QUANTITIES] = {
	PRESENT("volts A", UNIT_PHASE_QUANTITY, VOLTS_RMS | PHASE_A, RATIO_OF_VOLTAGE, false,
		volts[0]),
	PRESENT("volts B", UNIT_PHASE_QUANTITY, VOLTS_RMS | PHASE_B, RATIO_OF_VOLTAGE, true,
		volts[1]),
	PRESENT("volts C", UNIT_PHASE_QUANTITY, VOLTS_RMS | PHASE_C, RATIO_OF_VOLTAGE, true,
		volts[2]),
	PRESENT("amperes A", UNIT_PHASE_QUANTITY, AMPERES_RMS | PHASE_A, RATIO_OF_CURRENT, false,
		amperes[0]),
	PRESENT("amperes B", UNIT_PHASE_QUANTITY, AMPERES_RMS | PHASE_B, RATIO_OF_CURRENT, true,
		amperes[1]),
	PRESENT("amperes C", UNIT_PHASE_QUANTITY, AMPERES_RMS | PHASE_C, RATIO_OF_CURRENT, true,
		amperes[2]),
	PRESENT("net watts", UNIT_ENERGY, WATTS | UNIT_NET | UNIT_QUADRANTS,
		RATIO_OF_CURRENT | RATIO_OF_VOLTAGE, false, watts),
	PRESENT("hertz", UNIT_ID | UNIT_TIME_BASE | UNIT_NOT_STANDARD, HERTZ, 0, false, hertz),
};

#define UNIT_DEMAND                                                                                \
	(UNIT_ID | UNIT_QUADRANTS | UNIT_NET | UNIT_SEGMENTATION | UNIT_HARMONIC |                 \
	 UNIT_NOT_STANDARD)
#define BLOCK_AVERAGE 0x400u
const struct client_quantity client_demand = {"delivered demand",
					      UNIT_DEMAND,
					      WATTS | QUADRANTS_1_4,
					      RATIO_OF_CURRENT | RATIO_OF_VOLTAGE,
					      false,
					      0};
const struct client_quantity client_complete_demand = {"delivered demand of the newest interval",
						       UNIT_DEMAND | UNIT_TIME_BASE,
						       WATTS | QUADRANTS_1_4 | BLOCK_AVERAGE,
						       RATIO_OF_CURRENT | RATIO_OF_VOLTAGE,
						       false,
						       0};

double client_power_of_ten(int exponent)
{
	double power = 1;

	for (int i = 0; i < (exponent < 0 ? -exponent : exponent); i++) {
		power *= 10;
	}
	return exponent < 0 ? 1 / power : power;
}

/* Whether the source has a unit, and its ST12 word. Without ST16 sources and units go one to one.
 */
static enum status unit_of_source(const struct client_tables *tables, size_t source, bool *has_unit,
				  uint32_t *word)
{
	bool has_flags = c1219_has_table(&tables->general, 16);
	size_t entry = source;

	*has_unit = false;
	if (source == UNUSED_SOURCE) {
		return STATUS_OK;
	}
	if (source >= tables->sources.source_count) {
		return status_fail(STATUS_PROTOCOL, "source %zu is selected, but ST11 counts %d",
				   source, tables->sources.source_count);
	}
	if (has_flags && !(tables->source_flags.flags[source] & C1219_SOURCE_HAS_UNIT)) {
		return STATUS_OK;
	}
	if (has_flags) {
		entry = c1219_entry_of_source(&tables->source_flags, source, C1219_SOURCE_HAS_UNIT);
	}
	if (entry >= tables->units.count) {
		return status_fail(STATUS_PROTOCOL,
				   "source %zu uses unit %zu of ST12, which has %zu", source, entry,
				   tables->units.count);
	}
	*has_unit = true;
	*word = tables->units.word[entry];
	return STATUS_OK;
}

/* The first source in the list whose unit is the quantity's. */
static enum status find_source(const struct client_tables *tables,
			       const struct client_quantity *quantity, const uint8_t *list,
			       size_t count, struct client_entry *entry)
{
	*entry = (struct client_entry){.factor = 1};
	for (size_t place = 0; place < count; place++) {
		bool has_unit;
		uint32_t word;
		enum status status = unit_of_source(tables, list[place], &has_unit, &word);

		if (status) {
			return status;
		}
		if (has_unit && (word & quantity->mask) == quantity->word) {
			entry->is_found = true;
			entry->place = place;
			entry->exponent = c1219_multiplier_exponent(word);
			return STATUS_OK;
		}
	}
	return STATUS_OK;
}

static enum status find_constant(const struct client_tables *tables, size_t source,
				 const struct c1219_constant **constant)
{
	size_t entry =
		c1219_entry_of_source(&tables->source_flags, source, C1219_SOURCE_HAS_CONSTANT);

	if (entry >= tables->constants.count) {
		return status_fail(STATUS_PROTOCOL,
				   "source %zu uses constant %zu of ST15, which has %zu", source,
				   entry, tables->constants.count);
	}
	*constant = &tables->constants.constant[entry];
	return STATUS_OK;
}

/*
 * The bench compares with the load at the meter's terminals, so transformer ratios that the meter
 * has applied are divided out and others are left alone.
 */
static enum status use_constant(const struct c1219_constant *constant, unsigned ratios,
				bool is_to_apply, struct client_entry *entry)
{
	bool divides_current = constant->is_applied && (ratios & RATIO_OF_CURRENT);
	bool divides_voltage = constant->is_applied && (ratios & RATIO_OF_VOLTAGE);
	double applied = (divides_current ? constant->current_ratio : 1) *
			 (divides_voltage ? constant->voltage_ratio : 1);

	entry->factor = is_to_apply ? constant->multiplier : 1;
	entry->offset = is_to_apply ? constant->offset : 0;
	if (!(applied > 0) || !(entry->factor > 0)) {
		return status_fail(STATUS_PROTOCOL,
				   "a multiplier or ratio of ST15 is %g, which is not "
				   "positive",
				   applied > 0 ? entry->factor : applied);
	}
	entry->factor /= applied;
	entry->offset /= applied;
	return STATUS_OK;
}

/* The constant that ST16 says the reader is to apply. */
static enum status convert(const struct client_tables *tables, size_t source, unsigned ratios,
			   struct client_entry *entry)
{
	uint8_t flags = source < tables->source_flags.count ? tables->source_flags.flags[source]
							    : C1219_SOURCE_IS_ENGINEERING;
	bool has_constant =
		(flags & C1219_SOURCE_HAS_CONSTANT) && c1219_has_table(&tables->general, 15);
	bool is_to_apply = has_constant && (flags & C1219_SOURCE_APPLY_CONSTANT);
	const struct c1219_constant *constant = NULL;

	if (!is_to_apply && !(flags & C1219_SOURCE_IS_ENGINEERING)) {
		return status_fail(
			STATUS_PROTOCOL,
			"ST16 says that source %zu counts pulses, but no constant applies", source);
	}
	if (!has_constant) {
		return STATUS_OK;
	}
	enum status status = find_constant(tables, source, &constant);

	return status ? status : use_constant(constant, ratios, is_to_apply, entry);
}

enum status client_quantity_find(const struct client_tables *tables,
				 const struct client_quantity *quantity, int list_table,
				 const uint8_t *list, size_t count, struct client_entry *entry)
{
	enum status status = find_source(tables, quantity, list, count, entry);

	if (status || (!entry->is_found && quantity->is_optional)) {
		return status;
	}
	if (!entry->is_found) {
		return status_fail(STATUS_PROTOCOL, "%s is not among the %zu entries of ST%d",
				   quantity->name, count, list_table);
	}
	return convert(tables, list[entry->place], quantity->ratios, entry);
}

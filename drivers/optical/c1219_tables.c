/* The decoders of c1219_tables.h. Fixed layouts are field tables; the others are lists of numbers.
 */
#include "drivers/optical/c1219_tables.h"

#include <string.h>

enum field_kind {
	FIELD_OCTET,
	FIELD_WORD, /* 16 bits, DATA_ORDER */
	FIELD_TEXT, /* blanks at the end are cut; the member has one octet more */
	FIELD_BCD,  /* two digits per octet, as text */
	FIELD_OCTETS,
};

struct field {
	enum field_kind kind;
	size_t octets;
	size_t member; /* offset in the struct */
};

#define OCTET(type, member)                                                                        \
	{                                                                                          \
		FIELD_OCTET, 1, offsetof(struct type, member)                                      \
	}
#define WORD(type, member)                                                                         \
	{                                                                                          \
		FIELD_WORD, 2, offsetof(struct type, member)                                       \
	}
#define TEXT(type, member, octets)                                                                 \
	{                                                                                          \
		FIELD_TEXT, octets, offsetof(struct type, member)                                  \
	}
#define BCD(type, member, octets)                                                                  \
	{                                                                                          \
		FIELD_BCD, octets, offsetof(struct type, member)                                   \
	}
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct field general_fields[] = {
	{FIELD_OCTETS, 3, offsetof(struct c1219_general, format_control)},
	TEXT(c1219_general, manufacturer, 4),
	OCTET(c1219_general, nameplate_type),
	OCTET(c1219_general, default_set_used),
	OCTET(c1219_general, maximum_procedure_parameter),
	OCTET(c1219_general, maximum_response_data),
	OCTET(c1219_general, standard_version),
	OCTET(c1219_general, standard_revision),
	OCTET(c1219_general, standard_table_octets),
	OCTET(c1219_general, manufacturer_table_octets),
	OCTET(c1219_general, standard_procedure_octets),
	OCTET(c1219_general, manufacturer_procedure_octets),
	OCTET(c1219_general, manufacturer_status_octets),
	OCTET(c1219_general, pending_count),
};

#define MANUFACTURER_FIELDS                                                                        \
	TEXT(c1219_manufacturer, manufacturer, 4), TEXT(c1219_manufacturer, model, 8),             \
		OCTET(c1219_manufacturer, hardware_version),                                       \
		OCTET(c1219_manufacturer, hardware_revision),                                      \
		OCTET(c1219_manufacturer, firmware_version),                                       \
		OCTET(c1219_manufacturer, firmware_revision)
static const struct field manufacturer_fields[] = {
	MANUFACTURER_FIELDS,
	TEXT(c1219_manufacturer, serial, 16),
};
static const struct field manufacturer_bcd_fields[] = {
	MANUFACTURER_FIELDS,
	BCD(c1219_manufacturer, serial, 8),
};

static const struct field nameplate_fields[] = {
	TEXT(c1219_nameplate, kh, 6),
	TEXT(c1219_nameplate, kt, 6),
	OCTET(c1219_nameplate, input_scalar),
	TEXT(c1219_nameplate, form, 5),
	WORD(c1219_nameplate, elements),
	OCTET(c1219_nameplate, volts),
	TEXT(c1219_nameplate, class_amperes, 6),
	TEXT(c1219_nameplate, test_amperes, 6),
};

static const struct field mode_fields[] = {
	OCTET(c1219_mode, mode),
	WORD(c1219_mode, status_1),
	OCTET(c1219_mode, status_2),
};

static const struct field identification_fields[] = {TEXT(c1219_identification, device_id, 20)};
static const struct field identification_bcd_fields[] = {BCD(c1219_identification, device_id, 10)};

static const struct field sources_fields[] = {
	OCTET(c1219_sources, flags),
	OCTET(c1219_sources, unit_count),
	OCTET(c1219_sources, demand_control_count),
	OCTET(c1219_sources, data_control_length),
	OCTET(c1219_sources, data_control_count),
	OCTET(c1219_sources, constant_count),
	OCTET(c1219_sources, constants_selector),
	OCTET(c1219_sources, source_count),
};

static const struct field registers_fields[] = {
	OCTET(c1219_registers, flags_1),
	OCTET(c1219_registers, flags_2),
	OCTET(c1219_registers, self_read_count),
	OCTET(c1219_registers, summation_count),
	OCTET(c1219_registers, demand_count),
	OCTET(c1219_registers, coincident_count),
	OCTET(c1219_registers, occurrence_count),
	OCTET(c1219_registers, tier_count),
	OCTET(c1219_registers, present_demand_count),
	OCTET(c1219_registers, present_value_count),
};

#define REGISTERS_HAVE_RESET_COUNT 0x04
#define REGISTERS_HAVE_DATE_TIME 0x02
#define REGISTERS_HAVE_CUMULATIVE 0x10
#define REGISTERS_HAVE_CONTINUOUS 0x20
#define REGISTERS_HAVE_TIME_REMAINING 0x40

#define CONSTANTS_ELECTRIC 2

#define TIME_FORMATS 5
static const uint8_t stime_date_octets[TIME_FORMATS] = {0, 5, 5, 4, 4};
static const uint8_t time_octets[TIME_FORMATS] = {0, 3, 3, 4, 4};

enum number_coding { CODED_TEXT, CODED_FLOAT, CODED_INTEGER, CODED_BCD };
static const struct number_format {
	enum number_coding coding;
	uint8_t octets;
	uint8_t decimals;
} number_formats[] = {
	{CODED_FLOAT, 8, 0},   {CODED_FLOAT, 4, 0},   {CODED_TEXT, 0, 0},    {CODED_TEXT, 0, 0},
	{CODED_INTEGER, 4, 4}, {CODED_BCD, 6, 0},     {CODED_BCD, 4, 0},     {CODED_INTEGER, 3, 0},
	{CODED_INTEGER, 4, 0}, {CODED_INTEGER, 5, 0}, {CODED_INTEGER, 6, 0}, {CODED_INTEGER, 8, 0},
	{CODED_BCD, 8, 0},
};

static const int8_t multiplier_exponents[] = {0, 2, 3, 6, 9, -2, -3, -6};

static enum status expect_length(int table, size_t length, size_t expected)
{
	if (length == expected) {
		return STATUS_OK;
	}
	return status_fail(STATUS_PROTOCOL, "ST%d is %zu bytes long; its dimensions make %zu",
			   table, length, expected);
}

static void take_text(const uint8_t *bytes, size_t octets, char *text)
{
	size_t length = octets;

	while (length && (bytes[length - 1] == ' ' || bytes[length - 1] == '\0')) {
		length--;
	}
	for (size_t i = 0; i < length; i++) {
		text[i] = bytes[i] >= 0x20 && bytes[i] < 0x7F ? (char)bytes[i] : '?';
	}
	text[length] = '\0';
}

static void take_bcd_text(const uint8_t *bytes, size_t octets, char *text)
{
	for (size_t i = 0; i < octets; i++) {
		text[2 * i] = "0123456789??????"[bytes[i] >> 4];
		text[2 * i + 1] = "0123456789??????"[bytes[i] & 15];
	}
	text[2 * octets] = '\0';
}

static size_t fields_length(const struct field *fields, size_t count)
{
	size_t length = 0;

	for (size_t i = 0; i < count; i++) {
		length += fields[i].octets;
	}
	return length;
}

/* The bytes hold at least fields_length. */
static void take_fields(const struct c1219_general *general, const struct field *fields,
			size_t count, const uint8_t *bytes, void *result)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t *member = (uint8_t *)result + fields[i].member;

		switch (fields[i].kind) {
		case FIELD_OCTET:
		case FIELD_OCTETS:
			memcpy(member, bytes, fields[i].octets);
			break;
		case FIELD_WORD: {
			uint16_t word = (uint16_t)c1219_take_integer(general, bytes, 2);

			memcpy(member, &word, sizeof(word));
			break;
		}
		case FIELD_TEXT:
			take_text(bytes, fields[i].octets, (char *)member);
			break;
		case FIELD_BCD:
			take_bcd_text(bytes, fields[i].octets, (char *)member);
			break;
		}
		bytes += fields[i].octets;
	}
}

static enum status decode_fields(int table, const struct c1219_general *general,
				 const struct field *fields, size_t count, const uint8_t *bytes,
				 size_t length, void *result)
{
	enum status status = expect_length(table, length, fields_length(fields, count));

	if (!status) {
		take_fields(general, fields, count, bytes, result);
	}
	return status;
}

static enum status take_format_controls(struct c1219_general *general)
{
	const uint8_t *control = general->format_control;

	general->is_msb_first = control[0] & 1;
	general->time_format = control[1] & 7;
	general->access_method = control[1] >> 3 & 3;
	general->has_bcd_identity = control[1] >> 5 & 1;
	general->integer_format = control[1] >> 6;
	general->format_1 = control[2] & 15;
	general->format_2 = control[2] >> 4;
	if (general->time_format >= TIME_FORMATS) {
		return status_fail(STATUS_PROTOCOL, "ST0 names TM_FORMAT %d, which does not exist",
				   general->time_format);
	}
	if (general->integer_format > 2) {
		return status_fail(STATUS_PROTOCOL, "ST0 names INT_FORMAT %d, which does not exist",
				   general->integer_format);
	}
	return STATUS_OK;
}

enum status c1219_decode_general(const uint8_t *bytes, size_t length, struct c1219_general *general)
{
	size_t fixed = fields_length(general_fields, COUNT(general_fields));

	memset(general, 0, sizeof(*general));
	if (length < fixed) {
		return status_fail(STATUS_PROTOCOL, "ST0 is %zu bytes long; it has at least %zu",
				   length, fixed);
	}
	take_fields(general, general_fields, COUNT(general_fields), bytes, general);
	size_t standard = general->standard_table_octets;
	size_t manufacturer = general->manufacturer_table_octets;
	size_t procedures =
		(size_t)general->standard_procedure_octets + general->manufacturer_procedure_octets;
	enum status status =
		expect_length(0, length, fixed + 2 * (standard + manufacturer) + procedures);

	if (status) {
		return status;
	}
	memcpy(general->standard_tables, bytes + fixed, standard);
	memcpy(general->manufacturer_tables, bytes + fixed + standard, manufacturer);
	return take_format_controls(general);
}

enum status c1219_decode_manufacturer(const struct c1219_general *general, const uint8_t *bytes,
				      size_t length, struct c1219_manufacturer *manufacturer)
{
	if (general->has_bcd_identity) {
		return decode_fields(1, general, manufacturer_bcd_fields,
				     COUNT(manufacturer_bcd_fields), bytes, length, manufacturer);
	}
	return decode_fields(1, general, manufacturer_fields, COUNT(manufacturer_fields), bytes,
			     length, manufacturer);
}

enum status c1219_decode_nameplate(const struct c1219_general *general, const uint8_t *bytes,
				   size_t length, struct c1219_nameplate *nameplate)
{
	return decode_fields(2, general, nameplate_fields, COUNT(nameplate_fields), bytes, length,
			     nameplate);
}

enum status c1219_decode_mode(const struct c1219_general *general, const uint8_t *bytes,
			      size_t length, struct c1219_mode *mode)
{
	size_t fixed = fields_length(mode_fields, COUNT(mode_fields));
	enum status status = expect_length(3, length, fixed + general->manufacturer_status_octets);

	return status ? status
		      : decode_fields(3, general, mode_fields, COUNT(mode_fields), bytes, fixed,
				      mode);
}

enum status c1219_decode_identification(const struct c1219_general *general, const uint8_t *bytes,
					size_t length, struct c1219_identification *identification)
{
	return decode_fields(5, general,
			     general->has_bcd_identity ? identification_bcd_fields
						       : identification_fields,
			     1, bytes, length, identification);
}

enum status c1219_decode_sources(const struct c1219_general *general, const uint8_t *bytes,
				 size_t length, struct c1219_sources *sources)
{
	return decode_fields(11, general, sources_fields, COUNT(sources_fields), bytes, length,
			     sources);
}

enum status c1219_decode_units(const struct c1219_general *general,
			       const struct c1219_sources *sources, const uint8_t *bytes,
			       size_t length, struct c1219_units *units)
{
	enum status status = expect_length(12, length, 4 * (size_t)sources->unit_count);

	units->count = status ? 0 : sources->unit_count;
	for (size_t i = 0; i < units->count; i++) {
		units->word[i] = (uint32_t)c1219_take_integer(general, bytes + 4 * i, 4);
	}
	return status;
}

/* The next number of a list; NI_FMAT1 or 2. */
static enum status take_real(const struct c1219_general *general, const uint8_t **bytes,
			     double *real)
{
	struct c1219_number number;
	enum status status = c1219_decode_number(general, general->format_1, *bytes, &number);

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
	constant->has_ratios = sources->flags & C1219_SOURCES_SET_1;
	if (status || !constant->has_ratios) {
		return status;
	}
	constant->is_applied = *bytes++ & 1;
	status = take_real(general, &bytes, &constant->current_ratio);
	return status ? status : take_real(general, &bytes, &constant->voltage_ratio);
}

static enum status check_number_format(unsigned format)
{
	if (c1219_number_size(format)) {
		return STATUS_OK;
	}
	return status_fail(STATUS_PROTOCOL,
			   "ST0 names number format %u; this client reads 0, 1 and 4 to 12",
			   format);
}

enum status c1219_decode_constants(const struct c1219_general *general,
				   const struct c1219_sources *sources, const uint8_t *bytes,
				   size_t length, struct c1219_constants *constants)
{
	size_t number = c1219_number_size(general->format_1);
	size_t sets = (sources->flags & C1219_SOURCES_SET_1 ? 1u : 0u) +
		      (sources->flags & C1219_SOURCES_SET_2 ? 1u : 0u);
	size_t entry = 2 * number + sets * (1 + 2 * number);
	enum status status = check_number_format(general->format_1);

	constants->count = 0;
	if (!status && sources->constants_selector != CONSTANTS_ELECTRIC) {
		status = status_fail(STATUS_PROTOCOL,
				     "ST11 says that ST15 has constants of kind %d; electric is 2",
				     sources->constants_selector);
	}
	status = status ? status : expect_length(15, length, sources->constant_count * entry);
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
	enum status status = expect_length(16, length, sources->source_count);

	flags->count = status ? 0 : sources->source_count;
	if (flags->count) {
		memcpy(flags->flags, bytes, flags->count);
	}
	return status;
}

enum status c1219_decode_registers(const struct c1219_general *general, const uint8_t *bytes,
				   size_t length, struct c1219_registers *registers)
{
	return decode_fields(21, general, registers_fields, COUNT(registers_fields), bytes, length,
			     registers);
}

enum status c1219_decode_register_selection(const struct c1219_registers *registers,
					    const uint8_t *bytes, size_t length,
					    struct c1219_register_selection *selection)
{
	size_t summations = registers->summation_count;
	size_t demands = registers->demand_count;
	size_t coincidents = registers->coincident_count;
	enum status status = expect_length(
		22, length, summations + demands + (demands + 7) / 8 + 2 * coincidents);

	memset(selection, 0, sizeof(*selection));
	if (status || length == 0) {
		return status;
	}
	selection->summation_count = summations;
	selection->demand_count = demands;
	memcpy(selection->summation, bytes, summations);
	memcpy(selection->demand, bytes + summations, demands);
	return STATUS_OK;
}

/* Octets of one block of ST23: summations, demands with their stamps, coincidents. */
static size_t block_length(const struct c1219_general *general,
			   const struct c1219_registers *registers)
{
	size_t number_1 = c1219_number_size(general->format_1);
	size_t number_2 = c1219_number_size(general->format_2);
	size_t stamp = registers->flags_1 & REGISTERS_HAVE_DATE_TIME
			       ? stime_date_octets[general->time_format]
			       : 0;
	size_t cumulative = (registers->flags_1 & REGISTERS_HAVE_CUMULATIVE ? number_1 : 0) +
			    (registers->flags_1 & REGISTERS_HAVE_CONTINUOUS ? number_1 : 0);
	size_t demand = registers->occurrence_count * (stamp + number_2) + cumulative;
	size_t coincident = registers->occurrence_count * number_2;

	return registers->summation_count * number_1 + registers->demand_count * demand +
	       registers->coincident_count * coincident;
}

static enum status take_numbers(const struct c1219_general *general, const uint8_t *bytes,
				size_t count, struct c1219_number *numbers)
{
	size_t size = c1219_number_size(general->format_1);
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && !status; i++) {
		status = c1219_decode_number(general, general->format_1, bytes + i * size,
					     &numbers[i]);
	}
	return status;
}

enum status c1219_decode_register_values(const struct c1219_general *general,
					 const struct c1219_registers *registers,
					 const uint8_t *bytes, size_t length,
					 struct c1219_register_values *values)
{
	size_t counter = registers->flags_1 & REGISTERS_HAVE_RESET_COUNT ? 1 : 0;
	size_t expected = counter + (1u + registers->tier_count) * block_length(general, registers);
	enum status status = check_number_format(general->format_1);

	values->summation_count = 0;
	status = status ? status : check_number_format(general->format_2);
	status = status ? status : expect_length(23, length, expected);
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
	enum status status = expect_length(27, length, demands + registers->present_value_count);

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
	size_t remaining = registers->flags_1 & REGISTERS_HAVE_TIME_REMAINING
				   ? time_octets[general->time_format]
				   : 0;
	size_t demands = registers->present_demand_count *
			 (remaining + c1219_number_size(general->format_2));
	size_t present = registers->present_value_count * c1219_number_size(general->format_1);
	enum status status = check_number_format(general->format_1);

	values->value_count = 0;
	status = status ? status : check_number_format(general->format_2);
	status = status ? status : expect_length(28, length, demands + present);
	status = status ? status
			: take_numbers(general, bytes + demands, registers->present_value_count,
				       values->value);
	if (!status) {
		values->value_count = registers->present_value_count;
	}
	return status;
}

bool c1219_has_table(const struct c1219_general *general, int table)
{
	bool is_manufacturer = table >= 2048;
	const uint8_t *set =
		is_manufacturer ? general->manufacturer_tables : general->standard_tables;
	size_t octets = is_manufacturer ? general->manufacturer_table_octets
					: general->standard_table_octets;
	size_t number = (size_t)(is_manufacturer ? table - 2048 : table);

	return number / 8 < octets && (set[number / 8] >> (number % 8) & 1);
}

size_t c1219_number_size(unsigned format)
{
	return format < COUNT(number_formats) ? number_formats[format].octets : 0;
}

uint64_t c1219_take_integer(const struct c1219_general *general, const uint8_t *bytes, size_t size)
{
	uint64_t integer = 0;

	for (size_t i = 0; i < size; i++) {
		integer = integer << 8 | bytes[general->is_msb_first ? i : size - 1 - i];
	}
	return integer;
}

void c1219_put_integer(const struct c1219_general *general, uint64_t integer, uint8_t *bytes,
		       size_t size)
{
	for (size_t i = 0; i < size; i++) {
		bytes[general->is_msb_first ? size - 1 - i : i] = (uint8_t)(integer >> 8 * i);
	}
}

/* Two's complement, one's complement or sign and magnitude, of `size` octets. */
static int64_t signed_integer(uint64_t raw, size_t size, unsigned integer_format)
{
	uint64_t sign = UINT64_C(1) << (8 * size - 1);
	uint64_t magnitude = raw & (sign - 1);

	if (!(raw & sign)) {
		return (int64_t)magnitude;
	}
	if (integer_format == 2) {
		return -(int64_t)magnitude;
	}
	int64_t below = (int64_t)(sign - 1 - magnitude); /* 2^(n-1) - 1 - magnitude */

	return integer_format == 1 ? -below : -below - 1;
}

static enum status take_bcd(const uint8_t *bytes, size_t octets, int64_t *integer)
{
	int64_t sum = 0;

	for (size_t i = 0; i < octets; i++) {
		if (bytes[i] >> 4 > 9 || (bytes[i] & 15) > 9) {
			return status_fail(STATUS_PROTOCOL, "a BCD number holds the octet %02Xh",
					   bytes[i]);
		}
		sum = sum * 100 + (bytes[i] >> 4) * 10 + (bytes[i] & 15);
	}
	*integer = sum;
	return STATUS_OK;
}

static enum status take_float(uint64_t raw, size_t octets, double *real)
{
	if (octets == 4) {
		uint32_t word = (uint32_t)raw;
		float narrow;

		memcpy(&narrow, &word, sizeof(narrow));
		*real = (double)narrow;
	} else {
		memcpy(real, &raw, sizeof(*real));
	}
	if (*real - *real != 0) {
		*real = 0;
		return status_fail(STATUS_PROTOCOL,
				   "a floating-point number is infinite or not a number");
	}
	return STATUS_OK;
}

enum status c1219_decode_number(const struct c1219_general *general, unsigned format,
				const uint8_t *bytes, struct c1219_number *number)
{
	enum status status = check_number_format(format);

	*number = (struct c1219_number){0};
	if (status) {
		return status;
	}
	const struct number_format *layout = &number_formats[format];

	number->decimals = layout->decimals;
	number->is_real = layout->coding == CODED_FLOAT;
	if (layout->coding == CODED_BCD) {
		return take_bcd(bytes, layout->octets, &number->integer);
	}
	uint64_t raw = c1219_take_integer(general, bytes, layout->octets);

	if (number->is_real) {
		return take_float(raw, layout->octets, &number->real);
	}
	number->integer = signed_integer(raw, layout->octets, general->integer_format);
	return STATUS_OK;
}

double c1219_number_real(const struct c1219_number *number)
{
	double divisor = 1;

	for (int i = 0; i < number->decimals; i++) {
		divisor *= 10;
	}
	return number->is_real ? number->real : (double)number->integer / divisor;
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
	return multiplier_exponents[C1219_UNIT_MULTIPLIER(unit_word)];
}

enum status c1219_decimal_text(const char *name, const char *text, double *value)
{
	const char *character = text;
	double digits = 0, divisor = 1;
	bool has_digit = false, is_fraction = false;

	*value = 0;
	while (*character == ' ') {
		character++;
	}
	for (; *character; character++) {
		if (*character >= '0' && *character <= '9') {
			digits = digits * 10 + (*character - '0');
			divisor *= is_fraction ? 10 : 1;
			has_digit = true;
		} else if (*character == '.' && !is_fraction) {
			is_fraction = true;
		} else {
			break;
		}
	}
	if (*character || !has_digit) {
		return status_fail(STATUS_PROTOCOL, "%s is \"%s\", which is not a decimal number",
				   name, text);
	}
	*value = digits / divisor;
	return STATUS_OK;
}

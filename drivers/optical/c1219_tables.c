/* Those decoders of c1219_tables.h whose tables have a fixed layout: a field table each. */
#include "drivers/optical/c1219_tables.h"

#include <string.h>

enum field_kind {
	FIELD_SKIP,
	FIELD_OCTET,
	FIELD_WORD, /* 16 bits, DATA_ORDER */
	FIELD_TEXT, /* blanks at the end are cut; the member has one octet more */
	FIELD_BCD,  /* two digits per octet, as text */
};

struct field {
	enum field_kind kind;
	size_t octets;
	size_t member; /* offset in the struct */
};

struct layout {
	int table;
	size_t count;
	const struct field *fields;
};

#define AT(name, member) offsetof(struct c1219_##name, member)
#define LAYOUT(table, fields)                                                                      \
	{                                                                                          \
		table, sizeof(fields) / sizeof((fields)[0]), fields                                \
	}

static const struct field general_fields[] = {
	{FIELD_OCTET, 1, AT(general, format_control[0])},
	{FIELD_OCTET, 1, AT(general, format_control[1])},
	{FIELD_OCTET, 1, AT(general, format_control[2])},
	{FIELD_TEXT, 4, AT(general, manufacturer)},
	{FIELD_OCTET, 1, AT(general, nameplate_type)},
	{FIELD_SKIP, 3, 0}, /* default sets, length of procedures' parameters and responses */
	{FIELD_OCTET, 1, AT(general, standard_version)},
	{FIELD_SKIP, 1, 0}, /* standard revision */
	{FIELD_OCTET, 1, AT(general, standard_table_octets)},
	{FIELD_OCTET, 1, AT(general, manufacturer_table_octets)},
	{FIELD_OCTET, 1, AT(general, standard_procedure_octets)},
	{FIELD_OCTET, 1, AT(general, manufacturer_procedure_octets)},
	{FIELD_OCTET, 1, AT(general, manufacturer_status_octets)},
	{FIELD_SKIP, 1, 0}, /* number of pending tables */
};
static const struct layout general_layout = LAYOUT(0, general_fields);

#define MANUFACTURER_FIELDS                                                                        \
	{FIELD_TEXT, 4, AT(manufacturer, manufacturer)}, {FIELD_TEXT, 8, AT(manufacturer, model)}, \
		{FIELD_OCTET, 1, AT(manufacturer, hardware_version)},                              \
		{FIELD_OCTET, 1, AT(manufacturer, hardware_revision)},                             \
		{FIELD_OCTET, 1, AT(manufacturer, firmware_version)},                              \
	{                                                                                          \
		FIELD_OCTET, 1, AT(manufacturer, firmware_revision)                                \
	}
static const struct field manufacturer_fields[] = {
	MANUFACTURER_FIELDS,
	{FIELD_TEXT, 16, AT(manufacturer, serial)},
};
static const struct field manufacturer_bcd_fields[] = {
	MANUFACTURER_FIELDS,
	{FIELD_BCD, 8, AT(manufacturer, serial)},
};
static const struct layout manufacturer_layout = LAYOUT(1, manufacturer_fields);
static const struct layout manufacturer_bcd_layout = LAYOUT(1, manufacturer_bcd_fields);

static const struct field nameplate_fields[] = {
	{FIELD_TEXT, 6, AT(nameplate, kh)},
	{FIELD_TEXT, 6, AT(nameplate, kt)},
	{FIELD_SKIP, 1, 0}, /* input scalar */
	{FIELD_TEXT, 5, AT(nameplate, form)},
	{FIELD_WORD, 2, AT(nameplate, elements)},
	{FIELD_OCTET, 1, AT(nameplate, volts)},
	{FIELD_TEXT, 6, AT(nameplate, class_amperes)},
	{FIELD_TEXT, 6, AT(nameplate, test_amperes)},
};
static const struct layout nameplate_layout = LAYOUT(2, nameplate_fields);

static const struct field mode_fields[] = {
	{FIELD_OCTET, 1, AT(mode, mode)},
	{FIELD_WORD, 2, AT(mode, status_1)},
	{FIELD_SKIP, 1, 0}, /* status 2 */
};
static const struct layout mode_layout = LAYOUT(3, mode_fields);

static const struct field identification_fields[] = {
	{FIELD_TEXT, 20, AT(identification, device_id)},
};
static const struct field identification_bcd_fields[] = {
	{FIELD_BCD, 10, AT(identification, device_id)},
};
static const struct layout identification_layout = LAYOUT(5, identification_fields);
static const struct layout identification_bcd_layout = LAYOUT(5, identification_bcd_fields);

static const struct field sources_fields[] = {
	{FIELD_OCTET, 1, AT(sources, flags)},
	{FIELD_OCTET, 1, AT(sources, unit_count)},
	{FIELD_OCTET, 1, AT(sources, demand_control_count)},
	{FIELD_SKIP, 2, 0}, /* length and number of data control */
	{FIELD_OCTET, 1, AT(sources, constant_count)},
	{FIELD_OCTET, 1, AT(sources, constants_selector)},
	{FIELD_OCTET, 1, AT(sources, source_count)},
};
static const struct layout sources_layout = LAYOUT(11, sources_fields);

static const struct field registers_fields[] = {
	{FIELD_OCTET, 1, AT(registers, flags)},
	{FIELD_OCTET, 1, AT(registers, more_flags)},
	{FIELD_OCTET, 1, AT(registers, self_read_count)},
	{FIELD_OCTET, 1, AT(registers, summation_count)},
	{FIELD_OCTET, 1, AT(registers, demand_count)},
	{FIELD_OCTET, 1, AT(registers, coincident_count)},
	{FIELD_OCTET, 1, AT(registers, occurrence_count)},
	{FIELD_OCTET, 1, AT(registers, tier_count)},
	{FIELD_OCTET, 1, AT(registers, present_demand_count)},
	{FIELD_OCTET, 1, AT(registers, present_value_count)},
};
static const struct layout registers_layout = LAYOUT(21, registers_fields);

enum status c1219_expect_length(int table, size_t length, size_t expected)
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

static size_t layout_length(const struct layout *layout)
{
	size_t length = 0;

	for (size_t i = 0; i < layout->count; i++) {
		length += layout->fields[i].octets;
	}
	return length;
}

static void take_word(const struct c1219_general *general, const uint8_t *bytes, void *member)
{
	uint16_t word = (uint16_t)c1219_take_integer(&general->coding, bytes, 2);

	memcpy(member, &word, sizeof(word));
}

/* The bytes hold at least layout_length. */
static void take_fields(const struct c1219_general *general, const struct layout *layout,
			const uint8_t *bytes, void *result)
{
	for (size_t i = 0; i < layout->count; i++) {
		const struct field *field = &layout->fields[i];
		char *member = (char *)result + field->member;

		switch (field->kind) {
		case FIELD_SKIP:
			break;
		case FIELD_OCTET:
			memcpy(member, bytes, 1);
			break;
		case FIELD_WORD:
			take_word(general, bytes, member);
			break;
		case FIELD_TEXT:
			take_text(bytes, field->octets, member);
			break;
		case FIELD_BCD:
			take_bcd_text(bytes, field->octets, member);
			break;
		}
		bytes += field->octets;
	}
}

static enum status decode_fields(const struct c1219_general *general, const struct layout *layout,
				 const uint8_t *bytes, size_t length, void *result)
{
	enum status status = c1219_expect_length(layout->table, length, layout_length(layout));

	if (!status) {
		take_fields(general, layout, bytes, result);
	}
	return status;
}

static enum status take_format_controls(struct c1219_general *general)
{
	const uint8_t *control = general->format_control;

	general->coding.is_msb_first = control[0] & 1;
	general->time_format = control[1] & 7;
	general->has_bcd_identity = control[1] >> 5 & 1;
	general->coding.integer_format = control[1] >> 6;
	general->format_1 = control[2] & 15;
	general->format_2 = control[2] >> 4;
	if (general->time_format >= C1219_TIME_FORMATS) {
		return status_fail(STATUS_PROTOCOL, "ST0 names TM_FORMAT %d, which does not exist",
				   general->time_format);
	}
	if (general->coding.integer_format > 2) {
		return status_fail(STATUS_PROTOCOL, "ST0 names INT_FORMAT %d, which does not exist",
				   general->coding.integer_format);
	}
	return STATUS_OK;
}

enum status c1219_decode_general(const uint8_t *bytes, size_t length, struct c1219_general *general)
{
	size_t fixed = layout_length(&general_layout);

	memset(general, 0, sizeof(*general));
	if (length < fixed) {
		return status_fail(STATUS_PROTOCOL, "ST0 is %zu bytes long; it has at least %zu",
				   length, fixed);
	}
	take_fields(general, &general_layout, bytes, general);
	size_t standard = general->standard_table_octets;
	size_t manufacturer = general->manufacturer_table_octets;
	size_t procedures =
		(size_t)general->standard_procedure_octets + general->manufacturer_procedure_octets;
	enum status status =
		c1219_expect_length(0, length, fixed + 2 * (standard + manufacturer) + procedures);

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
	return decode_fields(general,
			     general->has_bcd_identity ? &manufacturer_bcd_layout
						       : &manufacturer_layout,
			     bytes, length, manufacturer);
}

enum status c1219_decode_nameplate(const struct c1219_general *general, const uint8_t *bytes,
				   size_t length, struct c1219_nameplate *nameplate)
{
	return decode_fields(general, &nameplate_layout, bytes, length, nameplate);
}

enum status c1219_decode_mode(const struct c1219_general *general, const uint8_t *bytes,
			      size_t length, struct c1219_mode *mode)
{
	size_t fixed = layout_length(&mode_layout);
	enum status status =
		c1219_expect_length(3, length, fixed + general->manufacturer_status_octets);

	return status ? status : decode_fields(general, &mode_layout, bytes, fixed, mode);
}

enum status c1219_decode_identification(const struct c1219_general *general, const uint8_t *bytes,
					size_t length, struct c1219_identification *identification)
{
	return decode_fields(general,
			     general->has_bcd_identity ? &identification_bcd_layout
						       : &identification_layout,
			     bytes, length, identification);
}

enum status c1219_decode_sources(const struct c1219_general *general, const uint8_t *bytes,
				 size_t length, struct c1219_sources *sources)
{
	return decode_fields(general, &sources_layout, bytes, length, sources);
}

enum status c1219_decode_registers(const struct c1219_general *general, const uint8_t *bytes,
				   size_t length, struct c1219_registers *registers)
{
	return decode_fields(general, &registers_layout, bytes, length, registers);
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

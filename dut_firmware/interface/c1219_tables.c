/*
 * The meter's tables: ST0-3, 5, 7, 8, 11, 12, 16, 21-23, 27, 28 of C12.19-1997 and MT0. Sizes and
 * used bits are derived from the rows below, so that ST0, ST11, ST21 cannot disagree with what
 * answers. Registers are published in mWh (INT48), amperes in uA, everything else in thousandths:
 * nothing is rounded.
 */
#include "interface/c1219_tables.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define MANUFACTURER_NAME "MCB "
#define HARDWARE_VERSION 1u
#define HARDWARE_REVISION 0u
#define FIRMWARE_VERSION 5u
#define FIRMWARE_REVISION 34u

#define NI_FORMAT_INT32 8u
#define NI_FORMAT_INT48 10u
#define NI1_OCTETS 6u

#define STANDARD_SET_OCTETS 4u /* ST0 names ST0..ST31 */
#define MANUFACTURER_SET_OCTETS 1u
#define PROCEDURE_SET_OCTETS 1u
#define MANUFACTURER_STATUS_OCTETS 1u /* no meaning yet, but public clients expect one */

#define ADJUSTMENT_OCTETS 26u

/* Sources: what ST12 describes, ST22 and ST27 select, ST23 and ST28 contain, in this order */

#define ID_WATTS 0u
#define ID_VOLTS_RMS 8u
#define ID_AMPERES_RMS 12u
#define ID_HERTZ 33u

#define TIME_BULK 0u
#define TIME_INSTANTANEOUS 1u

#define MULTIPLIER_MILLI 6u
#define MULTIPLIER_MICRO 7u

#define NO_QUADRANTS 0u
#define DELIVERED 0x9u /* Q1 and Q4 */
#define RECEIVED 0x6u  /* Q2 and Q3 */
#define ALL_QUADRANTS 0xFu
#define NET 1u

#define ALL_PHASES 0u
#define A_TO_NEUTRAL 5u
#define B_TO_NEUTRAL 6u
#define C_TO_NEUTRAL 7u

#define UNIT(id, time_base, multiplier, quadrants, net, segmentation)                              \
	((id) | (time_base) << 8 | (multiplier) << 11 | (quadrants) << 14 | (net) << 18 |          \
	 (segmentation) << 19)

/*
 * ST16: the source has a unit of measure and is in engineering units; no constant is left to apply.
 */
#define SOURCE_FLAGS (0x01u | 0x10u)

struct source {
	uint32_t unit;
	int64_t (*number)(const struct c1219_view *view, uint8_t phase);
	uint8_t phase;
};

static int64_t delivered(const struct c1219_view *view, uint8_t phase)
{
	(void)phase;
	return view->quantities.delivered_counts;
}

static int64_t received(const struct c1219_view *view, uint8_t phase)
{
	(void)phase;
	return view->quantities.received_counts;
}

static int64_t net(const struct c1219_view *view, uint8_t phase)
{
	(void)phase;
	return view->quantities.net_counts;
}

static int64_t millivolts(const struct c1219_view *view, uint8_t phase)
{
	return view->quantities.volts_mv[phase];
}

static int64_t microamperes(const struct c1219_view *view, uint8_t phase)
{
	return view->quantities.amperes_ua[phase];
}

static int64_t milliwatts(const struct c1219_view *view, uint8_t phase)
{
	(void)phase;
	return view->quantities.milliwatts;
}

static int64_t millihertz(const struct c1219_view *view, uint8_t phase)
{
	(void)phase;
	return view->quantities.millihertz;
}

#define REGISTER(quadrants, net)                                                                   \
	UNIT(ID_WATTS, TIME_BULK, MULTIPLIER_MILLI, quadrants, net, ALL_PHASES)
#define PRESENT(id, multiplier, segmentation)                                                      \
	UNIT(id, TIME_INSTANTANEOUS, multiplier, NO_QUADRANTS, 0u, segmentation)
#define PRESENT_WATTS                                                                              \
	UNIT(ID_WATTS, TIME_INSTANTANEOUS, MULTIPLIER_MILLI, ALL_QUADRANTS, NET, ALL_PHASES)

#define SUMMATIONS 3u

static const struct source sources[] = {
	{REGISTER(DELIVERED, 0u), delivered, 0},
	{REGISTER(RECEIVED, 0u), received, 0},
	{REGISTER(ALL_QUADRANTS, NET), net, 0},
	{PRESENT(ID_VOLTS_RMS, MULTIPLIER_MILLI, A_TO_NEUTRAL), millivolts, 0},
	{PRESENT(ID_VOLTS_RMS, MULTIPLIER_MILLI, B_TO_NEUTRAL), millivolts, 1},
	{PRESENT(ID_VOLTS_RMS, MULTIPLIER_MILLI, C_TO_NEUTRAL), millivolts, 2},
	{PRESENT(ID_AMPERES_RMS, MULTIPLIER_MICRO, A_TO_NEUTRAL), microamperes, 0},
	{PRESENT(ID_AMPERES_RMS, MULTIPLIER_MICRO, B_TO_NEUTRAL), microamperes, 1},
	{PRESENT(ID_AMPERES_RMS, MULTIPLIER_MICRO, C_TO_NEUTRAL), microamperes, 2},
	{PRESENT_WATTS, milliwatts, 0},
	{PRESENT(ID_HERTZ, MULTIPLIER_MILLI, ALL_PHASES), millihertz, 0},
};

#define SOURCES COUNT_OF(sources)
#define PRESENT_VALUES (SOURCES - SUMMATIONS)
_Static_assert(PRESENT_VALUES *NI1_OCTETS <= C1219_TABLE_BYTES, "ST28 is the longest table");

static int64_t unit_of_source(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return sources[index].unit;
}

static int64_t summation_source(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return index;
}

static int64_t present_value_source(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return index + (int64_t)SUMMATIONS;
}

static int64_t summation(const struct c1219_view *view, uint8_t index)
{
	return sources[index].number(view, sources[index].phase);
}

static int64_t present_value(const struct c1219_view *view, uint8_t index)
{
	return summation(view, (uint8_t)(index + SUMMATIONS));
}

/* Texts */

static void manufacturer(const struct c1219_view *view, char text[C1219_TEXT_BYTES])
{
	(void)view;
	memcpy(text, MANUFACTURER_NAME, sizeof(MANUFACTURER_NAME));
}

static void copy_text(char text[C1219_TEXT_BYTES], const char *from)
{
	size_t length = strlen(from);

	length = length < C1219_TEXT_BYTES ? length : C1219_TEXT_BYTES - 1u;
	memcpy(text, from, length);
	text[length] = '\0';
}

static void model(const struct c1219_view *view, char text[C1219_TEXT_BYTES])
{
	copy_text(text, view->nameplate->model);
}

static void serial(const struct c1219_view *view, char text[C1219_TEXT_BYTES])
{
	copy_text(text, view->nameplate->serial);
}

static void form(const struct c1219_view *view, char text[C1219_TEXT_BYTES])
{
	copy_text(text, view->nameplate->form);
}

/* 2160 -> "21.6", 250 -> "2.5", 3000 -> "30" */
static void hundredths_text(uint32_t hundredths, char text[C1219_TEXT_BYTES])
{
	char digits[10];
	uint8_t count = 0;
	uint8_t fraction = 2;

	for (; fraction > 0 && hundredths % 10u == 0; fraction--) {
		hundredths /= 10u;
	}
	for (; hundredths > 0 || count <= fraction; hundredths /= 10u) {
		digits[count++] = (char)('0' + hundredths % 10u);
	}
	for (; count > 0; count--) {
		if (count == fraction) {
			*text++ = '.';
		}
		*text++ = digits[count - 1];
	}
	*text = '\0';
}

static void kh(const struct c1219_view *view, char text[C1219_TEXT_BYTES])
{
	hundredths_text(view->nameplate->kh_hundredths, text);
}

static void kt(const struct c1219_view *view, char text[C1219_TEXT_BYTES])
{
	hundredths_text(view->nameplate->kt_hundredths, text);
}

static void class_amperes(const struct c1219_view *view, char text[C1219_TEXT_BYTES])
{
	hundredths_text(view->nameplate->class_amperes * 100u, text);
}

static void test_amperes(const struct c1219_view *view, char text[C1219_TEXT_BYTES])
{
	hundredths_text(view->nameplate->test_amperes_hundredths, text);
}

/* Numbers */

#define NAMEPLATE_60_HERTZ 5u
#define NAMEPLATE_BASE_S 1u

/* The accuracy class has no code that we can show to be right: 0. */
static int64_t elements(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return NAMEPLATE_60_HERTZ | (int64_t)view->nameplate->elements * 8 | NAMEPLATE_BASE_S << 6;
}

static int64_t status_bits(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return meter_status_bits(view->store->meter);
}

/* Sets: octet `index` of the tables from `first` on that exist, or that may be written */

static int64_t table_set(uint16_t first, uint8_t index, bool is_written)
{
	unsigned int set = 0;

	for (unsigned int bit = 0; bit < 8; bit++) {
		const struct c1219_table *table =
			c1219_find_table((uint16_t)(first + index * 8u + bit));

		if (table != NULL && (!is_written || table->write != NULL)) {
			set |= 1u << bit;
		}
	}
	return set;
}

static int64_t standard_used(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return table_set(0, index, false);
}

static int64_t manufacturer_used(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return table_set(C1219_MANUFACTURER, index, false);
}

static int64_t standard_written(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return table_set(0, index, true);
}

static int64_t manufacturer_written(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return table_set(C1219_MANUFACTURER, index, true);
}

/* Procedures */

#define PROCEDURE_HEADER_OCTETS 3u
#define PROCEDURE_NUMBER 0x0FFFu /* with the manufacturer's bit; above it the selector */
#define LONGEST_PROCEDURE_PARAMETER 16u
#define RESULT_UNRECOGNISED 6u

struct procedure {
	uint16_t number;
	enum c1218_response refusal; /* ok: to be executed */
};

/*
 * Cold start would clear legal registers: a sealed meter names the procedure and refuses it,
 * whoever asks.
 */
static const struct procedure procedures[] = {
	{0, C1218_ISC},
};

static int64_t procedures_used(const struct c1219_view *view, uint8_t index)
{
	unsigned int set = 0;

	(void)view;
	for (unsigned int i = 0; i < COUNT_OF(procedures); i++) {
		if (procedures[i].number / 8u == index) {
			set |= 1u << procedures[i].number % 8u;
		}
	}
	return set;
}

static int64_t procedure_called(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return view->store->procedure;
}

static int64_t procedure_sequence(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return view->store->procedure_sequence;
}

static int64_t procedure_result(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return view->store->procedure_result;
}

static enum c1218_response initiate_procedure(struct c1219_store *store, const uint8_t *bytes,
					      uint16_t count)
{
	uint16_t called = (uint16_t)(bytes[0] | bytes[1] << 8);

	(void)count;
	for (unsigned int i = 0; i < COUNT_OF(procedures); i++) {
		if (procedures[i].number == (called & PROCEDURE_NUMBER)) {
			return procedures[i].refusal;
		}
	}
	store->procedure = called;
	store->procedure_sequence = bytes[2];
	store->procedure_result = RESULT_UNRECOGNISED;
	return C1218_OK;
}

/* MT0 */

static int64_t adjustment_constant(const struct c1219_view *view, uint8_t index)
{
	const struct adjustment *adjustment = view->adjustment;

	return index % 2 == 0 ? adjustment->gain_ppb[index / 2] : adjustment->delay_ns[index / 2];
}

static int64_t adjustment_changes(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return view->adjustment->change_count;
}

static int32_t signed32(const uint8_t *bytes)
{
	uint32_t bits = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
			(uint32_t)bytes[3] << 24;

	return bits <= INT32_MAX ? (int32_t)bits : (int32_t)((int64_t)bits - 0x100000000);
}

static enum c1218_response change_adjustment(struct c1219_store *store, const uint8_t *bytes,
					     uint16_t count)
{
	struct adjustment wanted = *adjustment_of(store->meter);

	(void)count;
	for (unsigned int element = 0; element < 3; element++) {
		wanted.gain_ppb[element] = signed32(bytes + element * 8u);
		wanted.delay_ns[element] = signed32(bytes + element * 8u + 4u);
	}
	return adjustment_change(store->meter, &wanted) ? C1218_OK : C1218_ONP;
}

/* Layouts */

static const struct c1219_field general_configuration[] = {
	{1, 1, 1u << 1, NULL, NULL}, /* LSB first, ISO 646 */
	{1, 1, 1u << 3, NULL, NULL}, /* no clock; full and offset access */
	{1, 1, NI_FORMAT_INT48 | NI_FORMAT_INT32 << 4, NULL, NULL}, /* NI_FORMAT1, 2 */
	{4, 1, 0, NULL, manufacturer},
	{1, 1, 2, NULL, NULL}, /* NAMEPLATE_TYPE: electric */
	{1, 1, 0, NULL, NULL}, /* DEFAULT_SET_USED */
	{1, 1, LONGEST_PROCEDURE_PARAMETER, NULL, NULL},
	{1, 1, 0, NULL, NULL}, /* MAX_RESP_DATA_LEN */
	{1, 1, 1, NULL, NULL}, /* STD_VERSION_NO: 1997 */
	{1, 1, 0, NULL, NULL}, /* STD_REVISION_NO */
	{1, 1, STANDARD_SET_OCTETS, NULL, NULL},
	{1, 1, MANUFACTURER_SET_OCTETS, NULL, NULL},
	{1, 1, PROCEDURE_SET_OCTETS, NULL, NULL},
	{1, 1, 0, NULL, NULL}, /* DIM_MFG_PROC_USED */
	{1, 1, MANUFACTURER_STATUS_OCTETS, NULL, NULL},
	{1, 1, 0, NULL, NULL}, /* NBR_PENDING */
	{1, STANDARD_SET_OCTETS, 0, standard_used, NULL},
	{1, MANUFACTURER_SET_OCTETS, 0, manufacturer_used, NULL},
	{1, PROCEDURE_SET_OCTETS, 0, procedures_used, NULL},
	{1, STANDARD_SET_OCTETS, 0, standard_written, NULL},
	{1, MANUFACTURER_SET_OCTETS, 0, manufacturer_written, NULL},
};

static const struct c1219_field manufacturer_identification[] = {
	{4, 1, 0, NULL, manufacturer},
	{8, 1, 0, NULL, model},
	{1, 1, HARDWARE_VERSION, NULL, NULL},
	{1, 1, HARDWARE_REVISION, NULL, NULL},
	{1, 1, FIRMWARE_VERSION, NULL, NULL},
	{1, 1, FIRMWARE_REVISION, NULL, NULL},
	{16, 1, 0, NULL, serial},
};

static const struct c1219_field electric_nameplate[] = {
	{6, 1, 0, NULL, kh},
	{6, 1, 0, NULL, kt},
	{1, 1, 1, NULL, NULL}, /* E_INPUT_SCALAR */
	{5, 1, 0, NULL, form},
	{2, 1, 0, elements, NULL},
	{1, 1, 0x88, NULL, NULL}, /* elements and supply 120-277 V */
	{6, 1, 0, NULL, class_amperes},
	{6, 1, 0, NULL, test_amperes},
};

static const struct c1219_field mode_status[] = {
	{1, 1, 1, NULL, NULL}, /* ED_MODE: metering */
	{2, 1, 0, status_bits, NULL},
	{1, 1, 0, NULL, NULL}, /* STD_STATUS2 */
	{1, MANUFACTURER_STATUS_OCTETS, 0, NULL, NULL},
};

static const struct c1219_field device_identification[] = {
	{20, 1, 0, NULL, serial},
};

static const struct c1219_field procedure_response[] = {
	{2, 1, 0, procedure_called, NULL},
	{1, 1, 0, procedure_sequence, NULL},
	{1, 1, 0, procedure_result, NULL},
};

static const struct c1219_field source_limits[] = {
	{1, 1, 0, NULL, NULL},	     /* SOURCE_FLAGS */
	{1, 1, SOURCES, NULL, NULL}, /* NBR_UOM_ENTRIES */
	{1, 4, 0, NULL, NULL},	     /* no demand control, data control, constants */
	{1, 1, 2, NULL, NULL},	     /* CONSTANTS_SELECTOR: electric */
	{1, 1, SOURCES, NULL, NULL},
};

static const struct c1219_field units_of_measure[] = {
	{4, SOURCES, 0, unit_of_source, NULL},
};

static const struct c1219_field source_definition[] = {
	{1, SOURCES, SOURCE_FLAGS, NULL, NULL},
};

static const struct c1219_field register_limits[] = {
	{1, 3, 0, NULL, NULL}, /* FUNC1, FUNC2, NBR_SELF_READS */
	{1, 1, SUMMATIONS, NULL, NULL},
	{1, 5, 0, NULL, NULL}, /* no demands, coincidents, occurrences, tiers, present demands */
	{1, 1, PRESENT_VALUES, NULL, NULL},
};

static const struct c1219_field data_selection[] = {
	{1, SUMMATIONS, 0, summation_source, NULL},
};

static const struct c1219_field current_registers[] = {
	{NI1_OCTETS, SUMMATIONS, 0, summation, NULL},
};

static const struct c1219_field present_selection[] = {
	{1, PRESENT_VALUES, 0, present_value_source, NULL},
};

static const struct c1219_field present_registers[] = {
	{NI1_OCTETS, PRESENT_VALUES, 0, present_value, NULL},
};

static const struct c1219_field adjustment_constants[] = {
	{4, 6, 0, adjustment_constant, NULL},
	{2, 1, 0, adjustment_changes, NULL},
};

#define READ_ONLY(number, layout)                                                                  \
	{                                                                                          \
		.id = (number), .field_count = COUNT_OF(layout), .fields = (layout)                \
	}

static const struct c1219_table tables[] = {
	READ_ONLY(0, general_configuration),
	READ_ONLY(1, manufacturer_identification),
	READ_ONLY(2, electric_nameplate),
	READ_ONLY(3, mode_status),
	READ_ONLY(5, device_identification),
	{
		.id = 7,
		.write_clearance = C1218_CLEARANCE_DEFAULT,
		.partial_write = C1218_ONP,
		.shortest_write = PROCEDURE_HEADER_OCTETS,
		.longest_write = PROCEDURE_HEADER_OCTETS + LONGEST_PROCEDURE_PARAMETER,
		.write = initiate_procedure,
	},
	READ_ONLY(8, procedure_response),
	READ_ONLY(11, source_limits),
	READ_ONLY(12, units_of_measure),
	READ_ONLY(16, source_definition),
	READ_ONLY(21, register_limits),
	READ_ONLY(22, data_selection),
	READ_ONLY(23, current_registers),
	READ_ONLY(27, present_selection),
	READ_ONLY(28, present_registers),
	{
		.id = C1219_MANUFACTURER,
		.field_count = COUNT_OF(adjustment_constants),
		.fields = adjustment_constants,
		.write_clearance = C1218_CLEARANCE_FACTORY,
		.partial_write = C1218_ISC,
		.shortest_write = ADJUSTMENT_OCTETS,
		.longest_write = ADJUSTMENT_OCTETS,
		.write = change_adjustment,
	},
};

const struct c1219_table *c1219_find_table(uint16_t id)
{
	for (unsigned int i = 0; i < COUNT_OF(tables); i++) {
		if (tables[i].id == id) {
			return &tables[i];
		}
	}
	return NULL;
}

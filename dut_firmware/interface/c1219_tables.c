/*
 * The meter's tables: ST0-3, 5, 7, 8, 11-13, 16, 21-28, 51, 52, 54-56 of C12.19-1997, MT0, MT1; the
 * recorder's and the log's have files of their own. Sizes and
 * used bits are derived from the rows below, so that ST0, ST11, ST21 cannot disagree with what
 * answers. Registers are published in mWh (INT48), amperes in uA, everything else in thousandths:
 * nothing is rounded.
 */
#include "interface/c1219_tables.h"

#include <string.h>

#include "interface/c1219_billing.h"
#include "interface/display_items.h"
#include "registers/firmware_version.h"
#include "registers/load_profile.h"
#include "storage/event_log.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define MANUFACTURER_NAME "MCB "
#define HARDWARE_VERSION 1u
#define HARDWARE_REVISION 0u

#define NI_FORMAT_INT32 8u
#define NI_FORMAT_INT48 10u
#define NI1_OCTETS C1219_NI1_OCTETS
#define STANDARD_SET_OCTETS C1219_STANDARD_SET_OCTETS
#define MANUFACTURER_SET_OCTETS C1219_MANUFACTURER_SET_OCTETS
#define PROCEDURE_SET_OCTETS C1219_PROCEDURE_SET_OCTETS
#define TIME_FORMAT_OCTETS 2u	      /* TM_FORMAT: binary, an octet each */
#define MANUFACTURER_STATUS_OCTETS 1u /* no meaning yet, but public clients expect one */

#define ADJUSTMENT_OCTETS 26u

/* Sources: what ST12 describes, ST22 and ST27 select, ST23 and ST28 contain, in this order */

#define ID_WATTS 0u
#define ID_VOLTS_RMS 8u
#define ID_AMPERES_RMS 12u
#define ID_HERTZ 33u

#define TIME_BULK 0u
#define TIME_INSTANTANEOUS 1u
#define TIME_PERIOD 2u
#define TIME_BLOCK_AVERAGE 4u
#define TIME_NET_BULK 5u

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
#define SOURCE_HAS_DEMAND_CONTROL 0x02u

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

#define PERIOD_WATTS(time_base)                                                                    \
	UNIT(ID_WATTS, time_base, MULTIPLIER_MILLI, DELIVERED, 0u, ALL_PHASES)

#define SUMMATIONS C1219_SUMMATIONS

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
	/* of the recorder alone: both directions added, and the magnitude of each interval's net */
	{REGISTER(ALL_QUADRANTS, 0u), NULL, 0},
	{UNIT(ID_WATTS, TIME_NET_BULK, MULTIPLIER_MILLI, ALL_QUADRANTS, NET, ALL_PHASES), NULL, 0},
	/* demands: ST23 and ST28 render them */
	{PERIOD_WATTS(TIME_PERIOD), NULL, 0},	     /* interval in progress */
	{PERIOD_WATTS(TIME_BLOCK_AVERAGE), NULL, 0}, /* complete interval */
};

#define SOURCES COUNT_OF(sources)
#define RECORDED 2u
#define DEMAND_SOURCES C1219_PRESENT_DEMANDS
#define PRESENT_VALUES (SOURCES - SUMMATIONS - RECORDED - DEMAND_SOURCES)
#define FIRST_DEMAND_SOURCE (SOURCES - DEMAND_SOURCES)
#define MAXIMUM_DEMAND_SOURCE (SOURCES - 1u)
_Static_assert(6u + BILLING_SELF_READS * C1219_SELF_READ_OCTETS <= C1219_TABLE_BYTES,
	       "ST26 is the longest table");

uint8_t c1219_recorder_source(uint8_t source)
{
	return source < LOAD_PROFILE_SUM
		       ? source
		       : (uint8_t)(FIRST_DEMAND_SOURCE - RECORDED + source - LOAD_PROFILE_SUM);
}

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

static int64_t source_flags(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return SOURCE_FLAGS | (index >= FIRST_DEMAND_SOURCE ? SOURCE_HAS_DEMAND_CONTROL : 0u);
}

static int64_t present_demand_source(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return index + (int64_t)FIRST_DEMAND_SOURCE;
}

static int64_t present_value_source(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return index + (int64_t)SUMMATIONS;
}

static uint16_t present_registers(const struct c1219_view *view, uint8_t *bytes)
{
	uint16_t length = c1219_present_demands(view, bytes);

	for (uint32_t i = SUMMATIONS; i < SUMMATIONS + PRESENT_VALUES; i++) {
		uint64_t number = (uint64_t)sources[i].number(view, sources[i].phase);

		for (uint32_t octet = 0; octet < NI1_OCTETS; octet++) {
			bytes[length++] = (uint8_t)(number >> 8 * octet & 0xFFu);
		}
	}
	return length;
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

static int64_t mode_bits(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return control_of(view->store->meter)->mode;
}

static int64_t status_bits(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return meter_status_bits(view->store->meter);
}

/* Sets: octet `index` of the tables from `first` on that exist, or that may be written */

static int64_t table_set(const struct c1219_view *view, uint16_t first, uint8_t index,
			 bool is_written)
{
	unsigned int set = 0;

	for (unsigned int bit = 0; bit < 8; bit++) {
		const struct c1219_table *table =
			c1219_find_table((uint16_t)(first + index * 8u + bit));

		if (table != NULL && c1219_is_offered(table, view->store->meter) &&
		    (!is_written || table->write != NULL)) {
			set |= 1u << bit;
		}
	}
	return set;
}

static int64_t standard_used(const struct c1219_view *view, uint8_t index)
{
	return table_set(view, 0, index, false);
}

static int64_t manufacturer_used(const struct c1219_view *view, uint8_t index)
{
	return table_set(view, C1219_MANUFACTURER, index, false);
}

static int64_t standard_written(const struct c1219_view *view, uint8_t index)
{
	return table_set(view, 0, index, true);
}

static int64_t manufacturer_written(const struct c1219_view *view, uint8_t index)
{
	return table_set(view, C1219_MANUFACTURER, index, true);
}

/* Writing ST7 is logged as a procedure. */
int64_t c1219_logged_standard_tables(const struct c1219_view *view, uint8_t index)
{
	int64_t procedure_table = 1 << C1219_PROCEDURE_TABLE;

	return standard_written(view, index) & (index == 0 ? ~procedure_table : -1);
}

int64_t c1219_logged_manufacturer_tables(const struct c1219_view *view, uint8_t index)
{
	return manufacturer_written(view, index);
}

/* Procedures */

#define PROCEDURE_HEADER_OCTETS 3u
#define PROCEDURE_NUMBER 0x0FFFu /* with the manufacturer's bit; above it the selector */
#define LONGEST_PROCEDURE_PARAMETER 16u

struct procedure {
	uint16_t number;
	enum c1218_clearance clearance;
	bool needs_open_seal;
	enum c1218_response refusal; /* ok: refused by result 5 in ST8 */
	uint8_t parameter_octets;
	enum procedure_result (*run)(struct meter *meter, const uint8_t *parameters);
	bool has_own_event;
	/* instead of `run`: one whose response has data */
	enum procedure_result (*answer)(struct c1219_store *store, const uint8_t *parameters);
};

/* A refused cold start answers isc, whose standard name is the message that the notice of approval
 * demands. */
static const struct procedure procedures[] = {
	{0, C1218_CLEARANCE_PROGRAM, true, C1218_ISC, 0, meter_cold_start, false, NULL},
	{1, C1218_CLEARANCE_OPERATE, false, C1218_OK, 0, meter_warm_start, false, NULL},
	{2, C1218_CLEARANCE_PROGRAM, false, C1218_OK, 0, meter_save_configuration, false, NULL},
	{3, C1218_CLEARANCE_PROGRAM, true, C1218_OK, 0, meter_clear_data, false, NULL},
	{4, C1218_CLEARANCE_READ, false, C1218_OK, 1, c1219_reset_pointers, true, NULL},
	{5, C1218_CLEARANCE_READ, false, C1218_OK, 3, c1219_update_pointer, true, NULL},
	{6, C1218_CLEARANCE_OPERATE, false, C1218_OK, 1, meter_change_mode, false, NULL},
	{7, C1218_CLEARANCE_OPERATE, false, C1218_OK, 0, meter_clear_status, false, NULL},
	{9, C1218_CLEARANCE_OPERATE, false, C1218_OK, 1, NULL, false, c1219_remote_reset},
	{10, C1218_CLEARANCE_OPERATE, false, C1218_OK, C1219_SET_CLOCK_OCTETS, NULL, false,
	 c1219_set_clock},
};

static int64_t procedure_set(uint8_t index, bool is_logged)
{
	unsigned int set = 0;

	for (unsigned int i = 0; i < COUNT_OF(procedures); i++) {
		if (procedures[i].number / 8u == index &&
		    (!is_logged || !procedures[i].has_own_event)) {
			set |= 1u << procedures[i].number % 8u;
		}
	}
	return set;
}

static int64_t procedures_used(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return procedure_set(index, false);
}

int64_t c1219_logged_procedures(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return procedure_set(index, true);
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

static uint16_t procedure_data(const struct c1219_view *view, uint8_t *bytes)
{
	memcpy(bytes, view->store->response_data, view->store->response_length);
	return view->store->response_length;
}

static const struct procedure *find_procedure(uint16_t number)
{
	for (unsigned int i = 0; i < COUNT_OF(procedures); i++) {
		if (procedures[i].number == number) {
			return &procedures[i];
		}
	}
	return NULL;
}

static enum procedure_result run_procedure(struct c1219_store *store,
					   const struct procedure *procedure,
					   const uint8_t *parameters, uint16_t octets)
{
	if (octets != procedure->parameter_octets) {
		return PROCEDURE_INVALID_PARAMETER;
	}
	enum procedure_result result = procedure->run != NULL
					       ? procedure->run(store->meter, parameters)
					       : procedure->answer(store, parameters);

	if (!procedure->has_own_event) {
		event_log_add(event_log_of(store->meter), EVENT_PROCEDURE,
			      procedure->number | (uint64_t)result << 16);
	}
	return result;
}

static enum c1218_response initiate_procedure(struct c1219_store *store, const uint8_t *bytes,
					      uint16_t count)
{
	uint16_t called = (uint16_t)(bytes[0] | bytes[1] << 8);
	const struct procedure *procedure = find_procedure(called & PROCEDURE_NUMBER);
	enum procedure_result result = PROCEDURE_UNRECOGNISED;

	store->response_length = 0;
	if (procedure != NULL && (store->clearance < procedure->clearance ||
				  (procedure->needs_open_seal && !meter_is_open(store->meter)))) {
		if (procedure->refusal != C1218_OK) {
			return procedure->refusal;
		}
		result = PROCEDURE_NO_AUTHORISATION;
	} else if (procedure != NULL) {
		result = run_procedure(store, procedure, bytes + PROCEDURE_HEADER_OCTETS,
				       (uint16_t)(count - PROCEDURE_HEADER_OCTETS));
	}
	store->procedure = called;
	store->procedure_sequence = bytes[2];
	store->procedure_result = (uint8_t)result;
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
	if (!meter_takes_adjustment(store->meter)) {
		return C1218_ISC;
	}
	for (unsigned int element = 0; element < 3; element++) {
		wanted.gain_ppb[element] = signed32(bytes + element * 8u);
		wanted.delay_ns[element] = signed32(bytes + element * 8u + 4u);
	}
	return adjustment_change(store->meter, &wanted) ? C1218_OK : C1218_ONP;
}

/* ST41..44: a role is a bit of the group set, the higher role's bit the higher one */

#define PERMISSION_PROCEDURE (1u << 12)
#define PERMISSION_ANYONE_READS (1u << 13)
#define PERMISSION_ANYONE_WRITES (1u << 14)
#define EVERY_GROUP ((1u << SETTINGS_ROLES) - 1u)
#define PERMISSION_OCTETS 4u
#define PASSWORD_ENTRY_OCTETS (SETTINGS_PASSWORD_BYTES + 1u)
#define PASSWORDS_OCTETS (SETTINGS_ROLES * PASSWORD_ENTRY_OCTETS)

static int64_t default_permission(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return index == 0 ? PERMISSION_ANYONE_READS | EVERY_GROUP << 16 : PERMISSION_PROCEDURE;
}

/* The groups that have at least this clearance, and the flag when everybody has. */
static uint32_t writers(enum c1218_clearance clearance)
{
	if (clearance == C1218_CLEARANCE_DEFAULT) {
		return PERMISSION_ANYONE_WRITES | EVERY_GROUP << 24;
	}
	return (EVERY_GROUP << (clearance - C1218_CLEARANCE_READ) & EVERY_GROUP) << 24;
}

static uint32_t table_permission(const struct meter *meter, const struct c1219_table *table)
{
	bool is_read = c1219_is_readable(table);
	bool is_refused = table->write == NULL || (table->needs_open_seal && !meter_is_open(meter));

	return table->id | (is_read ? PERMISSION_ANYONE_READS | EVERY_GROUP << 16 : 0) |
	       (is_refused ? 0 : writers(table->write_clearance));
}

static uint32_t procedure_permission(const struct meter *meter, const struct procedure *procedure)
{
	bool is_refused = procedure->needs_open_seal && !meter_is_open(meter);

	return procedure->number | PERMISSION_PROCEDURE |
	       (is_refused ? 0 : writers(procedure->clearance));
}

static void put_permission(uint8_t *bytes, uint32_t permission)
{
	for (unsigned int i = 0; i < PERMISSION_OCTETS; i++) {
		bytes[i] = (uint8_t)(permission >> 8 * i & 0xFFu);
	}
}

static uint16_t render_permissions(const struct c1219_view *view, uint8_t *bytes);

static int64_t permission_count(const struct c1219_view *view, uint8_t index)
{
	uint8_t bytes[C1219_TABLE_BYTES];

	(void)index;
	return render_permissions(view, bytes) / PERMISSION_OCTETS;
}

/* An entry of zeros leaves the role's password as it is; one of blanks closes the role. */
static enum c1218_response change_passwords(struct c1219_store *store, const uint8_t *bytes,
					    uint16_t count)
{
	struct settings wanted = *settings_of(store->meter);

	(void)count;
	for (unsigned int role = 0; role < SETTINGS_ROLES; role++) {
		const uint8_t *entry = bytes + role * PASSWORD_ENTRY_OCTETS;
		unsigned int content = 0;

		for (unsigned int i = 0; i < SETTINGS_PASSWORD_BYTES; i++) {
			content |= entry[i];
		}
		for (unsigned int i = 0; i < SETTINGS_PASSWORD_BYTES && content != 0; i++) {
			wanted.passwords[role][i] = entry[i] != 0 ? entry[i] : ' ';
		}
	}
	return settings_change(store->meter, &wanted) ? C1218_OK : C1218_ERR;
}

/* ST31..34: lists 0 and 2, normal and test, are primary, 1, alternate, is secondary */

#define DISPLAY_SOURCE_OCTETS 10u /* code 3, unit 4, name 3 */
#define HAS_ON_TIME 1u

static int64_t list_items(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	(void)index;
	return display_lists[DISPLAY_NORMAL].count + display_lists[DISPLAY_TEST].count;
}

static int64_t secondary_list_items(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	(void)index;
	return display_lists[DISPLAY_ALTERNATE].count;
}

static int64_t display_sources(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	(void)index;
	return display_item_count;
}

static void put_blank_padded(uint8_t *bytes, size_t width, const char *text)
{
	memset(bytes, ' ', width);
	memcpy(bytes, text, strlen(text));
}

static uint16_t render_display_sources(const struct c1219_view *view, uint8_t *bytes)
{
	(void)view;
	for (unsigned int i = 0; i < display_item_count; i++) {
		uint8_t *source = bytes + i * DISPLAY_SOURCE_OCTETS;

		put_blank_padded(source, 3, display_items[i].code);
		put_blank_padded(source + 3, 4, display_items[i].unit);
		put_blank_padded(source + 7, 3, display_items[i].name);
	}
	return (uint16_t)(display_item_count * DISPLAY_SOURCE_OCTETS);
}

static uint8_t *put_list_description(uint8_t *bytes, enum display_list_number number)
{
	*bytes++ = display_lists[number].seconds;
	*bytes++ = (uint8_t)(number << 4);
	*bytes++ = display_lists[number].count;
	return bytes;
}

static uint8_t *put_list_items(uint8_t *bytes, enum display_list_number number)
{
	for (unsigned int i = 0; i < display_lists[number].count; i++) {
		*bytes++ = display_lists[number].items[i];
		*bytes++ = 0;
	}
	return bytes;
}

static uint16_t render_primary_lists(const struct c1219_view *view, uint8_t *bytes)
{
	uint8_t *at = put_list_description(bytes, DISPLAY_NORMAL);

	(void)view;
	at = put_list_description(at, DISPLAY_TEST);
	at = put_list_items(at, DISPLAY_NORMAL);
	return (uint16_t)(put_list_items(at, DISPLAY_TEST) - bytes);
}

static uint16_t render_secondary_list(const struct c1219_view *view, uint8_t *bytes)
{
	uint8_t *at = put_list_description(bytes, DISPLAY_ALTERNATE);

	(void)view;
	return (uint16_t)(put_list_items(at, DISPLAY_ALTERNATE) - bytes);
}

/* MT3 and MT4: settings, test registers */

static int64_t is_sealed(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return settings_of(view->store->meter)->is_sealed;
}

static int64_t kwh_decimals(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return settings_of(view->store->meter)->kwh_decimals;
}

static int64_t is_seal_broken(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return control_of(view->store->meter)->is_seal_broken;
}

static int64_t locked_seconds(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return meter_locked_seconds(view->store->meter);
}

static int64_t settings_changes(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return settings_of(view->store->meter)->change_count;
}

static int64_t event_count(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return control_of(view->store->meter)->event_count;
}

static int64_t newest_event(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return control_of(view->store->meter)->newest_event;
}

static int64_t demand_reset_requests(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return control_of(view->store->meter)->demand_reset_requests;
}

static enum c1218_response change_settings(struct c1219_store *store, const uint8_t *bytes,
					   uint16_t count)
{
	struct settings wanted = *settings_of(store->meter);

	(void)count;
	wanted.is_sealed = bytes[0];
	wanted.kwh_decimals = bytes[1];
	return settings_change(store->meter, &wanted) ? C1218_OK : C1218_ONP;
}

static int64_t test_register(const struct c1219_view *view, uint8_t index)
{
	struct test_registers registers = test_registers_of(view->store->meter);

	return index == 0 ? registers.delivered_counts : registers.received_counts;
}

static int64_t program_state(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return supervision_report_of(view->store->meter).program_state;
}

static int64_t program_crc(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return supervision_report_of(view->store->meter).program_crc;
}

static int64_t watchdog_resets(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return supervision_report_of(view->store->meter).watchdog_resets;
}

static int64_t mode_seconds_left(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return test_registers_of(view->store->meter).seconds_left;
}

/* MT1 */

#define SERVICE_VIEW_OCTETS 4u

static int64_t service_octet(const struct service_view *service, uint8_t index)
{
	const uint8_t octets[SERVICE_VIEW_OCTETS] = {service->kind, service->rotation,
						     (uint8_t)(service->nominal_volts & 0xFFu),
						     (uint8_t)(service->nominal_volts >> 8)};

	return octets[index];
}

static int64_t locked_service(const struct c1219_view *view, uint8_t index)
{
	return service_octet(&view->service.locked, index);
}

static int64_t present_service(const struct c1219_view *view, uint8_t index)
{
	return service_octet(&view->service.present, index);
}

static int64_t diagnostic_bits(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return view->service.diagnostics;
}

static int64_t volts_lag(const struct c1219_view *view, uint8_t index)
{
	return view->service.volts_lag[index];
}

static int64_t amperes_lag(const struct c1219_view *view, uint8_t index)
{
	return view->service.amperes_lag[index];
}

/* ST11, ST21, ST51: flags and dimensions */

#define SOURCES_PF_EXCLUDE 0x01u
#define SOURCES_RESET_EXCLUDE 0x02u
#define SOURCES_BLOCK_DEMAND 0x04u
#define SOURCES_SLIDING 0x08u

#define REGISTERS_SEASON 0x01u
#define REGISTERS_DATE_TIME 0x02u
#define REGISTERS_RESET_COUNTER 0x04u
#define REGISTERS_RESET_LOCKOUT 0x08u
#define REGISTERS_CUMULATIVE 0x10u
#define REGISTERS_CONTINUOUS 0x20u
#define REGISTERS_TIME_REMAINING 0x40u
#define REGISTERS_SELF_READ_SEQUENCE 0x02u
#define DEMAND_IS_MAXIMUM 0x01u /* ST22: the only demand */

#define CALENDAR_SELF_READ 0x01u
#define CALENDAR_DAYLIGHT_AUTOMATIC 0x01u
#define CALENDAR_SPECIAL_SCHEDULES 1u

/* SLIDING also says that ST13 has sub-interval and multiplier; a block has multiplier 1. */
static int64_t demand_flags(const struct c1219_view *view, uint8_t index)
{
	const struct billing *billing = billing_of(view->store->meter);
	uint32_t flags = SOURCES_PF_EXCLUDE | SOURCES_RESET_EXCLUDE | SOURCES_SLIDING;

	(void)index;
	return flags | (billing->demand.rules.sub_intervals == 1 ? SOURCES_BLOCK_DEMAND : 0u);
}

/* Layouts */

static const struct c1219_field general_configuration[] = {
	{1, 1, 1u << 1, NULL, NULL},				    /* LSB first, ISO 646 */
	{1, 1, TIME_FORMAT_OCTETS | 1u << 3, NULL, NULL},	    /* full and offset access */
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
	{1, 1, 0, mode_bits, NULL}, /* ED_MODE */
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
	{1, 1, 0, demand_flags, NULL}, {1, 1, SOURCES, NULL, NULL}, /* NBR_UOM_ENTRIES */
	{1, 1, 1, NULL, NULL},					    /* NBR_DEMAND_CTRL_ENTRIES */
	{1, 3, 0, NULL, NULL},					    /* no data control, constants */
	{1, 1, 2, NULL, NULL}, /* CONSTANTS_SELECTOR: electric */
	{1, 1, SOURCES, NULL, NULL},
};

static const struct c1219_field units_of_measure[] = {
	{4, SOURCES, 0, unit_of_source, NULL},
};

static const struct c1219_field source_definition[] = {
	{1, SOURCES, 0, source_flags, NULL},
};

static const struct c1219_field register_limits[] = {
	{1, 1,
	 REGISTERS_SEASON | REGISTERS_DATE_TIME | REGISTERS_RESET_COUNTER |
		 REGISTERS_RESET_LOCKOUT | REGISTERS_CUMULATIVE | REGISTERS_CONTINUOUS |
		 REGISTERS_TIME_REMAINING,
	 NULL, NULL},
	{1, 1, REGISTERS_SELF_READ_SEQUENCE, NULL, NULL},
	{1, 1, BILLING_SELF_READS, NULL, NULL},
	{1, 1, SUMMATIONS, NULL, NULL},
	{1, 1, C1219_DEMANDS, NULL, NULL},
	{1, 1, 0, NULL, NULL}, /* NBR_COIN_VALUES */
	{1, 1, 1, NULL, NULL}, /* NBR_OCCUR */
	{1, 1, CALENDAR_TIERS, NULL, NULL},
	{1, 1, C1219_PRESENT_DEMANDS, NULL, NULL},
	{1, 1, PRESENT_VALUES, NULL, NULL},
};

static const struct c1219_field data_selection[] = {
	{1, SUMMATIONS, 0, summation_source, NULL},
	{1, 1, MAXIMUM_DEMAND_SOURCE, NULL, NULL},
	{1, 1, DEMAND_IS_MAXIMUM, NULL, NULL},
};

static const struct c1219_field present_selection[] = {
	{1, C1219_PRESENT_DEMANDS, 0, present_demand_source, NULL},
	{1, PRESENT_VALUES, 0, present_value_source, NULL},
};

static const struct c1219_field time_dimensions[] = {
	{1, 1, CALENDAR_SELF_READ, NULL, NULL},
	{1, 1, CALENDAR_DAYLIGHT_AUTOMATIC, NULL, NULL},
	{1, 1, CALENDAR_SEASONS | CALENDAR_SPECIAL_SCHEDULES << 4, NULL, NULL},
	{1, 1, CALENDAR_NON_RECURRING, NULL, NULL},
	{1, 1, CALENDAR_RECURRING, NULL, NULL},
	{2, 1, CALENDAR_SWITCHES, NULL, NULL},
	{2, 1, C1219_CALENDAR_OCTETS, NULL, NULL},
};

static const struct c1219_field adjustment_constants[] = {
	{4, 6, 0, adjustment_constant, NULL},
	{2, 1, 0, adjustment_changes, NULL},
};

static const struct c1219_field display_limits[] = {
	{1, 1, HAS_ON_TIME, NULL, NULL},
	{2, 1, 0, display_sources, NULL},
	{1, 1, DISPLAY_SOURCE_OCTETS, NULL, NULL},
	{2, 1, 0, list_items, NULL},
	{1, 1, 2, NULL, NULL}, /* NBR_PRI_LISTS */
	{2, 1, 0, secondary_list_items, NULL},
	{1, 1, 1, NULL, NULL}, /* NBR_SEC_LISTS */
};

static const struct c1219_field security_limits[] = {
	{1, 1, SETTINGS_ROLES, NULL, NULL},
	{1, 1, SETTINGS_PASSWORD_BYTES, NULL, NULL},
	{1, 2, 0, NULL, NULL}, /* no keys */
	{2, 1, 0, permission_count, NULL},
};

static const struct c1219_field default_access[] = {
	{4, 2, 0, default_permission, NULL},
};

#define SETTINGS_TABLE_OCTETS 13u

static const struct c1219_field settings_fields[] = {
	{1, 1, 0, is_sealed, NULL},	   {1, 1, 0, kwh_decimals, NULL},
	{1, 1, 0, is_seal_broken, NULL},   {2, 1, 0, locked_seconds, NULL},
	{2, 1, 0, settings_changes, NULL}, {2, 1, 0, event_count, NULL},
	{2, 1, 0, newest_event, NULL},	   {2, 1, 0, demand_reset_requests, NULL},
};

static const struct c1219_field supervision_fields[] = {
	{1, 1, 0, program_state, NULL},
	{4, 1, 0, program_crc, NULL},
	{4, 1, 0, watchdog_resets, NULL},
};

static const struct c1219_field test_register_fields[] = {
	{NI1_OCTETS, 2, 0, test_register, NULL},
	{2, 1, 0, mode_seconds_left, NULL},
};

static const struct c1219_field service_and_diagnostics[] = {
	{1, SERVICE_VIEW_OCTETS, 0, locked_service, NULL},
	{1, SERVICE_VIEW_OCTETS, 0, present_service, NULL},
	{2, 1, 0, diagnostic_bits, NULL},
	{2, 3, 0, volts_lag, NULL},
	{2, 3, 0, amperes_lag, NULL},
};

#define READ_ONLY(number, layout)                                                                  \
	{                                                                                          \
		.id = (number), .field_count = COUNT_OF(layout), .fields = (layout)                \
	}

#define RENDERED(number, renderer)                                                                 \
	{                                                                                          \
		.id = (number), .render = (renderer)                                               \
	}

static const struct c1219_table tables[] = {
	READ_ONLY(0, general_configuration),
	READ_ONLY(1, manufacturer_identification),
	READ_ONLY(2, electric_nameplate),
	READ_ONLY(3, mode_status),
	READ_ONLY(5, device_identification),
	{
		.id = C1219_PROCEDURE_TABLE,
		.write_clearance = C1218_CLEARANCE_DEFAULT,
		.partial_write = C1218_ONP,
		.shortest_write = PROCEDURE_HEADER_OCTETS,
		.longest_write = PROCEDURE_HEADER_OCTETS + LONGEST_PROCEDURE_PARAMETER,
		.write = initiate_procedure,
	},
	{
		.id = 8,
		.field_count = COUNT_OF(procedure_response),
		.fields = procedure_response,
		.render = procedure_data,
	},
	READ_ONLY(11, source_limits),
	READ_ONLY(12, units_of_measure),
	{
		.id = 13,
		.render = c1219_demand_control,
		.write_clearance = C1218_CLEARANCE_PROGRAM,
		.needs_open_seal = true,
		.partial_write = C1218_ONP,
		.shortest_write = C1219_DEMAND_CONTROL_OCTETS,
		.longest_write = C1219_DEMAND_CONTROL_OCTETS,
		.write = c1219_write_demand_control,
	},
	READ_ONLY(16, source_definition),
	READ_ONLY(21, register_limits),
	READ_ONLY(22, data_selection),
	RENDERED(23, c1219_registers),
	RENDERED(24, c1219_before_season),
	RENDERED(25, c1219_before_reset),
	RENDERED(26, c1219_self_reads),
	READ_ONLY(27, present_selection),
	RENDERED(28, present_registers),
	READ_ONLY(31, display_limits),
	{.id = 32, .render = render_display_sources},
	{.id = 33, .render = render_primary_lists},
	{.id = 34, .render = render_secondary_list},
	READ_ONLY(41, security_limits),
	{
		.id = 42,
		.write_clearance = C1218_CLEARANCE_FACTORY,
		.needs_open_seal = true,
		.partial_write = C1218_ISC,
		.shortest_write = PASSWORDS_OCTETS,
		.longest_write = PASSWORDS_OCTETS,
		.write = change_passwords,
	},
	READ_ONLY(43, default_access),
	{.id = 44, .render = render_permissions},
	READ_ONLY(51, time_dimensions),
	RENDERED(52, c1219_clock),
	{
		.id = 54,
		.render = c1219_calendar,
		.write_clearance = C1218_CLEARANCE_PROGRAM,
		.partial_write = C1218_ONP,
		.shortest_write = C1219_CALENDAR_OCTETS,
		.longest_write = C1219_CALENDAR_OCTETS,
		.write = c1219_write_calendar,
	},
	RENDERED(55, c1219_clock_state),
	RENDERED(56, c1219_time_remaining),
	{
		.id = C1219_MANUFACTURER,
		.field_count = COUNT_OF(adjustment_constants),
		.fields = adjustment_constants,
		.write_clearance = C1218_CLEARANCE_FACTORY,
		.needs_open_seal = true,
		.partial_write = C1218_ISC,
		.shortest_write = ADJUSTMENT_OCTETS,
		.longest_write = ADJUSTMENT_OCTETS,
		.write = change_adjustment,
	},
	{
		.id = C1219_MANUFACTURER + 3,
		.field_count = COUNT_OF(settings_fields),
		.fields = settings_fields,
		.write_clearance = C1218_CLEARANCE_PROGRAM,
		.needs_open_seal = true,
		.partial_write = C1218_ONP,
		.shortest_write = SETTINGS_TABLE_OCTETS,
		.longest_write = SETTINGS_TABLE_OCTETS,
		.write = change_settings,
	},
	READ_ONLY(C1219_MANUFACTURER + 4, test_register_fields),
	READ_ONLY(C1219_MANUFACTURER + 5, supervision_fields),
	READ_ONLY(C1219_MANUFACTURER + 1u, service_and_diagnostics),
};

static const struct c1219_group common_tables = {tables, COUNT_OF(tables)};
static const struct c1219_group *const groups[] = {
	&common_tables,
	&c1219_recorder_tables,
	&c1219_history_tables,
};

/* Every table that is not read by all and written by nobody, then every procedure. */
static uint16_t render_permissions(const struct c1219_view *view, uint8_t *bytes)
{
	const struct meter *meter = view->store->meter;
	uint16_t length = 0;

	for (unsigned int group = 0; group < COUNT_OF(groups); group++) {
		for (uint32_t i = 0; i < groups[group]->count; i++) {
			const struct c1219_table *table = &groups[group]->tables[i];

			if (c1219_is_offered(table, view->store->meter) &&
			    (table->write != NULL || !c1219_is_readable(table))) {
				put_permission(bytes + length, table_permission(meter, table));
				length = (uint16_t)(length + PERMISSION_OCTETS);
			}
		}
	}
	for (unsigned int i = 0; i < COUNT_OF(procedures); i++) {
		put_permission(bytes + length, procedure_permission(meter, &procedures[i]));
		length = (uint16_t)(length + PERMISSION_OCTETS);
	}
	return length;
}

const struct c1219_table *c1219_find_table(uint16_t id)
{
	for (unsigned int group = 0; group < COUNT_OF(groups); group++) {
		for (uint32_t i = 0; i < groups[group]->count; i++) {
			if (groups[group]->tables[i].id == id) {
				return &groups[group]->tables[i];
			}
		}
	}
	return NULL;
}

bool c1219_is_offered(const struct c1219_table *table, struct meter *meter)
{
	return table->is_offered == NULL || table->is_offered(meter);
}

bool c1219_is_readable(const struct c1219_table *table)
{
	return table->fields != NULL || table->render != NULL || table->render_part != NULL;
}

/*
 * ST0-5, configuration and identification. The sets of ST0 are made of the rows of all
 * tables, so that they cannot disagree with what answers.
 */
#include <string.h>

#include "interface/c1219_procedures.h"
#include "registers/firmware_version.h"

#define MANUFACTURER_NAME "MCB "
#define HARDWARE_VERSION 1u
#define HARDWARE_REVISION 0u

#define NI_FORMAT_INT32 8u
#define NI_FORMAT_INT48 10u
#define TIME_FORMAT_OCTETS 2u /* TM_FORMAT: binary, an octet each */
#define PENDING_TABLES 0u
#define MANUFACTURER_STATUS_OCTETS 1u /* a public client refuses four */

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
	char digits[10] = {0};
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

static int64_t supply_losses(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return meter_supply_losses(view->store->meter);
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

/* Writing ST7 is logged as a procedure, that of MT6 as a change of the module. */
int64_t c1219_logged_standard_tables(const struct c1219_view *view, uint8_t index)
{
	int64_t procedure_table = 1 << C1219_PROCEDURE_TABLE;

	return standard_written(view, index) & (index == 0 ? ~procedure_table : -1);
}

int64_t c1219_logged_manufacturer_tables(const struct c1219_view *view, uint8_t index)
{
	int64_t module_table = 1 << (C1219_MODULE_TABLE % 8u);

	return manufacturer_written(view, index) &
	       (index == C1219_MODULE_TABLE / 8u ? ~module_table : -1);
}

/* Layouts */

static const struct c1219_field general_configuration[] = {
	{1, 1, 1u << 1, NULL, NULL},			  /* LSB first, ISO 646 */
	{1, 1, TIME_FORMAT_OCTETS | 3u << 3, NULL, NULL}, /* full, offset and index access */
	{1, 1, NI_FORMAT_INT48 | NI_FORMAT_INT32 << 4, NULL, NULL}, /* NI_FORMAT1, 2 */
	{4, 1, 0, NULL, manufacturer},
	{1, 1, 2, NULL, NULL}, /* NAMEPLATE_TYPE: electric */
	{1, 1, 0, NULL, NULL}, /* DEFAULT_SET_USED */
	{1, 1, C1219_LONGEST_PROCEDURE_PARAMETER, NULL, NULL},
	{1, 1, C1219_RESPONSE_DATA_BYTES, NULL, NULL},
	{1, 1, 1, NULL, NULL}, /* STD_VERSION_NO: 1997 */
	{1, 1, 0, NULL, NULL}, /* STD_REVISION_NO */
	{1, 1, C1219_STANDARD_SET_OCTETS, NULL, NULL},
	{1, 1, C1219_MANUFACTURER_SET_OCTETS, NULL, NULL},
	{1, 1, C1219_PROCEDURE_SET_OCTETS, NULL, NULL},
	{1, 1, C1219_MANUFACTURER_PROCEDURE_SET_OCTETS, NULL, NULL},
	{1, 1, MANUFACTURER_STATUS_OCTETS, NULL, NULL},
	{1, 1, PENDING_TABLES, NULL, NULL}, /* NBR_PENDING */
	{1, C1219_STANDARD_SET_OCTETS, 0, standard_used, NULL},
	{1, C1219_MANUFACTURER_SET_OCTETS, 0, manufacturer_used, NULL},
	{1, C1219_PROCEDURE_SET_OCTETS, 0, c1219_procedures_used, NULL},
	{1, C1219_MANUFACTURER_PROCEDURE_SET_OCTETS, 0, c1219_manufacturer_procedures_used, NULL},
	{1, C1219_STANDARD_SET_OCTETS, 0, standard_written, NULL},
	{1, C1219_MANUFACTURER_SET_OCTETS, 0, manufacturer_written, NULL},
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
	{1, MANUFACTURER_STATUS_OCTETS, 0, supply_losses, NULL},
};

/* No table can be pending, and none is. */
static const struct c1219_field pending_status[] = {
	{1, C1219_STANDARD_SET_OCTETS, 0, NULL, NULL},
	{1, C1219_MANUFACTURER_SET_OCTETS, 0, NULL, NULL},
	{C1219_STIME_OCTETS, 1, 0, NULL, NULL}, /* LAST_ACTIVATION */
	{1, 1, PENDING_TABLES, NULL, NULL},	/* NBR_PENDING_ACTIVATION */
};

static const struct c1219_field device_identification[] = {
	{20, 1, 0, NULL, serial},
};

static const struct c1219_table tables[] = {
	C1219_READ_ONLY(0, general_configuration), C1219_READ_ONLY(1, manufacturer_identification),
	C1219_READ_ONLY(2, electric_nameplate),	   C1219_READ_ONLY(3, mode_status),
	C1219_READ_ONLY(4, pending_status),	   C1219_READ_ONLY(5, device_identification),
};

const struct c1219_group c1219_general_tables = {tables, COUNT_OF(tables)};

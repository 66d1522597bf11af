/*
 * dut_firmware: index access. Where an element begins follows from the tables' definitions, worked
 * out by hand below; what stands there is what an offset read gives.
 */
#define WHOLE_STORAGE_BYTES 655360u
#include "tests/support/whole_meter.h"

#define BLOCK 39u      /* of ST23: 3 x 6, 5 + 6 + 6 + 4 */
#define SELF_READ 204u /* 2 + 5 + 1 + 1 + 5 blocks */
#define RECORDED 1085u /* 5 + 4 x 6 + 96 intervals of 3 + 4 x 2 */
#define LOG_ENTRY 20u  /* 6 + 2 + 2 + 2 + 8 */
#define LEVELS 6u

struct element {
	uint16_t table;
	uint8_t levels;
	uint8_t indices[LEVELS];
	uint8_t octets;
	uint16_t offset;
};

static struct whole *whole;
static uint8_t request[64];

static int index_read(const struct element *element, unsigned int octets)
{
	unsigned int count = 0;

	request[count++] = (uint8_t)(0x30 + element->levels);
	request[count++] = (uint8_t)(element->table >> 8);
	request[count++] = (uint8_t)element->table;
	for (unsigned int level = 0; level < element->levels; level++) {
		request[count++] = 0;
		request[count++] = element->indices[level];
	}
	request[count++] = 0;
	request[count++] = (uint8_t)octets;
	return wire_request(&whole->wire, request, count);
}

/* A meter with something in its registers, its recorder and its log, in a session. */
static void start(void)
{
	static const uint8_t set_clock[] = {10, 0, 1, 3, 26, 11, 22, 9, 0, 0, 0};

	whole = whole_new();
	whole->contacts = EXCHANGE_CONTACT_SEAL_BROKEN;
	whole_seconds(whole, 5);
	whole_session(whole, "OPERATE");
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 7, set_clock, sizeof(set_clock)), OK);
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 3), 0);
	whole_load(whole, 0, 0); /* what is compared stands still */
	whole_seconds(whole, 1);
}

static void an_element_begins_where_its_table_says(void)
{
	static const struct element elements[] = {
		{0, 1, {16}, 10, 19},
		{1, 1, {1}, 8, 4},
		{1, 1, {6}, 16, 16},
		{2, 1, {4}, 2, 18},
		{3, 1, {1}, 2, 1},
		{6, 1, {6}, 20, 120},
		{6, 1, {17}, 10, 190},
		{12, 2, {0, 3}, 4, 12},
		{13, 1, {3}, 1, 3},
		{13, 3, {4, 0, 1}, 1, 5},
		{22, 2, {0, 2}, 1, 2},
		{23, 1, {0}, 1, 0},
		{23, 1, {1}, BLOCK, 1},
		{23, 3, {1, 0, 0}, 6, 1},
		{23, 3, {1, 0, 2}, 6, 13},
		{23, 4, {1, 1, 0, 1}, 6, 1 + 18 + 5},
		{23, 6, {2, 3, 1, 0, 3, 0}, 4, 1 + 4 * BLOCK + 18 + 5 + 6 + 6},
		{25, 4, {2, 1, 0, 1}, 6, 5 + 1 + 1 + 6},
		{26, 1, {3}, 2, 3},
		{26, 6, {5, 0, 3, 1, 0, 1}, 6, 6 + 2 + 5 + 1 + 1 + 6},
		{26, 3, {5, 1, 1}, 5, 6 + SELF_READ + 2},
		{28, 3, {0, 1, 1}, 4, 7 + 3},
		{28, 2, {1, 4}, 6, 2 * 7 + 4 * 6},
		{32, 2, {0, 2}, 10, 20},
		{33, 3, {0, 1, 2}, 1, 5},
		{33, 2, {1, 3}, 2, 6 + 6},
		{34, 2, {1, 1}, 2, 3 + 2},
		{44, 3, {0, 1, 2}, 1, 4 + 3},
		{52, 1, {1}, 1, 6},
		{54, 3, {1, 2, 1}, 1, 20 * 3 + 2 * 3 + 2},
		{54, 4, {3, 2, 3, 0}, 1, (20 + 12 + 40) * 3 + 2 * 4 + 3},
		{55, 1, {2}, 2, 7},
		{56, 1, {1}, 1, 2},
		{61, 1, {3}, 2, 7},
		{63, 1, {3}, 4, 5},
		{64, 2, {0, 1}, 5, RECORDED},
		{64, 6, {0, 1, 2, 5, 1, 3}, 2, RECORDED + 29 + 5 * 11 + 3 + 6},
		{74, 1, {3}, 4, 5},
		{74, 3, {5, 1, 3}, 2, 11 + LOG_ENTRY + 10},
		{2048, 2, {0, 1}, 4, 4},
		{2054, 1, {4}, 10, 26},
	};

	start();
	for (unsigned int i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
		const struct element *element = &elements[i];
		uint8_t octets[64];

		CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x3F, (uint8_t)(element->table >> 8),
					     (uint8_t)element->table, 0,
					     (uint8_t)(element->offset >> 8),
					     (uint8_t)element->offset, 0, element->octets),
				OK);
		memcpy(octets, whole->wire.response + 3, element->octets);
		CU_ASSERT_EQUAL(index_read(element, element->octets), OK);
		CU_ASSERT_EQUAL(whole->wire.response_length, 4u + element->octets);
		CU_ASSERT_EQUAL(memcmp(whole->wire.response + 3, octets, element->octets), 0);
	}
	whole_end_session(whole);
	whole_free(whole);
}

/* Every table that answers a read has a first element: its first octet. */
static void every_table_has_elements(void)
{
	unsigned int readable = 0;

	start();
	for (unsigned int table = 0; table < 2060; table = table == 99 ? 2048 : table + 1) {
		const struct element first = {(uint16_t)table, 1, {0}, 1, 0};
		int by_offset = WIRE_REQUEST(&whole->wire, 0x3F, (uint8_t)(table >> 8),
					     (uint8_t)table, 0, 0, 0, 0, 1);
		uint8_t octet = whole->wire.response[3];

		CU_ASSERT_EQUAL(index_read(&first, 1), by_offset);
		if (by_offset == OK) {
			CU_ASSERT_EQUAL(whole->wire.response[3], octet);
			readable++;
		}
	}
	CU_ASSERT_TRUE(readable > 40);
	whole_end_session(whole);
	whole_free(whole);
}

static void what_is_not_there_is_refused(void)
{
	static const struct {
		struct element element;
		unsigned int octets;
		int response;
	} rows[] = {
		{{9, 1, {0}, 0, 0}, 1, IAR},
		{{7, 1, {0}, 0, 0}, 1, ISC},
		{{42, 1, {0}, 0, 0}, 1, ISC},
		{{23, 1, {3}, 0, 0}, 1, ONP},	   /* no such element */
		{{23, 2, {2, 4}, 0, 0}, 1, ONP},   /* no such rate */
		{{1, 2, {0, 0}, 0, 0}, 1, ONP},	   /* a text has nothing inside */
		{{23, 2, {0, 0}, 0, 0}, 1, ONP},   /* nor has a counter */
		{{23, 1, {1}, 0, 0}, 0, ONP},	   /* no octets */
		{{23, 1, {1}, 0, 0}, 196, ONP},	   /* one more than there are */
		{{64, 2, {0, 64}, 0, 0}, 1, ONP},  /* blocks are 0 to 63 */
		{{44, 2, {0, 255}, 0, 0}, 1, ONP}, /* behind the last permission */
		{{2048, 2, {0, 6}, 0, 0}, 1, ONP},
	};

	start();
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CU_ASSERT_EQUAL(index_read(&rows[i].element, rows[i].octets), rows[i].response);
	}
	/* too short for its levels, too long, reserved numbers of levels */
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x32, 0, 23, 0, 1, 0, 6), ERR);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x31, 0, 23, 0, 1, 0, 6, 0), ERR);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x3A, 0, 23, 0, 1, 0, 6), SNS);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x4A, 0, 23, 0, 1, 0, 6), SNS);
	whole_end_session(whole);
	whole_free(whole);
}

/* Tables are written whole: a part of one is refused as a part from an offset is. */
static void a_part_is_not_written(void)
{
	uint8_t before[6];

	start();
	CU_ASSERT_EQUAL(whole_table(whole, 13), OK);
	memcpy(before, whole->wire.response + 3, 6);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x41, 0, 13, 0, 0, 0, 1, 5, 0xFB), ISC);
	CU_ASSERT_EQUAL(wire_password(&whole->wire, "PROGRAM", ' '), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x41, 0, 13, 0, 0, 0, 1, 5, 0xFB), ONP);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x41, 0, 23, 0, 0, 0, 1, 5, 0xFB), IAR);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x43, 0, 13, 0, 0, 0, 1, 5, 0xFB), ERR);
	CU_ASSERT_EQUAL(whole_table(whole, 13), OK);
	CU_ASSERT_EQUAL(memcmp(whole->wire.response + 3, before, 6), 0);
	whole_end_session(whole);
	whole_free(whole);
}

const char *const suite_name = "meter_index";
const struct suite_case suite_cases[] = {
	CASE(an_element_begins_where_its_table_says),
	CASE(every_table_has_elements),
	CASE(what_is_not_there_is_refused),
	CASE(a_part_is_not_written),
	CASES_END,
};

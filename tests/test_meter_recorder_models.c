/* The recorder in the whole meter: which models have it, and the energy that it records. */
#include "tests/support/metered_port.h"

static struct metered_port port;

static bool is_named(unsigned int table)
{
	const uint8_t *st0 = port_read(&port, 0);

	CU_ASSERT_PTR_NOT_NULL_FATAL(st0);
	return (st0[19 + table / 8] >> table % 8 & 1) != 0;
}

static void only_the_models_with_an_r_have_a_recorder(void)
{
	static const struct {
		const char *model;
		bool has_recorder;
	} rows[] = {{"AX", false}, {"AX-SD", false}, {"AXR", true}, {"AXR-SD", true}};

	for (unsigned int row = 0; row < 4; row++) {
		port_start(&port, rows[row].model);
		port_log_on(&port, "READ");
		for (uint8_t table = 61; table <= 64; table++) {
			int expected = !rows[row].has_recorder ? IAR : table == 64 ? ONP : OK;

			CU_ASSERT_EQUAL(WIRE_REQUEST(&port.wire, 0x30, 0, table), expected);
			CU_ASSERT_EQUAL(is_named(table), rows[row].has_recorder);
		}
		CU_ASSERT_EQUAL(port_procedure(&port, 4, (const uint8_t[]){3}, 1),
				rows[row].has_recorder ? 0 : 2);
		port_free(&port);
	}
}

/* 166.2 kW counts 23 083 times 1.8 Wh in a quarter of an hour. */
static void one_count_is_kt_at_first(void)
{
	port_start(&port, "AXR");
	port_log_on(&port, "READ");
	const uint8_t *st62 = port_read(&port, 62);

	CU_ASSERT_PTR_NOT_NULL_FATAL(st62);
	for (unsigned int channel = 0; channel < 4; channel++) {
		CU_ASSERT_EQUAL(port_number(st62 + 13 + 2 * channel, 2), 1);
		CU_ASSERT_EQUAL(port_number(st62 + 21 + 2 * channel, 2), 1800);
	}
	port_free(&port);
}

/* 12 kW for 32 min; the supply fails for 3 min in the midst. */
static void the_recorder_follows_the_registers_through_an_outage(void)
{
	const struct table_load load = table_balanced(120, 100.0 / 3, 0, 60);
	const unsigned int block = 29 + 96 * 11;
	uint64_t counted = 0;

	port_start(&port, "AXR");
	port_set_load(&port, &load);
	port_seconds(&port, 20 * 60);
	port.exchange.power_fail_warning = 1;
	port_seconds(&port, 1);
	port_power_up(&port, UINT64_C(32768) * 180);
	port_seconds(&port, 12 * 60);
	port_log_on(&port, "READ");
	const uint8_t *st63 = port_read(&port, 63);

	CU_ASSERT_PTR_NOT_NULL_FATAL(st63);
	CU_ASSERT_EQUAL(port_number(st63 + 11, 2), 2); /* two whole quarters of an hour */
	unsigned int element = (unsigned int)port_number(st63 + 3, 2);
	uint8_t shown[29 + 22];

	memcpy(shown, port_read_part(&port, 64, element * block, sizeof(shown)), sizeof(shown));
	for (unsigned int i = 0; i < 2; i++) {
		counted += 1800 * port_number(shown + 29 + 11 * i + 3, 2);
	}
	/* 15 min, then 6 min before and 6 after the outage of 3 min, at 12 kW */
	CU_ASSERT(fabs((double)port_number(shown + 32, 2) * 1800 - 3e6) < 1800 + 12e6 / 3600);
	CU_ASSERT(fabs((double)counted - (15 + 6 + 6) * 12e6 / 60) < 1800 + 2 * 12e6 / 3600);
	CU_ASSERT_EQUAL(shown[29], 0);
	CU_ASSERT_EQUAL(shown[29 + 11], 2 << 4 | 2); /* power fail, partial */
	uint64_t end_reading = port_number(shown + 5, 6);

	CU_ASSERT(end_reading - counted < 1800);
	port_free(&port);
}

const char *const suite_name = "meter_recorder_models";
const struct suite_case suite_cases[] = {
	CASE(only_the_models_with_an_r_have_a_recorder),
	CASE(one_count_is_kt_at_first),
	CASE(the_recorder_follows_the_registers_through_an_outage),
	CASES_END,
};

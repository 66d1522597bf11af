/*
 * A simulated module under the glass of a meter with its real firmware, by the gateway's language
 * (drivers/GATEWAY.md), compared with what the meter says on its optical port. Octets of MT6 are
 * those of dut_firmware/MODULE_PORT.md.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/metered_lab.h"
#include "tests/support/suite.h"

#define ANSWER_BYTES 16500
#define READY_SECONDS 20 /* the module has started, told the meter, joined */
#define FIVE_HUNDRED_ANSWERED 500

static struct metered_lab lab;
static struct port *gateway;
static char answer[ANSWER_BYTES];

static void begin(const char *module, const char *model, enum module_defect defect)
{
	struct virtual_lab_options options = {
		.seed = 4,
		.hardware = {model, "12S", "MOD-1", 200},
		.module = module,
		.defects.fittings.module = defect,
	};

	metered_lab_begin(&lab, &options);
	CU_ASSERT_EQUAL_FATAL(virtual_lab_open_port(lab.lab, "VIRTUAL::gateway", &gateway),
			      STATUS_OK);
	metered_lab_start(&lab);
	metered_lab_wait(&lab, READY_SECONDS);
}

static void end(void)
{
	port_close(gateway);
	metered_lab_end(&lab);
}

/* One line, without its end; "" after so many seconds of silence. */
static const char *ask_within(const char *request, double seconds)
{
	struct instant until = instant_after(clock_now(virtual_lab_clock(lab.lab)), seconds);
	size_t used = 0, count;

	CU_ASSERT_EQUAL(port_write(gateway, (const uint8_t *)request, strlen(request), until),
			STATUS_OK);
	CU_ASSERT_EQUAL(port_write(gateway, (const uint8_t *)"\n", 1, until), STATUS_OK);
	answer[0] = '\0';
	while (!strchr(answer, '\n') && used + 1 < sizeof(answer) &&
	       port_read(gateway, (uint8_t *)answer + used, sizeof(answer) - 1 - used, &count,
			 until) == STATUS_OK) {
		used += count;
		answer[used] = '\0';
	}
	answer[strcspn(answer, "\n")] = '\0';
	return answer;
}

static const char *ask(const char *request)
{
	return ask_within(request, 30);
}

static void optical_table(int table, char *hex)
{
	uint8_t octets[1024];

	metered_lab_log_on(&lab, "READ");
	size_t count = metered_lab_table(&lab, table, octets, sizeof(octets));
	metered_lab_log_off(&lab);
	strcpy(hex, "OK ");
	for (size_t i = 0; i < count; i++) {
		sprintf(hex + 3 + 2 * i, "%02X", octets[i]);
	}
}

static void the_gateway_and_the_module_say_who_they_are(void)
{
	begin("0746", "AX", MODULE_SOUND);
	CU_ASSERT_STRING_EQUAL(ask("IDENTIFY?"), "OK mcbench virtual-gateway 1 1.0");
	CU_ASSERT_STRING_EQUAL(ask("MODULE? 1"), "OK 0746 1 1 SIM1.00 Gridstream RF");
	end();
	begin("0764", "AX", MODULE_SOUND);
	CU_ASSERT_STRING_EQUAL(ask("MODULE? 1"), "OK 0764 1 1 SIM1.00 Gridstream PLC");
	end();
}

/* STATE 2 identified, KIND 1, number, label, firmware, Zigbee, in its network. */
static void the_meter_knows_its_module(void)
{
	static const char expected[] = "\2\1"
				       "0746"
				       "Gridstream RF       "
				       "SIM1.00   "
				       "\1\2";
	uint8_t octets[40];

	begin("0746", "AX", MODULE_SOUND);
	metered_lab_log_on(&lab, "READ");
	CU_ASSERT_EQUAL(metered_lab_table(&lab, 2054, octets, 40), 40);
	metered_lab_log_off(&lab);
	CU_ASSERT(!memcmp(octets, expected, 38));
	end();
}

static void what_is_read_over_the_air_is_what_the_optical_port_says(void)
{
	static const int tables[] = {1, 3, 11, 12, 16, 21, 22, 23, 2049, 2051};
	char request[64], expected[4096];

	begin("0764", "AX", MODULE_SOUND);
	metered_lab_apply(&lab, "3x120V 30A 1 60Hz");
	metered_lab_wait(&lab, 60);
	metered_lab_apply(&lab, "3x120V 0A 1 60Hz"); /* registers stand still */
	metered_lab_wait(&lab, 5);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		optical_table(tables[i], expected);
		CU_ASSERT(strlen(expected) > 5);
		snprintf(request, sizeof(request), "READ? 1 NETWORK %d", tables[i]);
		CU_ASSERT_STRING_EQUAL(ask(request), expected);
		snprintf(request, sizeof(request), "READ? 1 ZIGBEE %d", tables[i]);
		CU_ASSERT_STRING_EQUAL(ask(request), expected);
	}
	end();
}

static void refusals_are_the_meters_own(void)
{
	begin("0746", "AX", MODULE_SOUND);
	CU_ASSERT_STRING_EQUAL(ask("READ? 1 NETWORK 42"), "ERROR C1218 isc");
	CU_ASSERT_STRING_EQUAL(ask("READ? 1 NETWORK 2050"), "ERROR C1218 iar");
	CU_ASSERT_STRING_EQUAL(ask("WRITE 1 NETWORK 2048 00"), "ERROR C1218 isc");
	CU_ASSERT_STRING_EQUAL(ask("WRITE 1 ZIGBEE 6 00"), "ERROR C1218 isc");
	CU_ASSERT_STRING_EQUAL(ask("EXECUTE 1 ZIGBEE 9 01"), "ERROR C1218 isc");
	CU_ASSERT_STRING_EQUAL(ask("EXECUTE 1 NETWORK 0 -"), "ERROR C1218 isc");
	end();
}

/* Procedure 9, demand reset: completed; ST3 and the event log are the meter's matter. */
static void the_network_executes_what_it_may(void)
{
	begin("0746", "AX-SD", MODULE_SOUND);
	metered_lab_apply(&lab, "3x120V 20A 1 60Hz");
	CU_ASSERT_STRING_EQUAL(ask("EXECUTE 1 NETWORK 2048 01"), "OK 0 000201");
	metered_lab_wait(&lab, 5);
	CU_ASSERT_FALSE(
		service_switch_is_closed(virtual_lab_fitted_meter(lab.lab, 1)->service_switch));
	CU_ASSERT_EQUAL(strncmp(ask("READ? 1 NETWORK 2050"), "OK 0202", 7), 0);
	metered_lab_wait(&lab, 10);
	CU_ASSERT_EQUAL(strncmp(ask("EXECUTE 1 NETWORK 2048 02"), "OK 0 0001", 9), 0);
	metered_lab_wait(&lab, 5);
	CU_ASSERT(service_switch_is_closed(virtual_lab_fitted_meter(lab.lab, 1)->service_switch));
	end();
}

static void zigbee_traffic_is_answered_and_changes_no_register(void)
{
	char before[4096], request[64];

	begin("0746", "AX", MODULE_SOUND);
	metered_lab_apply(&lab, "3x120V 10A 1 60Hz");
	metered_lab_wait(&lab, 30);
	metered_lab_apply(&lab, "3x120V 0A 1 60Hz");
	metered_lab_wait(&lab, 5);
	optical_table(23, before);
	snprintf(request, sizeof(request), "TRAFFIC 1 %d", FIVE_HUNDRED_ANSWERED);
	CU_ASSERT_STRING_EQUAL(ask_within(request, 2.0 * FIVE_HUNDRED_ANSWERED), "OK 500");
	CU_ASSERT_STRING_EQUAL(ask("READ? 1 ZIGBEE 23"), before);
	end();
}

static void without_a_module_or_supply_the_gateway_says_so(void)
{
	begin(NULL, "AX", MODULE_SOUND);
	CU_ASSERT_STRING_EQUAL(ask("MODULE? 1"), "ERROR NO_MODULE");
	CU_ASSERT_STRING_EQUAL(ask("TRAFFIC 1 3"), "ERROR NO_MODULE");
	CU_ASSERT_STRING_EQUAL(ask("MODULE? 2"), "ERROR CHANNEL");
	CU_ASSERT_STRING_EQUAL(ask("READ? 21 NETWORK 1"), "ERROR CHANNEL");
	end();
	begin("0746", "AX", MODULE_IS_DEAF);
	CU_ASSERT_STRING_EQUAL(ask("MODULE? 1"), "ERROR NO_CONTACT");
	end();
	begin("0746", "AX", MODULE_SOUND);
	metered_lab_off(&lab);
	metered_lab_wait(&lab, 2);
	CU_ASSERT_STRING_EQUAL(ask("MODULE? 1"), "ERROR NO_CONTACT");
	CU_ASSERT_STRING_EQUAL(ask("READ? 1 NETWORK 1"), "ERROR NO_CONTACT");
	metered_lab_start(&lab);
	CU_ASSERT_STRING_EQUAL(ask("MODULE? 1"), "OK 0746 1 0 SIM1.00 Gridstream RF");
	CU_ASSERT_STRING_EQUAL(ask("READ? 1 NETWORK 1"), "ERROR NOT_JOINED");
	CU_ASSERT_EQUAL(strncmp(ask("READ? 1 ZIGBEE 1"), "OK ", 3), 0);
	metered_lab_wait(&lab, READY_SECONDS);
	CU_ASSERT_EQUAL(strncmp(ask("READ? 1 NETWORK 1"), "OK ", 3), 0);
	end();
}

/* The early warning comes 20 ms after the voltage, the end 200 ms later. */
static void it_leaves_its_network_at_the_early_warning(void)
{
	begin("0746", "AX", MODULE_SOUND);
	struct virtual_module *module = virtual_lab_fitted_meter(lab.lab, 1)->module;
	CU_ASSERT(virtual_module_is_joined(module));
	metered_lab_off(&lab);
	while (metered_lab_now(&lab) < 1000 && virtual_module_is_joined(module)) {
		metered_lab_wait(&lab, 0.01);
	}
	CU_ASSERT(virtual_module_is_on_air(module));
	CU_ASSERT_FALSE(virtual_module_is_joined(module));
	metered_lab_wait(&lab, 0.25);
	CU_ASSERT_FALSE(virtual_module_is_on_air(module));
	end();
}

/* The supply fails in the middle of a long reading. */
static void a_supply_that_fails_ends_a_request(void)
{
	begin("0746", "AX", MODULE_SOUND);
	CU_ASSERT_EQUAL(port_write(gateway, (const uint8_t *)"TRAFFIC 1 1000\n", 15,
				   instant_after(clock_now(virtual_lab_clock(lab.lab)), 1)),
			STATUS_OK);
	metered_lab_wait(&lab, 5);
	metered_lab_off(&lab);
	CU_ASSERT_STRING_EQUAL(ask_within("", 5), "ERROR NO_CONTACT");
	metered_lab_start(&lab);
	metered_lab_wait(&lab, READY_SECONDS);
	CU_ASSERT_EQUAL(strncmp(ask("READ? 1 NETWORK 1"), "OK ", 3), 0);
	end();
}

static void defects_are_what_they_are_called(void)
{
	char first[4096], expected[4096];

	begin("0746", "AX", MODULE_GARBLES);
	optical_table(1, expected);
	CU_ASSERT_EQUAL(strlen(ask("READ? 1 NETWORK 1")), strlen(expected));
	CU_ASSERT_STRING_NOT_EQUAL(answer, expected);
	end();
	begin("0746", "AX", MODULE_IS_STALE);
	strcpy(first, ask("READ? 1 NETWORK 23"));
	metered_lab_apply(&lab, "3x120V 30A 1 60Hz");
	metered_lab_wait(&lab, 60);
	CU_ASSERT_STRING_EQUAL(ask("READ? 1 NETWORK 23"), first);
	optical_table(23, expected);
	CU_ASSERT_STRING_NOT_EQUAL(first, expected);
	end();
	begin("0746", "AX", MODULE_IS_MESH);
	CU_ASSERT_STRING_EQUAL(ask("MODULE? 1"), "OK 0746 1 1 SIM1.00 RF Mesh");
	CU_ASSERT_EQUAL(strncmp(ask("READ? 1 NETWORK 2054"), "OK 03FF", 7), 0);
	CU_ASSERT_STRING_EQUAL(ask("EXECUTE 1 NETWORK 9 01"), "ERROR C1218 isc");
	end();
}

static void what_is_no_request_is_refused_with_what_was_expected(void)
{
	static const char *const requests[] = {
		"",
		"identify?",
		"IDENTIFY? 1",
		"READ? 1 NETWORK",
		"READ? 1 AIR 23",
		"READ? 1  NETWORK 23",
		"READ? 1 NETWORK 123456",
		"READ? 1 NETWORK -1",
		"WRITE 1 NETWORK 6 0",
		"WRITE 1 NETWORK 6 0g",
		"WRITE 1 NETWORK 6 ab",
		"EXECUTE 1 NETWORK 9",
		"TRAFFIC 1 0",
		"TRAFFIC 1 1001",
		"READ? 1 NETWORK 23 24 25 26",
	};

	begin("0746", "AX", MODULE_SOUND);
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		CU_ASSERT_EQUAL(strncmp(ask(requests[i]), "ERROR SYNTAX expected ", 22), 0);
	}
	memset(answer, 'A', sizeof(answer));
	answer[sizeof(answer) - 1] = '\0';
	char longest[sizeof(answer)];
	memcpy(longest, answer, sizeof(longest));
	CU_ASSERT_EQUAL(strncmp(ask(longest), "ERROR SYNTAX ", 13), 0);
	CU_ASSERT_EQUAL(strncmp(ask("MODULE? 1"), "OK ", 3), 0);
	end();
}

/* The bench's own driver meets it on the same wire. */
static void the_bench_and_the_gateway_understand_each_other(void)
{
	static uint8_t octets[REMOTE_OCTETS];
	struct remote_module module;
	struct instrument *reader;
	struct port *port;
	char refusal[REMOTE_REFUSAL];
	size_t count;
	int answered, result;
	const uint8_t reset = 1;

	begin("0764", "AX", MODULE_SOUND);
	CU_ASSERT_EQUAL_FATAL(virtual_lab_open_port(lab.lab, "VIRTUAL::gateway", &port), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(
		instrument_open(instrument_driver_find("gateway"), "gate", port, &reader),
		STATUS_OK);
	const struct remote_reader *role = reader->remote_reader;
	CU_ASSERT_EQUAL(role->module(reader, 1, &module, refusal), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(module.label, "Gridstream PLC");
	CU_ASSERT_STRING_EQUAL(module.firmware, "SIM1.00");
	CU_ASSERT(module.is_joined && module.has_zigbee);
	CU_ASSERT_EQUAL(role->read_table(reader, 1, REMOTE_NETWORK, 23, octets, &count, refusal),
			STATUS_OK);
	CU_ASSERT_STRING_EQUAL(refusal, "");
	CU_ASSERT(count > 20);
	CU_ASSERT_EQUAL(role->execute(reader, 1, REMOTE_NETWORK, 9, &reset, 1, &result, refusal),
			STATUS_OK);
	CU_ASSERT_EQUAL(result, 0);
	CU_ASSERT_EQUAL(role->execute(reader, 1, REMOTE_ZIGBEE, 9, &reset, 1, &result, refusal),
			STATUS_OK);
	CU_ASSERT_STRING_EQUAL(refusal, "isc");
	CU_ASSERT_EQUAL(role->traffic(reader, 1, 30, &answered, refusal), STATUS_OK);
	CU_ASSERT_EQUAL(answered, 30);
	CU_ASSERT_EQUAL(role->read_table(reader, 2, REMOTE_NETWORK, 23, octets, &count, refusal) ==
					STATUS_OK &&
				refusal[0] == '\0',
			false);
	instrument_close(reader);
	end();
}

const char *const suite_name = "virtual module";
const struct suite_case suite_cases[] = {
	CASE(the_gateway_and_the_module_say_who_they_are),
	CASE(the_meter_knows_its_module),
	CASE(what_is_read_over_the_air_is_what_the_optical_port_says),
	CASE(refusals_are_the_meters_own),
	CASE(the_network_executes_what_it_may),
	CASE(zigbee_traffic_is_answered_and_changes_no_register),
	CASE(without_a_module_or_supply_the_gateway_says_so),
	CASE(it_leaves_its_network_at_the_early_warning),
	CASE(a_supply_that_fails_ends_a_request),
	CASE(defects_are_what_they_are_called),
	CASE(what_is_no_request_is_refused_with_what_was_expected),
	CASE(the_bench_and_the_gateway_understand_each_other),
	CASES_END,
};

/* drivers/instruments/gateway: dialogues written from GATEWAY.md. */
#include "tests/support/text_dialogue.h"

static struct text_dialogue gateway;
static char refusal[REMOTE_REFUSAL];

static void open_gateway(void)
{
	dialogue_begin(&gateway, "\n");
	dialogue_asks(&gateway, "IDENTIFY?", "OK Bench Gateway-2 0042 1.07");
	CU_ASSERT_EQUAL_FATAL(dialogue_open(&gateway, "gateway"), STATUS_OK);
}

static const struct remote_reader *reader(void)
{
	return gateway.instrument->remote_reader;
}

static void it_says_who_it_is(void)
{
	open_gateway();
	CU_ASSERT_STRING_EQUAL(gateway.instrument->identity.maker, "Bench");
	CU_ASSERT_STRING_EQUAL(gateway.instrument->identity.model, "Gateway-2");
	CU_ASSERT_STRING_EQUAL(gateway.instrument->identity.serial, "0042");
	CU_ASSERT_STRING_EQUAL(gateway.instrument->identity.version, "1.07");
	CU_ASSERT_PTR_NULL(gateway.instrument->power_source);
	dialogue_close(&gateway);
}

static void what_is_no_gateway_is_not_driven(void)
{
	static const char *const replies[] = {"OK Bench Gateway 0042", "ERROR SYNTAX what",
					      "YOKOGAWA,WT333,1,F1", "", "OK a b c d e"};

	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		dialogue_begin(&gateway, "\n");
		dialogue_asks(&gateway, "IDENTIFY?", replies[i]);
		CU_ASSERT_EQUAL(dialogue_open(&gateway, "gateway"), STATUS_PROTOCOL);
		CU_ASSERT_TRUE(dialogue_says("remote reader it on VIRTUAL::it: "));
		CU_ASSERT_TRUE(dialogue_says("is this a gateway?"));
		CU_ASSERT_PTR_NULL(gateway.instrument);
		CU_ASSERT_FALSE(gateway.line.is_closed);
	}
}

static void a_module_tells_number_zigbee_network_firmware_and_label(void)
{
	struct remote_module module;

	open_gateway();
	dialogue_asks(&gateway, "MODULE? 3", "OK 0746 1 0 5.34.02 Gridstream RF");
	CU_ASSERT_EQUAL(reader()->module(gateway.instrument, 3, &module, refusal), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(refusal, "");
	CU_ASSERT_STRING_EQUAL(module.number, "0746");
	CU_ASSERT_STRING_EQUAL(module.label, "Gridstream RF");
	CU_ASSERT_STRING_EQUAL(module.firmware, "5.34.02");
	CU_ASSERT_TRUE(module.has_zigbee);
	CU_ASSERT_FALSE(module.is_joined);
	dialogue_close(&gateway);
}

static void a_module_that_is_told_badly_is_nonsense(void)
{
	static const char *const replies[] = {
		"OK",
		"OK 0746 1 1 5.34",
		"OK 0746 2 1 5.34 RF",
		"OK 0746 1 - 5.34 RF",
		"OK 0746 1 1 5.34 ",
		"OK 07461234 1 1 5.34 RF",
		"OK 0746  1 1 5.34 RF",
		"OK 0746 1 1 5.34 A label of more than 23 letters",
		"OKAY",
		"NONE",
		"",
	};
	struct remote_module module;

	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		open_gateway();
		dialogue_asks(&gateway, "MODULE? 1", replies[i]);
		CU_ASSERT_EQUAL(reader()->module(gateway.instrument, 1, &module, refusal),
				STATUS_PROTOCOL);
		CU_ASSERT_TRUE(dialogue_says("\"MODULE? 1\""));
		dialogue_close(&gateway);
	}
}

static void a_table_comes_octet_by_octet(void)
{
	static uint8_t octets[REMOTE_OCTETS];
	size_t count;

	open_gateway();
	dialogue_asks(&gateway, "READ? 1 NETWORK 23", "OK 00A1FF7E");
	CU_ASSERT_EQUAL(reader()->read_table(gateway.instrument, 1, REMOTE_NETWORK, 23, octets,
					     &count, refusal),
			STATUS_OK);
	CU_ASSERT_EQUAL(count, 4);
	CU_ASSERT_EQUAL(memcmp(octets, "\x00\xA1\xFF\x7E", 4), 0);
	dialogue_asks(&gateway, "READ? 20 ZIGBEE 2049", "OK -");
	CU_ASSERT_EQUAL(reader()->read_table(gateway.instrument, 20, REMOTE_ZIGBEE, 2049, octets,
					     &count, refusal),
			STATUS_OK);
	CU_ASSERT_EQUAL(count, 0);
	dialogue_close(&gateway);
}

static void the_largest_table_fits_and_a_larger_one_does_not(void)
{
	static uint8_t octets[REMOTE_OCTETS];
	static char reply[2 * REMOTE_OCTETS + 8];
	size_t count;

	for (int more = 0; more < 2; more++) {
		size_t digits = 2u * (REMOTE_OCTETS + (unsigned)more);

		snprintf(reply, sizeof(reply), "OK ");
		memset(reply + 3, 'A', digits);
		reply[3 + digits] = '\0';
		open_gateway();
		dialogue_asks(&gateway, "READ? 1 NETWORK 64", reply);
		CU_ASSERT_EQUAL(reader()->read_table(gateway.instrument, 1, REMOTE_NETWORK, 64,
						     octets, &count, refusal),
				more ? STATUS_PROTOCOL : STATUS_OK);
		CU_ASSERT_EQUAL(count, REMOTE_OCTETS);
		dialogue_close(&gateway);
	}
}

static void hexadecimal_digits_are_capital_whole_and_nothing_else(void)
{
	static const char *const replies[] = {"OK 0", "OK 0G", "OK ff", "OK 00 11", "OK ", "OK -0"};
	uint8_t octets[REMOTE_OCTETS];
	size_t count;

	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		open_gateway();
		dialogue_asks(&gateway, "READ? 1 NETWORK 1", replies[i]);
		CU_ASSERT_EQUAL(reader()->read_table(gateway.instrument, 1, REMOTE_NETWORK, 1,
						     octets, &count, refusal),
				STATUS_PROTOCOL);
		dialogue_close(&gateway);
	}
}

static void writing_and_procedures_carry_their_octets(void)
{
	static const uint8_t octets[] = {0x0B, 0x50, 0x10};
	int result;

	open_gateway();
	dialogue_asks(&gateway, "WRITE 2 ZIGBEE 13 0B5010", "ERROR C1218 isc");
	CU_ASSERT_EQUAL(
		reader()->write_table(gateway.instrument, 2, REMOTE_ZIGBEE, 13, octets, 3, refusal),
		STATUS_OK);
	CU_ASSERT_STRING_EQUAL(refusal, "isc");
	dialogue_asks(&gateway, "EXECUTE 2 NETWORK 9 0B", "OK 2 5001");
	CU_ASSERT_EQUAL(reader()->execute(gateway.instrument, 2, REMOTE_NETWORK, 9, octets, 1,
					  &result, refusal),
			STATUS_OK);
	CU_ASSERT_STRING_EQUAL(refusal, "");
	CU_ASSERT_EQUAL(result, 2);
	dialogue_asks(&gateway, "EXECUTE 2 NETWORK 2048 -", "OK 0 -");
	CU_ASSERT_EQUAL(reader()->execute(gateway.instrument, 2, REMOTE_NETWORK, 2048, NULL, 0,
					  &result, refusal),
			STATUS_OK);
	CU_ASSERT_EQUAL(result, 0);
	dialogue_asks(&gateway, "EXECUTE 2 NETWORK 2048 -", "OK 256 -");
	CU_ASSERT_EQUAL(reader()->execute(gateway.instrument, 2, REMOTE_NETWORK, 2048, NULL, 0,
					  &result, refusal),
			STATUS_PROTOCOL);
	dialogue_close(&gateway);
}

static void refusals_are_answers_and_faults_are_not(void)
{
	static const struct {
		const char *reply;
		enum status status;
		const char *refusal;
	} cases[] = {
		{"ERROR NO_MODULE", STATUS_OK, "no module"},
		{"ERROR NO_CONTACT", STATUS_OK, "no contact"},
		{"ERROR NOT_JOINED", STATUS_OK, "not joined"},
		{"ERROR METER_SILENT", STATUS_OK, "meter silent"},
		{"ERROR C1218 onp", STATUS_OK, "onp"},
		{"ERROR C1218 isss", STATUS_OK, "isss"},
		{"ERROR C1218 ISC", STATUS_PROTOCOL, ""},
		{"ERROR C1218", STATUS_PROTOCOL, ""},
		{"ERROR CHANNEL", STATUS_BAD_INPUT, ""},
		{"ERROR SYNTAX a table number", STATUS_REFUSED, ""},
		{"ERROR SYNTAX", STATUS_REFUSED, ""},
		{"ERROR HUNGRY", STATUS_PROTOCOL, ""},
		{"ERRORS", STATUS_PROTOCOL, ""},
	};
	uint8_t octets[REMOTE_OCTETS];
	size_t count;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		open_gateway();
		dialogue_asks(&gateway, "READ? 7 NETWORK 1", cases[i].reply);
		CU_ASSERT_EQUAL(reader()->read_table(gateway.instrument, 7, REMOTE_NETWORK, 1,
						     octets, &count, refusal),
				cases[i].status);
		CU_ASSERT_STRING_EQUAL(refusal, cases[i].refusal);
		CU_ASSERT_EQUAL(count, 0);
		CU_ASSERT_TRUE(!cases[i].status || dialogue_says("READ? 7 NETWORK 1"));
		dialogue_close(&gateway);
	}
}

static void traffic_takes_its_time_and_is_counted(void)
{
	int answered;

	open_gateway();
	dialogue_sends(&gateway, "TRAFFIC 1 300");
	dialogue_receives_after(&gateway, 500, "OK 299");
	CU_ASSERT_EQUAL(reader()->traffic(gateway.instrument, 1, 300, &answered, refusal),
			STATUS_OK);
	CU_ASSERT_EQUAL(answered, 299);
	dialogue_asks(&gateway, "TRAFFIC 1 3", "OK 4");
	CU_ASSERT_EQUAL(reader()->traffic(gateway.instrument, 1, 3, &answered, refusal),
			STATUS_PROTOCOL);
	CU_ASSERT_EQUAL(reader()->traffic(gateway.instrument, 1, 1001, &answered, refusal),
			STATUS_BAD_INPUT);
	dialogue_close(&gateway);
}

/* The late answer to the first request comes before the second one is asked; it must not be taken
 * for the second one's. */
static void a_late_answer_is_not_taken_for_the_next_one(void)
{
	uint8_t octets[REMOTE_OCTETS];
	size_t count;

	open_gateway();
	dialogue_sends(&gateway, "READ? 1 NETWORK 1");
	CU_ASSERT_EQUAL(reader()->read_table(gateway.instrument, 1, REMOTE_NETWORK, 1, octets,
					     &count, refusal),
			STATUS_TIMEOUT);
	CU_ASSERT_TRUE(dialogue_says("no reply to \"READ? 1 NETWORK 1\" within 32.0 s"));
	dialogue_sends(&gateway, "");
	dialogue_sends(&gateway, "IDENTIFY?");
	dialogue_receives_after(&gateway, 3, "OK 11");
	dialogue_receives_after(&gateway, 0.1, "ERROR SYNTAX empty line");
	dialogue_receives_after(&gateway, 0.1, "OK Bench Gateway-2 0042 1.07");
	dialogue_asks(&gateway, "READ? 1 NETWORK 23", "OK 2323");
	CU_ASSERT_EQUAL(reader()->read_table(gateway.instrument, 1, REMOTE_NETWORK, 23, octets,
					     &count, refusal),
			STATUS_OK);
	CU_ASSERT_EQUAL(count, 2);
	CU_ASSERT_EQUAL(octets[0], 0x23);
	dialogue_close(&gateway);
}

static void silence_and_half_lines_and_noise_are_named(void)
{
	static const struct {
		const char *bytes;
		enum status status;
		const char *words;
	} cases[] = {
		{"OK 12", STATUS_TIMEOUT, "no whole reply"},
		{"OK \x80\n", STATUS_PROTOCOL, "byte 0x80 is no text"},
		{"OK\t00\n", STATUS_PROTOCOL, "byte 0x09 is no text"},
	};
	uint8_t octets[REMOTE_OCTETS];
	size_t count;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		open_gateway();
		dialogue_sends(&gateway, "READ? 1 NETWORK 1");
		scripted_port_reply(&gateway.line, 0.1, cases[i].bytes, strlen(cases[i].bytes));
		CU_ASSERT_EQUAL(reader()->read_table(gateway.instrument, 1, REMOTE_NETWORK, 1,
						     octets, &count, refusal),
				cases[i].status);
		CU_ASSERT_TRUE(dialogue_says(cases[i].words));
		dialogue_close(&gateway);
	}
}

static void a_line_without_end_is_refused_and_survived(void)
{
	static char endless[20000];
	uint8_t octets[REMOTE_OCTETS];
	size_t count;

	memset(endless, 'A', sizeof(endless));
	open_gateway();
	dialogue_sends(&gateway, "READ? 1 NETWORK 1");
	scripted_port_reply(&gateway.line, 0, endless, 8000);
	scripted_port_reply(&gateway.line, 0, endless, 10000 - 1);
	scripted_port_reply(&gateway.line, 0, "\n", 1);
	CU_ASSERT_EQUAL(reader()->read_table(gateway.instrument, 1, REMOTE_NETWORK, 1, octets,
					     &count, refusal),
			STATUS_PROTOCOL);
	CU_ASSERT_TRUE(dialogue_says("a line of more than 16400 characters"));
	dialogue_close(&gateway);
}

const char *const suite_name = "gateway";
const struct suite_case suite_cases[] = {
	CASE(it_says_who_it_is),
	CASE(what_is_no_gateway_is_not_driven),
	CASE(a_module_tells_number_zigbee_network_firmware_and_label),
	CASE(a_module_that_is_told_badly_is_nonsense),
	CASE(a_table_comes_octet_by_octet),
	CASE(the_largest_table_fits_and_a_larger_one_does_not),
	CASE(hexadecimal_digits_are_capital_whole_and_nothing_else),
	CASE(writing_and_procedures_carry_their_octets),
	CASE(refusals_are_answers_and_faults_are_not),
	CASE(traffic_takes_its_time_and_is_counted),
	CASE(a_late_answer_is_not_taken_for_the_next_one),
	CASE(silence_and_half_lines_and_noise_are_named),
	CASE(a_line_without_end_is_refused_and_survived),
	CASES_END,
};

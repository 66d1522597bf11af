/* tests/support/scripted_port */
#include "tests/support/scripted_port.h"
#include "tests/support/suite.h"

static struct scripted_port port;

static void a_reply_comes_only_after_what_it_answers(void)
{
	uint8_t bytes[8];
	size_t count;

	scripted_port_init(&port, "TEST::1");
	scripted_port_expect(&port, "AT\r", 3);
	scripted_port_reply(&port, 0.5, "OK", 2);
	CU_ASSERT_EQUAL(port_read(&port.port, bytes, 8, &count, (struct instant){1000}),
			STATUS_TIMEOUT);
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_EQUAL(port_write(&port.port, (const uint8_t *)"AT\r", 3, INSTANT_NEVER),
			STATUS_OK);
	CU_ASSERT_EQUAL(port_read(&port.port, bytes, 8, &count, INSTANT_NEVER), STATUS_OK);
	CU_ASSERT_EQUAL(count, 1);
	CU_ASSERT_EQUAL(bytes[0], 'O');
	/* 1 us of waiting, three bytes, half a second, one byte; a byte takes 10/9600 s */
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&port), 1e-6 + 0.5 + 4 * 10.0 / 9600.0, 1e-8);
	CU_ASSERT(scripted_port_is_done(&port));
}

static void a_wrong_byte_is_named_and_silences_the_peer(void)
{
	uint8_t bytes[8];
	size_t count;

	scripted_port_init(&port, "TEST::1");
	scripted_port_expect_hex(&port, "41 54");
	scripted_port_reply_hex(&port, 0, "4f4B");
	CU_ASSERT_EQUAL(port_write(&port.port, (const uint8_t *)"AX", 2, INSTANT_NEVER), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(port.mismatch, "byte 1: 58 was sent, 54 expected");
	CU_ASSERT_EQUAL(port_read(&port.port, bytes, 8, &count, (struct instant){1000000000}),
			STATUS_TIMEOUT);
	CU_ASSERT(!scripted_port_is_done(&port));
}

const char *const suite_name = "scripted_port";
const struct suite_case suite_cases[] = {
	CASE(a_reply_comes_only_after_what_it_answers),
	CASE(a_wrong_byte_is_named_and_silences_the_peer),
	CASES_END,
};

/*
 * A communication module in the meter's tests, made by hand after dut_firmware/MODULE_PORT.md:
 * sessions of its users and what it says of itself. On top of whole_meter.h.
 */
#ifndef TESTS_SUPPORT_MODULE_WIRE_H
#define TESTS_SUPPORT_MODULE_WIRE_H

#include "tests/support/whole_meter.h"

#define MODULE_TABLE (2048 + 6)
#define MODULE_OCTETS 40
#define USER_RF 746
#define USER_PLC 764
#define USER_RF_ZIGBEE 2746
#define USER_PLC_ZIGBEE 2764

struct module_says {
	uint8_t octets[MODULE_OCTETS];
};

static inline struct module_says module_says(unsigned int kind, const char *number,
					     const char *label, const char *firmware)
{
	struct module_says says;

	memset(says.octets, ' ', sizeof(says.octets));
	says.octets[0] = 0;
	says.octets[1] = (uint8_t)kind;
	memcpy(says.octets + 2, number, strlen(number));
	memcpy(says.octets + 6, label, strlen(label));
	memcpy(says.octets + 26, firmware, strlen(firmware));
	says.octets[36] = 1; /* with Zigbee */
	says.octets[37] = 2; /* in its network */
	says.octets[38] = says.octets[39] = 0;
	return says;
}

static inline struct module_says module_says_rf(void)
{
	return module_says(1, "0746", "Gridstream RF", "12.08");
}

static inline struct module_says module_says_plc(void)
{
	return module_says(2, "0764", "Gridstream PLC", "3.1 beta 7");
}

static inline int module_state_itself(struct whole *whole, const struct module_says *says)
{
	return wire_write(&whole->wire, MODULE_TABLE, says->octets, MODULE_OCTETS);
}

static inline void module_plug(struct whole *whole)
{
	whole->contacts |= EXCHANGE_CONTACT_MODULE;
	whole->is_at_module = true;
	whole_seconds(whole, 0.01);
}

static inline int module_logon(struct whole *whole, unsigned int user)
{
	return WIRE_REQUEST(&whole->wire, 0x50, (uint8_t)(user >> 8), (uint8_t)user, 'M', 'O', 'D',
			    'U', 'L', 'E', ' ', ' ', ' ', ' ');
}

/* From Identification on, on the module's port. */
static inline struct wire *module_session(struct whole *whole, unsigned int user,
					  const char *password)
{
	struct wire *wire = &whole->wire;

	whole->is_at_module = true;
	CU_ASSERT_EQUAL_FATAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL_FATAL(WIRE_REQUEST(wire, 0x60, 2, 0, 4), OK);
	CU_ASSERT_EQUAL_FATAL(module_logon(whole, user), OK);
	if (password != NULL) {
		CU_ASSERT_EQUAL_FATAL(wire_password(wire, password, ' '), OK);
	}
	return wire;
}

/* A Gridstream RF that has said so, its session over. */
static inline struct whole *module_meter(void)
{
	struct whole *whole = whole_new();
	struct module_says says = module_says_rf();

	module_plug(whole);
	module_session(whole, USER_RF, NULL);
	CU_ASSERT_EQUAL_FATAL(module_state_itself(whole, &says), OK);
	whole_end_session(whole);
	return whole;
}

#endif

/* Never run on hardware. */
#include "boards/stm32l476/pins.h"

#include <stddef.h>

#include "boards/stm32l476/registers.h"
#include "exchange.h"

#define COIL_FRAMES 230u /* 60 ms */

enum pin_mode { PIN_INPUT, PIN_OUTPUT, PIN_FUNCTION, PIN_ANALOG };
enum pin_pull { PULL_NONE, PULL_UP, PULL_DOWN };

struct pin {
	struct gpio *port;
	uint8_t number;
	uint8_t mode;
	uint8_t pull;
	uint8_t function;
};

static const struct pin pins[] = {
	{GPIO_A, 0, PIN_FUNCTION, PULL_DOWN, 1},  /* TIM2_CH1: pulse LED */
	{GPIO_A, 1, PIN_FUNCTION, PULL_UP, 1},	  /* TIM2_CH2: converter's DRDY */
	{GPIO_A, 2, PIN_FUNCTION, PULL_NONE, 7},  /* USART2_TX: display */
	{GPIO_A, 4, PIN_OUTPUT, PULL_UP, 0},	  /* converter's CS */
	{GPIO_A, 5, PIN_FUNCTION, PULL_NONE, 5},  /* SPI1_SCK */
	{GPIO_A, 6, PIN_FUNCTION, PULL_NONE, 5},  /* SPI1_MISO */
	{GPIO_A, 7, PIN_FUNCTION, PULL_NONE, 5},  /* SPI1_MOSI */
	{GPIO_A, 8, PIN_FUNCTION, PULL_NONE, 1},  /* TIM1_CH1: converter's clock */
	{GPIO_A, 9, PIN_FUNCTION, PULL_UP, 7},	  /* USART1_TX: optical port */
	{GPIO_A, 10, PIN_FUNCTION, PULL_UP, 7},	  /* USART1_RX */
	{GPIO_B, 0, PIN_OUTPUT, PULL_NONE, 0},	  /* warning to the module */
	{GPIO_B, 2, PIN_ANALOG, PULL_NONE, 0},	  /* COMP1_INP: supply */
	{GPIO_B, 10, PIN_FUNCTION, PULL_UP, 7},	  /* USART3_TX: module */
	{GPIO_B, 11, PIN_FUNCTION, PULL_UP, 7},	  /* USART3_RX */
	{GPIO_B, 12, PIN_OUTPUT, PULL_UP, 0},	  /* flash's CE */
	{GPIO_B, 13, PIN_FUNCTION, PULL_NONE, 5}, /* SPI2_SCK */
	{GPIO_B, 14, PIN_FUNCTION, PULL_NONE, 5}, /* SPI2_MISO */
	{GPIO_B, 15, PIN_FUNCTION, PULL_NONE, 5}, /* SPI2_MOSI */
	{GPIO_C, 0, PIN_INPUT, PULL_UP, 0},	  /* seal */
	{GPIO_C, 1, PIN_INPUT, PULL_UP, 0},	  /* demand reset */
	{GPIO_C, 2, PIN_INPUT, PULL_UP, 0},	  /* test mode */
	{GPIO_C, 3, PIN_INPUT, PULL_UP, 0},	  /* scroll */
	{GPIO_C, 5, PIN_OUTPUT, PULL_NONE, 0},	  /* converter's SYNC/RESET */
	{GPIO_C, 6, PIN_OUTPUT, PULL_DOWN, 0},	  /* coil that opens */
	{GPIO_C, 7, PIN_OUTPUT, PULL_DOWN, 0},	  /* coil that closes */
	{GPIO_C, 8, PIN_INPUT, PULL_UP, 0},	  /* load's voltage A */
	{GPIO_C, 9, PIN_INPUT, PULL_UP, 0},	  /* load's voltage C */
	{GPIO_C, 10, PIN_INPUT, PULL_UP, 0},	  /* module's strap */
};

/* All close to ground. The seal's loop is closed while it is whole, every other contact when it is
 * operated. */
struct contact_pin {
	uint8_t number; /* at port C */
	uint8_t is_set_when_open;
	uint8_t contact;
};

static const struct contact_pin contacts[] = {
	{0, 1, EXCHANGE_CONTACT_SEAL_BROKEN},	 {1, 0, EXCHANGE_CONTACT_DEMAND_RESET},
	{2, 0, EXCHANGE_CONTACT_TEST_MODE},	 {3, 0, EXCHANGE_CONTACT_SCROLL},
	{8, 0, EXCHANGE_CONTACT_LOAD_VOLTAGE_A}, {9, 0, EXCHANGE_CONTACT_LOAD_VOLTAGE_C},
	{10, 0, EXCHANGE_CONTACT_MODULE},
};

static uint32_t coil_frames; /* until the pulse ends */

static void drive(struct gpio *port, uint32_t number, bool is_high)
{
	port->set_reset = is_high ? 1u << number : 1u << (number + 16u);
}

void pins_select_converter(bool is_selected)
{
	drive(GPIO_A, 4, !is_selected);
}

void pins_reset_converter(bool is_reset)
{
	drive(GPIO_C, 5, !is_reset);
}

void pins_select_flash(bool is_selected)
{
	drive(GPIO_B, 12, !is_selected);
}

void pins_warn_module(bool is_warned)
{
	drive(GPIO_B, 0, is_warned);
}

void pins_start(void)
{
	pins_select_converter(false);
	pins_reset_converter(true);
	pins_select_flash(false);
	for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++) {
		const struct pin *pin = &pins[i];
		uint32_t pair = 2u * pin->number;
		uint32_t nibble = 4u * (pin->number % 8u);
		volatile uint32_t *function = &pin->port->function[pin->number / 8u];

		*function = (*function & ~(15u << nibble)) | (uint32_t)pin->function << nibble;
		pin->port->pull = (pin->port->pull & ~(3u << pair)) | (uint32_t)pin->pull << pair;
		pin->port->speed |= 2u << pair; /* high: the converter's clock is 8 MHz */
		pin->port->mode = (pin->port->mode & ~(3u << pair)) | (uint32_t)pin->mode << pair;
	}
}

uint32_t pins_contacts(void)
{
	uint32_t levels = GPIO_C->input;
	uint32_t closed = 0;

	for (size_t i = 0; i < sizeof(contacts) / sizeof(contacts[0]); i++) {
		uint32_t is_open = levels >> contacts[i].number & 1u;

		closed |= is_open == contacts[i].is_set_when_open ? contacts[i].contact : 0u;
	}
	return closed;
}

void pins_pulse_coil(uint32_t coil)
{
	drive(GPIO_C, 6, coil == EXCHANGE_SWITCH_OPEN);
	drive(GPIO_C, 7, coil == EXCHANGE_SWITCH_CLOSE);
	coil_frames = COIL_FRAMES;
}

void pins_pass_frames(uint32_t frames)
{
	coil_frames = coil_frames > frames ? coil_frames - frames : 0;
	if (coil_frames == 0) {
		drive(GPIO_C, 6, false);
		drive(GPIO_C, 7, false);
	}
}

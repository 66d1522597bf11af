/*
 * The meter on its own board: a block of frames when one is whole, in between sleep. Whatever goes
 * wrong for good (no converter, lost frames) ends in the watchdog, which the meter then tells.
 * Never run on hardware.
 */
#include <stddef.h>

#include "boards/cortex_m4/image_identity.h"
#include "boards/stm32l476/battery_clock.h"
#include "boards/stm32l476/clock.h"
#include "boards/stm32l476/factory_data.h"
#include "boards/stm32l476/front_end.h"
#include "boards/stm32l476/nor_flash.h"
#include "boards/stm32l476/pins.h"
#include "boards/stm32l476/pulse_led.h"
#include "boards/stm32l476/serial_line.h"
#include "boards/stm32l476/supply.h"
#include "meter_state.h"

static struct meter meter;
static struct board board;
static struct meter_hardware hardware;
static struct exchange exchange;

static void stop_with(const char *sentence)
{
	char image[EXCHANGE_DISPLAY_BYTES] = {0};

	for (uint32_t i = 0; sentence[i] != '\0' && i + 1u < sizeof(image); i++) {
		image[i] = sentence[i];
	}
	serial_display_show(image);
	for (;;) {
		serial_display_run();
	}
}

static void fill_exchange(uint32_t first, uint32_t count, const struct sample_frame *frames)
{
	exchange.frames = frames;
	exchange.frame_count = count;
	exchange.contacts = pins_contacts();
	exchange.received_count =
		serial_line_received(SERIAL_OPTICAL, first, count, exchange.received);
	exchange.module_received_count =
		serial_line_received(SERIAL_MODULE, first, count, exchange.module_received);
	exchange.battery = battery_clock_outage(&exchange.battery_ticks);
}

static void take_exchange(uint32_t first)
{
	serial_line_take(SERIAL_OPTICAL, exchange.received_consumed);
	serial_line_take(SERIAL_MODULE, exchange.module_received_consumed);
	serial_line_send(SERIAL_OPTICAL, exchange.sent, exchange.sent_count);
	serial_line_send(SERIAL_MODULE, exchange.module_sent, exchange.module_sent_count);
	for (uint32_t i = 0; i < exchange.pulse_count; i++) {
		pulse_led_add(first, &exchange.pulses[i]);
	}
	for (uint32_t i = 0; i < exchange.switch_count; i++) {
		pins_pulse_coil(exchange.switches[i].coil);
	}
	pins_warn_module(exchange.module_warning != 0);
	if (exchange.display_is_new != 0) {
		serial_display_show(exchange.display);
	}
}

/* One block, in more than one piece if a list of the exchange becomes full. */
static void run_block(uint32_t first, const struct sample_frame *frames)
{
	uint32_t done = 0;

	exchange.power_fail_warning = supply_warning();
	while (done < FRONT_END_BLOCK) {
		fill_exchange(first + done, FRONT_END_BLOCK - done, frames + done);
		meter_run(&meter, &exchange);
		take_exchange(first + done);
		done += exchange.frames_consumed;
	}
	pins_pass_frames(FRONT_END_BLOCK);
	exchange.battery_count = battery_clock_keep();
	serial_display_run();
}

static void start(void)
{
	uint32_t inputs;

	clock_start();
	pins_start();
	serial_lines_start();
	supply_start();
	battery_clock_start();
	exchange.battery_count = battery_clock_keep();
	image_identity_tell(&board);
	nor_flash_start(&board);
	board.watchdog_resets = battery_clock_watchdog_resets;
	if (!factory_data_read(&hardware, &inputs)) {
		stop_with("NO FACTORY DATA");
	}
	if (meter_init(&meter, &board, &hardware) == NULL) {
		stop_with("NO SUCH FORM");
	}
	watchdog_start();
	if (!front_end_start(inputs)) {
		stop_with("NO CONVERTER");
	}
	pulse_led_start();
}

int main(void)
{
	uint32_t first = 0;

	start();
	for (;;) {
		const struct sample_frame *frames = front_end_block(first);

		if (frames == NULL) {
			__asm__ volatile("wfi" : : : "memory");
			continue;
		}
		run_block(first, frames);
		first += FRONT_END_BLOCK;
		if (!front_end_has_failed(first)) {
			watchdog_feed();
		}
	}
}

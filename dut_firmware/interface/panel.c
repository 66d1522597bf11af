/* Once a second, and the switches. */
#include "interface/panel.h"

#include <string.h>

#include "meter_state.h"

void panel_init(struct panel *panel)
{
	*panel = (struct panel){.next_event = 0};
	switches_init(&panel->switches);
}

static void plan(struct panel *panel)
{
	uint64_t switches = switches_next_event(&panel->switches);

	panel->next_event = panel->next_second < switches ? panel->next_second : switches;
}

void panel_set_contacts(struct meter *meter, uint32_t contacts)
{
	meter->panel.contacts = contacts;
	meter->control.is_seal_broken = (contacts & EXCHANGE_CONTACT_SEAL_BROKEN) != 0;
	switches_set(&meter->panel.switches, contacts, meter->frame);
	service_disconnect_set_contacts(meter, contacts);
	if (module_set_strap(&meter->module, (contacts & EXCHANGE_CONTACT_MODULE) != 0,
			     meter->frame)) {
		c1218_port_reset(&meter->module_port);
	}
	plan(&meter->panel);
}

static void obey(struct meter *meter, uint32_t asked)
{
	if ((asked & SWITCHES_DEMAND_RESET) != 0) {
		meter_request_demand_reset(meter);
	}
	if ((asked & SWITCHES_TEST_MODE) != 0) {
		meter_toggle_test_mode(meter);
		display_follow_mode(meter);
	}
	if ((asked & SWITCHES_SCROLL) != 0) {
		display_step(meter);
	}
	if ((asked & SWITCHES_SCROLL_HELD) != 0 && !service_disconnect_press(meter)) {
		display_show_alternate(meter);
	}
}

void panel_run(struct meter *meter, struct exchange *exchange)
{
	struct panel *panel = &meter->panel;

	obey(meter, switches_run(&panel->switches, meter->frame));
	if (panel->next_second <= meter->frame) {
		panel->next_second += METER_FRAMES_PER_SECOND;
		meter_watch_mode(meter);
		self_supervision_tick(meter);
		service_disconnect_tick(meter);
		display_follow_mode(meter);
		display_tick(meter);
		if (!meter->nonvolatile.is_warned) {
			module_tick(&meter->module, &meter->event_log, meter->frame);
		}
	}
	if (meter->display.is_new) {
		meter->display.is_new = false;
		exchange->display_is_new = 1;
		memcpy(exchange->display, meter->display.image, sizeof(exchange->display));
	}
	plan(panel);
}

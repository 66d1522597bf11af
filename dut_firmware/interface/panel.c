/* Once a second, and the switches. */
#include "interface/panel.h"

#include "meter_state.h"

void panel_init(struct panel *panel)
{
	*panel = (struct panel){.next_event = METER_FRAMES_PER_SECOND,
				.next_second = METER_FRAMES_PER_SECOND};
}

void panel_set_contacts(struct meter *meter, uint32_t contacts)
{
	meter->panel.contacts = contacts;
	meter->control.is_seal_broken = (contacts & EXCHANGE_CONTACT_SEAL_BROKEN) != 0;
}

void panel_run(struct meter *meter)
{
	struct panel *panel = &meter->panel;

	if (panel->next_second <= meter->frame) {
		panel->next_second += METER_FRAMES_PER_SECOND;
		meter_watch_mode(meter);
	}
	panel->next_event = panel->next_second;
}

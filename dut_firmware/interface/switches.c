/* Debouncing: the contacts count when none of them has changed for 50 ms. */
#include "interface/switches.h"

#include "exchange.h"
#include "meter.h"

#define SWITCHES                                                                                   \
	(EXCHANGE_CONTACT_DEMAND_RESET | EXCHANGE_CONTACT_TEST_MODE | EXCHANGE_CONTACT_SCROLL)

void switches_init(struct switches *switches)
{
	*switches = (struct switches){.held_frame = UINT64_MAX};
}

void switches_set(struct switches *switches, uint32_t contacts, uint64_t frame)
{
	if ((contacts & SWITCHES) != switches->contacts) {
		switches->contacts = contacts & SWITCHES;
		switches->changed_frame = frame;
	}
}

uint64_t switches_next_event(const struct switches *switches)
{
	uint64_t settles = switches->contacts == switches->settled
				   ? UINT64_MAX
				   : switches->changed_frame + SWITCHES_SETTLE_FRAMES;

	return settles < switches->held_frame ? settles : switches->held_frame;
}

static uint32_t settle(struct switches *switches, uint64_t frame)
{
	uint32_t pressed = switches->contacts & ~switches->settled;
	uint32_t released = ~switches->contacts & switches->settled;
	uint32_t asked = 0;

	switches->settled = switches->contacts;
	asked |= pressed & EXCHANGE_CONTACT_DEMAND_RESET ? SWITCHES_DEMAND_RESET : 0;
	asked |= pressed & EXCHANGE_CONTACT_TEST_MODE ? SWITCHES_TEST_MODE : 0;
	if ((pressed & EXCHANGE_CONTACT_SCROLL) != 0) {
		switches->held_frame =
			frame + (uint64_t)SWITCHES_HOLD_SECONDS * METER_FRAMES_PER_SECOND;
	}
	if (released & EXCHANGE_CONTACT_SCROLL && switches->held_frame != UINT64_MAX) {
		switches->held_frame = UINT64_MAX;
		asked |= SWITCHES_SCROLL;
	}
	return asked;
}

uint32_t switches_run(struct switches *switches, uint64_t frame)
{
	uint32_t asked = 0;

	if (switches->contacts != switches->settled &&
	    frame >= switches->changed_frame + SWITCHES_SETTLE_FRAMES) {
		asked |= settle(switches, frame);
	}
	if (frame >= switches->held_frame) {
		switches->held_frame = UINT64_MAX;
		asked |= SWITCHES_SCROLL_HELD;
	}
	return asked;
}

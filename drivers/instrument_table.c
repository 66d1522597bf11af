/* All instrument drivers of this build. */
#include <string.h>

#include "drivers/instrument.h"
#include "drivers/instruments/drivers.h"

static const struct instrument_driver *const drivers[] = {
	&espec_p300_driver, &gateway_driver, &operator_driver, &yokogawa_wt_driver, &zera_mt_driver,
};

const struct instrument_driver *instrument_driver_at(size_t index)
{
	return index < sizeof(drivers) / sizeof(*drivers) ? drivers[index] : NULL;
}

const struct instrument_driver *instrument_driver_find(const char *name)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++) {
		if (!strcmp(drivers[i]->name, name)) {
			return drivers[i];
		}
	}
	return NULL;
}

enum status instrument_open(const struct instrument_driver *driver, const char *name,
			    struct port *port, struct instrument **instrument)
{
	*instrument = NULL;
	return driver->open(name, port, instrument);
}

void instrument_close(struct instrument *instrument)
{
	if (!instrument) {
		return;
	}
	struct port *port = instrument->port;

	instrument->close(instrument);
	port_close(port);
}

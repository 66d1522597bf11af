/*
 * One instrument on one port, playing one or several roles. The lab binds roles to instruments;
 * verbs see roles only.
 */
#ifndef DRIVERS_INSTRUMENT_H
#define DRIVERS_INSTRUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "drivers/burden_meter.h"
#include "drivers/climate_chamber.h"
#include "drivers/error_calculator.h"
#include "drivers/operator.h"
#include "drivers/port.h"
#include "drivers/power_source.h"
#include "drivers/reference_standard.h"
#include "drivers/remote_reader.h"

struct instrument;

struct instrument_identity {
	char maker[32];
	char model[48];
	char serial[32]; /* empty when the protocol does not tell it */
	char version[32];
};

/* One entry per driver; instrument_table.c lists them. */
struct instrument_driver {
	const char *name;	 /* "zera_mt" */
	const char *description; /* one line for `mcbench list drivers` */
	struct port_line line;
	/* What is proven about this driver, in words: "simulated only". */
	const char *tested;
	bool gives_harmonics; /* as a power source; told before it is open */
	enum status (*open)(const char *name, struct port *port, struct instrument **instrument);
};

/*
 * First member of each driver's own struct. Roles that the instrument does not play stay NULL.
 * Every call of a role names `name` and the port's resource in its reason.
 */
struct instrument {
	const struct instrument_driver *driver;
	const char *name; /* id of the lab file; storage of the caller */
	struct port *port;
	struct instrument_identity identity;
	const struct power_source *power_source;
	const struct reference_standard *reference_standard;
	const struct error_calculator *error_calculator;
	const struct energy_dose *energy_dose;
	const struct climate_chamber *climate_chamber;
	const struct burden_meter *burden_meter;
	const struct remote_reader *remote_reader;
	const struct bench_operator *bench_operator;
	enum status (*close)(struct instrument *instrument);
};

const struct instrument_driver *instrument_driver_find(const char *name);
const struct instrument_driver *instrument_driver_at(size_t index); /* NULL after the last */

/*
 * Identifies the instrument on the port and leaves its outputs as they are. From success on the
 * instrument owns the port; after a failure it is still the caller's.
 */
enum status instrument_open(const struct instrument_driver *driver, const char *name,
			    struct port *port, struct instrument **instrument);
/* Closes the port, too, and frees; NULL is allowed. Outputs stay as they are: switching off is the
 * caller's. */
void instrument_close(struct instrument *instrument);

#endif

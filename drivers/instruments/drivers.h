/* One driver per file of this folder; instrument_table.c lists them. */
#ifndef DRIVERS_INSTRUMENTS_DRIVERS_H
#define DRIVERS_INSTRUMENTS_DRIVERS_H

#include "drivers/instrument.h"

extern const struct instrument_driver espec_p300_driver;
extern const struct instrument_driver gateway_driver;
extern const struct instrument_driver operator_driver;
extern const struct instrument_driver yokogawa_wt_driver;
extern const struct instrument_driver zera_mt_driver;

#endif

/*
 * The sources by number: what ST12 describes, ST22 and ST27 select, ST23 and ST28 contain, in this
 * order: summations, present values, two of the recorder alone, demands.
 */
#ifndef DUT_FIRMWARE_INTERFACE_C1219_SOURCES_H
#define DUT_FIRMWARE_INTERFACE_C1219_SOURCES_H

#include "interface/c1219_billing.h"

#define C1219_PRESENT_VALUES 10u
#define C1219_RECORDED_SOURCES 2u
#define C1219_FIRST_DEMAND_SOURCE (C1219_SUMMATIONS + C1219_PRESENT_VALUES + C1219_RECORDED_SOURCES)
#define C1219_SOURCES (C1219_FIRST_DEMAND_SOURCE + C1219_PRESENT_DEMANDS)
#define C1219_MAXIMUM_DEMAND_SOURCE (C1219_SOURCES - 1u)

/* The number of a summation or present value, in the unit that ST12 gives it. */
int64_t c1219_source_number(const struct c1219_view *view, uint8_t source);

#endif

/*
 * Tables of demand, rates and clock: ST13, ST23-26, ST28's demands, ST51, ST52, ST54-56, and
 * procedures 9 and 10. Certainty of each layout: DESIGN.md.
 */
#ifndef DUT_FIRMWARE_INTERFACE_C1219_BILLING_H
#define DUT_FIRMWARE_INTERFACE_C1219_BILLING_H

#include "interface/c1219_tables.h"
#include "registers/billing_actions.h"
#include "registers/control.h"

#define C1219_NI2_OCTETS 4u
#define C1219_STIME_OCTETS 5u
#define C1219_TIME_OCTETS 3u

/* Sizes, by the formulas of ST21, ST51 and ST54 */
#define C1219_SUMMATIONS 3u
#define C1219_DEMANDS 1u
#define C1219_PRESENT_DEMANDS 2u
#define C1219_BLOCK_OCTETS                                                                         \
	(C1219_SUMMATIONS * C1219_NI1_OCTETS +                                                     \
	 C1219_DEMANDS * (C1219_STIME_OCTETS + 2u * C1219_NI1_OCTETS + C1219_NI2_OCTETS))
#define C1219_READINGS_OCTETS (1u + DEMAND_BLOCKS * C1219_BLOCK_OCTETS)
#define C1219_SELF_READ_OCTETS (2u + C1219_STIME_OCTETS + 1u + C1219_READINGS_OCTETS)
#define C1219_CALENDAR_OCTETS                                                                      \
	(3u * (CALENDAR_NON_RECURRING + CALENDAR_RECURRING + CALENDAR_SWITCHES) +                  \
	 CALENDAR_SEASONS * CALENDAR_DAY_TYPES)
#define C1219_DEMAND_CONTROL_OCTETS 6u
#define C1219_SET_CLOCK_OCTETS (1u + C1219_LTIME_OCTETS + 1u)

/* Renderers: write the table, return its length. */
uint16_t c1219_demand_control(const struct c1219_view *view, uint8_t *bytes);
uint16_t c1219_registers(const struct c1219_view *view, uint8_t *bytes);
uint16_t c1219_before_season(const struct c1219_view *view, uint8_t *bytes);
uint16_t c1219_before_reset(const struct c1219_view *view, uint8_t *bytes);
uint16_t c1219_self_reads(const struct c1219_view *view, uint8_t *bytes);
uint16_t c1219_present_demands(const struct c1219_view *view, uint8_t *bytes);
uint16_t c1219_clock(const struct c1219_view *view, uint8_t *bytes);
uint16_t c1219_calendar(const struct c1219_view *view, uint8_t *bytes);
uint16_t c1219_clock_state(const struct c1219_view *view, uint8_t *bytes);
uint16_t c1219_time_remaining(const struct c1219_view *view, uint8_t *bytes);

enum c1218_response c1219_write_demand_control(struct c1219_store *store, const uint8_t *bytes,
					       uint16_t count);
enum c1218_response c1219_write_calendar(struct c1219_store *store, const uint8_t *bytes,
					 uint16_t count);

/* Procedures: parameters in, the result of ST8 out; the response's data goes into the store. */
enum procedure_result c1219_remote_reset(struct c1219_store *store, const uint8_t *bytes);
enum procedure_result c1219_set_clock(struct c1219_store *store, const uint8_t *bytes);

#endif

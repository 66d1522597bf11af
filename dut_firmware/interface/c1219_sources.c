/*
 * The sources, and the tables that describe them: ST11-13 and ST16. Registers are published in mWh
 * (INT48), amperes in uA, everything else in thousandths: nothing is rounded.
 */
#include "interface/c1219_sources.h"

#include <stddef.h>

#include "registers/load_profile.h"

#define ID_WATTS 0u
#define ID_VARS 1u
#define ID_VOLT_AMPERES_OF_PHASORS 3u
#define ID_VOLTS_RMS 8u
#define ID_AMPERES_RMS 12u
#define ID_HERTZ 33u

#define TIME_BULK 0u
#define TIME_INSTANTANEOUS 1u
#define TIME_PERIOD 2u
#define TIME_BLOCK_AVERAGE 4u
#define TIME_NET_BULK 5u

#define MULTIPLIER_MILLI 6u
#define MULTIPLIER_MICRO 7u

#define NO_QUADRANTS 0u
#define DELIVERED 0x9u /* Q1 and Q4 */
#define RECEIVED 0x6u  /* Q2 and Q3 */
#define ALL_QUADRANTS 0xFu
#define NET 1u

#define ALL_PHASES 0u
#define A_TO_NEUTRAL 5u
#define B_TO_NEUTRAL 6u
#define C_TO_NEUTRAL 7u

#define UNIT(id, time_base, multiplier, quadrants, net, segmentation)                              \
	((id) | (time_base) << 8 | (multiplier) << 11 | (quadrants) << 14 | (net) << 18 |          \
	 (segmentation) << 19)

/*
 * ST16: the source has a unit of measure and is in engineering units; no constant is left to apply.
 */
#define SOURCE_FLAGS (0x01u | 0x10u)
#define SOURCE_HAS_DEMAND_CONTROL 0x02u

struct source {
	uint32_t unit;
	int64_t (*number)(const struct c1219_view *view, uint8_t phase);
	uint8_t phase;
};

static int64_t delivered(const struct c1219_view *view, uint8_t phase)
{
	(void)phase;
	return view->quantities.delivered_counts;
}

static int64_t received(const struct c1219_view *view, uint8_t phase)
{
	(void)phase;
	return view->quantities.received_counts;
}

static int64_t net(const struct c1219_view *view, uint8_t phase)
{
	(void)phase;
	return view->quantities.net_counts;
}

static int64_t millivolts(const struct c1219_view *view, uint8_t phase)
{
	return view->quantities.volts_mv[phase];
}

static int64_t microamperes(const struct c1219_view *view, uint8_t phase)
{
	return view->quantities.amperes_ua[phase];
}

static int64_t milliwatts(const struct c1219_view *view, uint8_t phase)
{
	(void)phase;
	return view->quantities.milliwatts;
}

static int64_t millihertz(const struct c1219_view *view, uint8_t phase)
{
	(void)phase;
	return view->quantities.millihertz;
}

static int64_t millivars(const struct c1219_view *view, uint8_t phase)
{
	(void)phase;
	return view->quantities.millivars;
}

static int64_t millivolt_amperes(const struct c1219_view *view, uint8_t phase)
{
	(void)phase;
	return view->quantities.millivolt_amperes;
}

#define REGISTER(quadrants, net)                                                                   \
	UNIT(ID_WATTS, TIME_BULK, MULTIPLIER_MILLI, quadrants, net, ALL_PHASES)
#define PRESENT(id, multiplier, segmentation)                                                      \
	UNIT(id, TIME_INSTANTANEOUS, multiplier, NO_QUADRANTS, 0u, segmentation)
#define PRESENT_WATTS                                                                              \
	UNIT(ID_WATTS, TIME_INSTANTANEOUS, MULTIPLIER_MILLI, ALL_QUADRANTS, NET, ALL_PHASES)
#define PRESENT_VARS                                                                               \
	UNIT(ID_VARS, TIME_INSTANTANEOUS, MULTIPLIER_MILLI, ALL_QUADRANTS, NET, ALL_PHASES)

#define PERIOD_WATTS(time_base)                                                                    \
	UNIT(ID_WATTS, time_base, MULTIPLIER_MILLI, DELIVERED, 0u, ALL_PHASES)

static const struct source sources[] = {
	{REGISTER(DELIVERED, 0u), delivered, 0},
	{REGISTER(RECEIVED, 0u), received, 0},
	{REGISTER(ALL_QUADRANTS, NET), net, 0},
	{PRESENT(ID_VOLTS_RMS, MULTIPLIER_MILLI, A_TO_NEUTRAL), millivolts, 0},
	{PRESENT(ID_VOLTS_RMS, MULTIPLIER_MILLI, B_TO_NEUTRAL), millivolts, 1},
	{PRESENT(ID_VOLTS_RMS, MULTIPLIER_MILLI, C_TO_NEUTRAL), millivolts, 2},
	{PRESENT(ID_AMPERES_RMS, MULTIPLIER_MICRO, A_TO_NEUTRAL), microamperes, 0},
	{PRESENT(ID_AMPERES_RMS, MULTIPLIER_MICRO, B_TO_NEUTRAL), microamperes, 1},
	{PRESENT(ID_AMPERES_RMS, MULTIPLIER_MICRO, C_TO_NEUTRAL), microamperes, 2},
	{PRESENT_WATTS, milliwatts, 0},
	{PRESENT(ID_HERTZ, MULTIPLIER_MILLI, ALL_PHASES), millihertz, 0},
	{PRESENT_VARS, millivars, 0},
	{PRESENT(ID_VOLT_AMPERES_OF_PHASORS, MULTIPLIER_MILLI, ALL_PHASES), millivolt_amperes, 0},
	/* of the recorder alone: both directions added, and the magnitude of each interval's net */
	{REGISTER(ALL_QUADRANTS, 0u), NULL, 0},
	{UNIT(ID_WATTS, TIME_NET_BULK, MULTIPLIER_MILLI, ALL_QUADRANTS, NET, ALL_PHASES), NULL, 0},
	/* demands: ST23 and ST28 render them */
	{PERIOD_WATTS(TIME_PERIOD), NULL, 0},	     /* interval in progress */
	{PERIOD_WATTS(TIME_BLOCK_AVERAGE), NULL, 0}, /* complete interval */
};

_Static_assert(COUNT_OF(sources) == C1219_SOURCES, "one row for each source");

int64_t c1219_source_number(const struct c1219_view *view, uint8_t source)
{
	return sources[source].number(view, sources[source].phase);
}

uint8_t c1219_recorder_source(uint8_t source)
{
	return source < LOAD_PROFILE_SUM
		       ? source
		       : (uint8_t)(C1219_FIRST_DEMAND_SOURCE - C1219_RECORDED_SOURCES + source -
				   LOAD_PROFILE_SUM);
}

static int64_t unit_of_source(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return sources[index].unit;
}

static int64_t source_flags(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return SOURCE_FLAGS | (index >= C1219_FIRST_DEMAND_SOURCE ? SOURCE_HAS_DEMAND_CONTROL : 0u);
}

#define SOURCES_PF_EXCLUDE 0x01u
#define SOURCES_RESET_EXCLUDE 0x02u
#define SOURCES_BLOCK_DEMAND 0x04u
#define SOURCES_SLIDING 0x08u

/* SLIDING also says that ST13 has sub-interval and multiplier; a block has multiplier 1. */
static int64_t demand_flags(const struct c1219_view *view, uint8_t index)
{
	const struct billing *billing = billing_of(view->store->meter);
	uint32_t flags = SOURCES_PF_EXCLUDE | SOURCES_RESET_EXCLUDE | SOURCES_SLIDING;

	(void)index;
	return flags | (billing->demand.rules.sub_intervals == 1 ? SOURCES_BLOCK_DEMAND : 0u);
}

static const struct c1219_field source_limits[] = {
	{1, 1, 0, demand_flags, NULL},
	{1, 1, C1219_SOURCES, NULL, NULL}, /* NBR_UOM_ENTRIES */
	{1, 1, 1, NULL, NULL},		   /* NBR_DEMAND_CTRL_ENTRIES */
	{1, 3, 0, NULL, NULL},		   /* no data control, constants */
	{1, 1, 2, NULL, NULL},		   /* CONSTANTS_SELECTOR: electric */
	{1, 1, C1219_SOURCES, NULL, NULL},
};

static const struct c1219_field units_of_measure[] = {
	{4, C1219_SOURCES, 0, unit_of_source, NULL},
};

static const struct c1219_field source_definition[] = {
	{1, C1219_SOURCES, 0, source_flags, NULL},
};

static const struct c1219_table tables[] = {
	C1219_READ_ONLY(11, source_limits),
	C1219_READ_ONLY(12, units_of_measure),
	{
		.id = 13,
		.render = c1219_demand_control,
		.write_clearance = C1218_CLEARANCE_PROGRAM,
		.needs_open_seal = true,
		.partial_write = C1218_ONP,
		.shortest_write = C1219_DEMAND_CONTROL_OCTETS,
		.longest_write = C1219_DEMAND_CONTROL_OCTETS,
		.write = c1219_write_demand_control,
	},
	C1219_READ_ONLY(16, source_definition),
};

const struct c1219_group c1219_source_tables = {tables, COUNT_OF(tables)};

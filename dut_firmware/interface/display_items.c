/* Items and lists. Codes in front of the value are those of the display alone. */
#include "interface/display_items.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define ITEM_SECONDS 6u

const struct display_item display_items[] = {
	{"888", "", "", DISPLAY_SEGMENT_TEST, 0},
	{"001", "kWh", "DEL", DISPLAY_DELIVERED, 0},
	{"002", "kWh", "REC", DISPLAY_RECEIVED, 0},
	{"003", "kWh", "NET", DISPLAY_NET, 0},
	{"010", "kWh", "DEL", DISPLAY_TEST_DELIVERED, 0},
	{"011", "kWh", "REC", DISPLAY_TEST_RECEIVED, 0},
	{"012", "s", "", DISPLAY_SECONDS_LEFT, 0},
	{"020", "V", "A", DISPLAY_VOLTS, 0},
	{"021", "V", "B", DISPLAY_VOLTS, 1},
	{"022", "V", "C", DISPLAY_VOLTS, 2},
	{"023", "A", "A", DISPLAY_AMPERES, 0},
	{"024", "A", "B", DISPLAY_AMPERES, 1},
	{"025", "A", "C", DISPLAY_AMPERES, 2},
	{"030", "kW", "", DISPLAY_WATTS, 0},
	{"031", "Hz", "", DISPLAY_HERTZ, 0},
	{"090", "", "FW", DISPLAY_FIRMWARE, 0},
	{"091", "", "CRC", DISPLAY_PROGRAM_CRC, 0},
	{"092", "", "", DISPLAY_ERRORS, 0},
	{"093", "", "LEG", DISPLAY_LEGAL_CRC, 0},
	{"094", "", "BLD", DISPLAY_BUILD, 0},
	{"095", "", "MOD", DISPLAY_MODULE, 0},
	{"096", "", "MFW", DISPLAY_MODULE_FIRMWARE, 0},
	{"040", "", "SW", DISPLAY_SERVICE_SWITCH, 0},
	{"004", "kW", "MAX", DISPLAY_MAXIMUM, 0},
	{"005", "", "MAX", DISPLAY_MAXIMUM_DATE, 0},
	{"006", "", "MAX", DISPLAY_MAXIMUM_TIME, 0},
	{"007", "kW", "CUM", DISPLAY_CUMULATIVE, 0},
	{"008", "kW", "CCU", DISPLAY_CONTINUOUS, 0},
	{"009", "", "RST", DISPLAY_RESETS, 0},
	{"032", "kW", "PRS", DISPLAY_PRESENT, 0},
	{"033", "kW", "PRV", DISPLAY_PREVIOUS, 0},
	{"034", "s", "INT", DISPLAY_INTERVAL_LEFT, 0},
	{"051", "kWh", "R0", DISPLAY_RATE_ENERGY, 0},
	{"052", "kWh", "R1", DISPLAY_RATE_ENERGY, 1},
	{"053", "kWh", "R2", DISPLAY_RATE_ENERGY, 2},
	{"054", "kWh", "R3", DISPLAY_RATE_ENERGY, 3},
	{"055", "kW", "R0", DISPLAY_RATE_MAXIMUM, 0},
	{"056", "kW", "R1", DISPLAY_RATE_MAXIMUM, 1},
	{"057", "kW", "R2", DISPLAY_RATE_MAXIMUM, 2},
	{"058", "kW", "R3", DISPLAY_RATE_MAXIMUM, 3},
	{"060", "", "NOW", DISPLAY_DATE, 0},
	{"061", "", "NOW", DISPLAY_TIME, 0},
};
const uint8_t display_item_count = COUNT_OF(display_items);

/* The errors come up in the normal and the test list only when there are any, rates when there is a
 * calendar of rates, the service switch on models that have one. */
static const uint8_t normal[] = {0, 1, 2, 3, 23, 24, 25, 26, 32, 33, 34, 35, 36, 37, 38, 39, 17};
static const uint8_t alternate[] = {0,	40, 41, 29, 30, 31, 27, 28, 7,	8,  9,	10,
				    11, 12, 13, 14, 22, 15, 16, 18, 19, 20, 21, 17};
static const uint8_t test[] = {4, 5, 13, 6, 17};

const struct display_list display_lists[DISPLAY_LISTS] = {
	[DISPLAY_NORMAL] = {normal, COUNT_OF(normal), ITEM_SECONDS},
	[DISPLAY_ALTERNATE] = {alternate, COUNT_OF(alternate), ITEM_SECONDS},
	[DISPLAY_TEST] = {test, COUNT_OF(test), ITEM_SECONDS},
};

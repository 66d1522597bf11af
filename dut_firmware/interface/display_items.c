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
};
const uint8_t display_item_count = COUNT_OF(display_items);

/* The errors come up in the normal and the test list only when there are any, the service switch on
 * models that have one. */
static const uint8_t normal[] = {0, 1, 2, 3, 17};
static const uint8_t alternate[] = {0, 7, 8, 9, 10, 11, 12, 13, 14, 22, 15, 16, 18, 19, 20, 21, 17};
static const uint8_t test[] = {4, 5, 13, 6, 17};

const struct display_list display_lists[DISPLAY_LISTS] = {
	[DISPLAY_NORMAL] = {normal, COUNT_OF(normal), ITEM_SECONDS},
	[DISPLAY_ALTERNATE] = {alternate, COUNT_OF(alternate), ITEM_SECONDS},
	[DISPLAY_TEST] = {test, COUNT_OF(test), ITEM_SECONDS},
};

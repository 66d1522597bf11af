/*
 * ST6, utility information: kept for the utility, looked at by nobody else.
 */
#include <string.h>

#include "interface/c1219_tables.h"
#include "storage/utility_information.h"

static bool is_offered(struct meter *meter)
{
	return utility_information_of(meter)->is_offered;
}

static uint16_t render_utility(const struct c1219_view *view, uint8_t *bytes)
{
	memcpy(bytes, utility_information_of(view->store->meter)->octets, UTILITY_OCTETS);
	return UTILITY_OCTETS;
}

static enum c1218_response write_utility(struct c1219_store *store, const uint8_t *bytes,
					 uint16_t count)
{
	for (uint32_t offset = 0; offset < count; offset++) {
		if (utility_information_is_text(offset) &&
		    (bytes[offset] < ' ' || bytes[offset] > '~')) {
			return C1218_ONP;
		}
	}
	return utility_information_change(utility_information_of(store->meter), bytes) ? C1218_OK
										       : C1218_ERR;
}

static const struct c1219_table tables[] = {
	{
		.id = 6,
		.render = render_utility,
		.write_clearance = C1218_CLEARANCE_PROGRAM,
		.needs_open_seal = true,
		.partial_write = C1218_ONP,
		.shortest_write = UTILITY_OCTETS,
		.longest_write = UTILITY_OCTETS,
		.write = write_utility,
		.is_offered = is_offered,
	},
};

const struct c1219_group c1219_utility_tables = {tables, COUNT_OF(tables)};

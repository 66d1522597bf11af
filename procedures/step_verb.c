/* The table of verbs. A new verb is a file in verbs/, a line in verbs/verbs.h and a line here. */
#include "procedures/step_verb.h"

#include <string.h>

#include "procedures/verbs/verbs.h"

/* clang-format off */
static const struct step_verb *const verbs[] = {
	&verb_accuracy,
	&verb_adjust,
	&verb_burden,
	&verb_check_standard,
	&verb_clock_accuracy,
	&verb_demand,
	&verb_demand_configuration,
	&verb_demand_reset,
	&verb_detent,
	&verb_disconnect,
	&verb_display,
	&verb_documents,
	&verb_energy_ledger,
	&verb_identify,
	&verb_influence,
	&verb_inspect,
	&verb_interval_integrity,
	&verb_net_register,
	&verb_no_load,
	&verb_off,
	&verb_recorder,
	&verb_register_capacity,
	&verb_register_resolution,
	&verb_register_test,
	&verb_remote_reading,
	&verb_repeatability,
	&verb_restore_configuration,
	&verb_security,
	&verb_self_heating,
	&verb_service_detection,
	&verb_starting_load,
	&verb_supply_interruption,
	&verb_switches,
	&verb_temperature,
	&verb_time_of_use,
	&verb_zigbee,
};
/* clang-format on */

const struct step_verb *step_verb_at(size_t index)
{
	return index < sizeof(verbs) / sizeof(verbs[0]) ? verbs[index] : NULL;
}

const struct step_verb *step_verb_find(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!strcmp(verbs[i]->name, name)) {
			return verbs[i];
		}
	}
	return NULL;
}

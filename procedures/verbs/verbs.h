/* The verbs that there are, one file each; step_verb.c puts them into a table. */
#ifndef PROCEDURES_VERBS_VERBS_H
#define PROCEDURES_VERBS_VERBS_H

#include "procedures/step_verb.h"

extern const struct step_verb verb_accuracy;
extern const struct step_verb verb_adjust;
extern const struct step_verb verb_burden;
extern const struct step_verb verb_check_standard;
extern const struct step_verb verb_clock_accuracy;
extern const struct step_verb verb_demand;
extern const struct step_verb verb_demand_configuration;
extern const struct step_verb verb_demand_reset;
extern const struct step_verb verb_detent;
extern const struct step_verb verb_disconnect;
extern const struct step_verb verb_display;
extern const struct step_verb verb_documents;
extern const struct step_verb verb_energy_ledger;
extern const struct step_verb verb_identify;
extern const struct step_verb verb_influence;
extern const struct step_verb verb_inspect;
extern const struct step_verb verb_interval_integrity;
extern const struct step_verb verb_net_register;
extern const struct step_verb verb_no_load;
extern const struct step_verb verb_off;
extern const struct step_verb verb_recorder;
extern const struct step_verb verb_register_capacity;
extern const struct step_verb verb_register_resolution;
extern const struct step_verb verb_register_test;
extern const struct step_verb verb_remote_reading;
extern const struct step_verb verb_repeatability;
extern const struct step_verb verb_restore_configuration;
extern const struct step_verb verb_security;
extern const struct step_verb verb_self_heating;
extern const struct step_verb verb_service_detection;
extern const struct step_verb verb_starting_load;
extern const struct step_verb verb_supply_interruption;
extern const struct step_verb verb_switches;
extern const struct step_verb verb_temperature;
extern const struct step_verb verb_time_of_use;
extern const struct step_verb verb_zigbee;

#endif

/*
 * Which condition an influence step changes, read from its parameters: exactly one of them. Each
 * belongs to a test of the limits and to an influence on the standard.
 */
#ifndef PROCEDURES_VERBS_INFLUENCE_CHANGE_H
#define PROCEDURES_VERBS_INFLUENCE_CHANGE_H

#include "procedures/verbs/verb_support.h"

enum influence_argument {
	VOLTS_TO = LOAD_ARGUMENTS,
	HERTZ_TO,
	SEQUENCE_TO,
	ELEMENT_TO,
	DIRECTION_TO,
	LOST_TO,
	UNEVEN_LEG,
	LEG_VOLTS_TO,
	LEG_AMPERES_TO,
	HARMONIC_TO,
	HARMONIC_VOLTS,
	HARMONIC_AMPERES,
	INFLUENCE_ARGUMENTS
};

#define INFLUENCE_PARAMETERS                                                                         \
	{"volts_to",                                                                                 \
	 PARAMETER_QUANTITY,                                                                         \
	 "%",                                                                                        \
	 80,                                                                                         \
	 120,                                                                                        \
	 "100 %",                                                                                    \
	 "changed voltage in per cent of the load's"},                                               \
		{"hertz_to",                                                                         \
		 PARAMETER_QUANTITY,                                                                 \
		 "%",                                                                                \
		 95,                                                                                 \
		 105,                                                                                \
		 "100 %",                                                                            \
		 "changed frequency in per cent of the load's"},                                     \
		{"sequence_to", PARAMETER_TEXT, NULL, 0, 0, "same", "same or CBA"},                  \
		{"element_to",                                                                       \
		 PARAMETER_TEXT,                                                                     \
		 NULL,                                                                               \
		 0,                                                                                  \
		 0,                                                                                  \
		 "same",                                                                             \
		 "same, or A, B or C alone in the current"},                                         \
		{"direction_to", PARAMETER_TEXT, NULL, 0, 0, "same", "same, delivered or received"}, \
		{"lost_to",                                                                          \
		 PARAMETER_TEXT,                                                                     \
		 NULL,                                                                               \
		 0,                                                                                  \
		 0,                                                                                  \
		 "same",                                                                             \
		 "same, or the lines that are interrupted: A, B, C, AB, AC, BC, none"},              \
		{"uneven_leg",                                                                       \
		 PARAMETER_TEXT,                                                                     \
		 NULL,                                                                               \
		 0,                                                                                  \
		 0,                                                                                  \
		 "same",                                                                             \
		 "same, or the leg that becomes uneven: A, B or C"},                                 \
		{"leg_volts_to",                                                                     \
		 PARAMETER_QUANTITY,                                                                 \
		 "%",                                                                                \
		 50,                                                                                 \
		 120,                                                                                \
		 "100 %",                                                                            \
		 "voltage of the uneven leg in per cent of the others"},                             \
		{"leg_amperes_to",                                                                   \
		 PARAMETER_QUANTITY,                                                                 \
		 "%",                                                                                \
		 0,                                                                                  \
		 120,                                                                                \
		 "100 %",                                                                            \
		 "current of the uneven leg in per cent of the others"},                             \
		{"harmonic_to",                                                                      \
		 PARAMETER_INTEGER,                                                                  \
		 NULL,                                                                               \
		 0,                                                                                  \
		 40,                                                                                 \
		 "0",                                                                                \
		 "order of the harmonic that comes in; 0: none"},                                    \
		{"harmonic_volts",                                                                   \
		 PARAMETER_QUANTITY,                                                                 \
		 "%",                                                                                \
		 0,                                                                                  \
		 50,                                                                                 \
		 "0 %",                                                                              \
		 "harmonic in the voltages, per cent of the fundamental"},                           \
	{                                                                                            \
		"harmonic_amperes", PARAMETER_QUANTITY, "%", 0, 99, "0 %",                           \
			"harmonic in the currents, per cent of the fundamental"                      \
	}

enum change {
	CHANGE_VOLTS,
	CHANGE_HERTZ,
	CHANGE_SEQUENCE,
	CHANGE_ELEMENT,
	CHANGE_DIRECTION,
	CHANGE_LOST,
	CHANGE_UNEVEN,
	CHANGE_HARMONIC,
	CHANGES
};

struct change_facts {
	const char *test;
	enum standard_influence influence;
	const char *remark;    /* may be NULL */
	bool shows_in_service; /* the meter could take it for another service */
};

/* STATUS_BAD_INPUT unless exactly one condition changes. */
enum status change_find(const struct step_argument *arguments, enum change *change);
const struct change_facts *change_facts_of(enum change change);
/* STATUS_BAD_INPUT when the words are wrong or change nothing. */
enum status change_apply(const struct step_argument *arguments, enum change change,
			 struct load_point *point);

#endif

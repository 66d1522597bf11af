/* The service that the meter has found and holds, from its manufacturer table 1. */
#ifndef PROCEDURES_VERBS_LOCKED_SERVICE_H
#define PROCEDURES_VERBS_LOCKED_SERVICE_H

#include "procedures/verbs/verb_support.h"

#define LOCKED_SERVICE_TEXT 48

/* "4-wire wye, ABC, 120 V", "still searching"; empty where the meter has no such table. */
enum status locked_service_read(struct step_context *context, int index,
				char text[LOCKED_SERVICE_TEXT]);

#endif

/*
 * The equipment gate, before anything is energised: certificates valid on the day of the lab's
 * clock, instruments warm. What is shut stops the run with a sentence, unless a person overrides it
 * with a reason and a name, which the record and the report keep.
 */
#ifndef PROCEDURES_EQUIPMENT_GATE_H
#define PROCEDURES_EQUIPMENT_GATE_H

#include "procedures/step_verb.h"

/*
 * Every gate that is shut and overridden (context->override) becomes an entry `gate_override`;
 * without override the first one is STATUS_REFUSED. A reference standard without any certificate
 * cannot be overridden: nothing could be computed.
 */
enum status equipment_gate(struct step_context *context);

#endif

/* Can a meter tell two services apart? It sees the voltages of its elements and nothing else. */
#ifndef PROCEDURES_VERBS_SERVICE_ALIKE_H
#define PROCEDURES_VERBS_SERVICE_ALIKE_H

#include <stdbool.h>

#include "reference_source/service_type.h"

/* True when every element of the form has the same voltage in both, magnitude and angle. Angles are
 * taken as multiples of 30 degrees, as all services have them. */
bool services_look_alike(const struct form *form, const struct three_phase *one,
			 const struct three_phase *other);

#endif

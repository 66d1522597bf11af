/*
 * One procedure file into memory: for the loader of programmes.
 */
#ifndef PROCEDURES_PROCEDURE_FILE_H
#define PROCEDURES_PROCEDURE_FILE_H

#include "procedures/meter_values.h"
#include "procedures/procedure.h"

/* `requirements` may be NULL: then ids of requirements are not looked up. Steps belong to the
 * caller, also after an error. */
enum status procedure_load(const char *path, const struct requirement_set *requirements,
			   const struct meter_values *values, struct procedure *procedure);

#endif

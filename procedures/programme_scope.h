/*
 * What of a programme applies to the meter under test, and what a programme over a whole catalogue
 * has not evaluated in the end: that is said in the record, and the verdict is then not "conforms".
 */
#ifndef PROCEDURES_PROGRAMME_SCOPE_H
#define PROCEDURES_PROGRAMME_SCOPE_H

#include "procedures/procedure.h"

/* False for a procedure about a feature that this meter has not. */
bool procedure_applies(const struct procedure *procedure, const struct step_context *context);

/* At the beginning of a form: notes what is left out, and whether the notice covers the meter. */
enum status scope_begin(const struct programme *programme, struct step_context *context);
/* Instead, where the run goes on after its process died: what was said then is in the record. */
enum status scope_resume(struct step_context *context);
/* At its end: every mandatory requirement that is asked of this meter has a result that counts. */
enum status scope_end(const struct programme *programme, struct step_context *context);

/* A result that counts for the requirement was recorded. */
void tally_requirement(struct run_tally *tally, const char *id);

#endif

/*
 * The operator as verbs use it: every call stands in the record before it is made, and the
 * laboratory's alarms end a wait. A laboratory without an operator is none that fails: what takes
 * hands is then "not done", with the reason.
 */
#ifndef PROCEDURES_VERBS_OPERATOR_HELP_H
#define PROCEDURES_VERBS_OPERATOR_HELP_H

#include "procedures/verbs/verb_support.h"

/* `index` is the position's in the lab. */
enum status operator_press(struct step_context *context, int index, enum meter_switch which,
			   double seconds, struct operator_answer *answer);
enum status operator_seal(struct step_context *context, int index, bool is_broken,
			  struct operator_answer *answer);
enum status operator_feed_load_side(struct step_context *context, int index, bool is_fed,
				    struct operator_answer *answer);
/* Seconds 0: what the display shows now. */
enum status operator_watch_display(struct step_context *context, int index, double seconds,
				   struct display_images *images, struct operator_answer *answer);
/* Fills in who and when, too, where the answer does not say. */
enum status operator_inspect(struct step_context *context, int index, const char *identifier,
			     const char *question, struct inspection_answer *answer);

#endif

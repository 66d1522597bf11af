/*
 * What the verb `disconnect` is made of: commands by either way, the state that the meter tells,
 * the current that flows or not, the operator's hands. Codes of the switch as the maker of this
 * type publishes them for MT2 and procedure 2048.
 */
#ifndef PROCEDURES_VERBS_DISCONNECT_PARTS_H
#define PROCEDURES_VERBS_DISCONNECT_PARTS_H

#include "procedures/verbs/module_support.h"
#include "procedures/verbs/result.h"

enum {
	DISCONNECT_BY = LOAD_ARGUMENTS,
	DISCONNECT_LOAD_SIDE,
	DISCONNECT_LOCAL,
	DISCONNECT_JOIN_TIME
};

enum disconnect_way { BY_OPTICAL_PORT, BY_MODULE };

#define SWITCH_TABLE 2050
#define SWITCH_PROCEDURE 2048
#define PROCEDURE_COMPLETED 0
/* No operation within so long after the supply or the one before. */
#define SWITCH_REST_SECONDS 15.0

/* Parameter of the procedure. */
enum switch_command { SWITCH_OPEN = 1, SWITCH_CLOSE = 2, SWITCH_ARM = 3 };
/* SENSED of MT2. */
enum switch_sensed { SENSED_UNKNOWN, SENSED_CLOSED, SENSED_OPEN, SENSED_FED, SENSED_ONE_SIDE };

struct disconnect {
	struct verb_load load, supply; /* with and without current */
	enum disconnect_way way;
	bool feeds_load_side, is_local;
	int index; /* of the position in hand */
	/* This position has carried the current: an open circuit is no longer the bench's. */
	bool has_carried;
};

struct command_outcome {
	char refusal[REMOTE_REFUSAL]; /* response code; empty: carried on to ST8 */
	int result;		      /* of ST8 */
	char text[80];
};

struct switch_state {
	int commanded; /* as an enum switch_command, 0: nothing yet */
	int sensed;
	int last_reason;
	char text[80];
};

/* Waits until the switch may move, commands, and waits until it has told what became of it. */
enum status disconnect_command(struct step_context *context, const struct disconnect *test,
			       enum switch_command command, struct command_outcome *outcome);
enum status disconnect_state(struct step_context *context, const struct disconnect *test,
			     struct switch_state *state);

/* A check of the verb. */
enum status disconnect_seen(struct step_context *context, const struct disconnect *test,
			    const char *what, const char *indicated, const char *expected,
			    bool conforms);
/* Commands and checks what the meter says and senses then. */
enum status disconnect_expect_state(struct step_context *context, const struct disconnect *test,
				    const char *what, enum switch_command command,
				    enum switch_sensed sensed);
/* Voltages only, and the standard confirms that no current flows. */
enum status disconnect_without_current(struct step_context *context, const struct disconnect *test);
/* Applies the load, checks whether current flows, and takes it away again. That it does not flow
 * is a fault of the bench until it has flowed once. */
enum status disconnect_expect_current(struct step_context *context, struct disconnect *test,
				      const char *what, bool flows);

/* *is_done false: the operator could not; that is recorded as not evaluated. */
enum status disconnect_feed_load_side(struct step_context *context, const struct disconnect *test,
				      bool is_fed, bool *is_done);
enum status disconnect_press(struct step_context *context, const struct disconnect *test,
			     bool *is_done);

#endif

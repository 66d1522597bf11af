/* Edges of seconds, see the header. */
#include "procedures/verbs/clock_reading.h"

#include <math.h>

#include "procedures/verbs/billing_support.h"

#define EDGES 40
#define EDGE_TIMEOUT_SECONDS 90.0
/* After an edge: not asked for a while, and each time a little longer, so that the questions do not
 * keep step with the seconds. */
#define REST_SECONDS 0.5
#define STEP_SECONDS 0.0011

/* What one answer says: the meter's time lies in its second when the answer was made, which is
 * between the two instants. */
static void narrow(const struct clock_reading *origin, struct instant sent, struct instant received,
		   int64_t seconds, double *least, double *most)
{
	double earliest = (double)seconds - seconds_between(origin->at, received);
	double latest = (double)seconds + 1 - seconds_between(origin->at, sent);

	*least = fmax(*least, earliest);
	*most = fmin(*most, latest);
}

/* Every answer narrows it; those next to an edge narrow it most. */
static enum status read_work(struct step_context *context, int index, struct meter_client *client,
			     void *data)
{
	struct clock_reading *reading = &((struct clock_reading *)data)[index];
	struct clock *clock = context->lab->clock;
	struct instant begin = clock_now(clock);
	int64_t before = 0;
	int edges = 0;

	*reading = (struct clock_reading){begin, -INFINITY, INFINITY};
	while (edges < EDGES) {
		struct meter_time time;
		struct instant sent = clock_now(clock);
		enum status status = meter_client_read_clock(client, &time);

		if (status) {
			return status;
		}
		int64_t seconds = meter_time_standard_seconds(&time);

		narrow(reading, sent, clock_now(clock), seconds, &reading->ahead_least,
		       &reading->ahead_most);
		if (before && seconds != before) {
			edges++;
			status = clock_sleep_seconds(clock, REST_SECONDS + edges * STEP_SECONDS);
		}
		before = seconds;
		if (!status && seconds_between(begin, clock_now(clock)) > EDGE_TIMEOUT_SECONDS) {
			status = status_fail(
				STATUS_TIMEOUT,
				"position %d: the seconds of the meter's clock changed "
				"%d times in %.0f s",
				context->lab->positions[index].number, edges, EDGE_TIMEOUT_SECONDS);
		}
		if (status) {
			return status;
		}
	}
	return STATUS_OK;
}

/* Edges that contradict each other widen the interval: the meter's seconds are not even. */
static void put_in_order(struct clock_reading *reading)
{
	if (reading->ahead_least > reading->ahead_most) {
		double least = reading->ahead_most;

		reading->ahead_most = reading->ahead_least;
		reading->ahead_least = least;
	}
}

enum status read_clocks(struct step_context *context, struct clock_reading *readings)
{
	enum status status = each_session(context, METER_ACCESS_READ, read_work, readings);

	for (int i = next_position(context->lab, 0); i >= 0;
	     i = next_position(context->lab, i + 1)) {
		put_in_order(&readings[i]);
	}
	return status;
}

double clock_ahead(const struct clock_reading *reading)
{
	return (reading->ahead_least + reading->ahead_most) / 2;
}

double clock_half_width(const struct clock_reading *reading)
{
	return (reading->ahead_most - reading->ahead_least) / 2;
}

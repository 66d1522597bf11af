/*
 * The meter's billing functions through its optical port: clock, demand, rates by date and time,
 * recorder, event log. Layouts follow the meter's own dimension tables; reasons name port and
 * table. Quantities in SI units and watt hours.
 */
#ifndef DRIVERS_METER_FUNCTIONS_H
#define DRIVERS_METER_FUNCTIONS_H

#include "drivers/meter_client.h"
#include "drivers/meter_time.h"

/* ---- status (ST3) ---- */

#define METER_STATUS_OCTETS 8
struct meter_status {
	uint8_t mode;	   /* ED_MODE: bit 0 metering, 1 test, 2 shop, 3 factory */
	uint16_t standard; /* STD_STATUS1: bit 0 unprogrammed … 11 power failure … */
	uint8_t manufacturer[METER_STATUS_OCTETS];
	int manufacturer_octets;
};
#define METER_STATUS_CLOCK 0x0040u
#define METER_STATUS_POWER_FAILURE 0x0800u
enum status meter_client_read_status(struct meter_client *client, struct meter_status *status);

/* ---- clock (ST52, ST55, procedure 10) ---- */

enum status meter_client_read_clock(struct meter_client *client, struct meter_time *time);
/* Operate password; daylight saving as in `time`. */
enum status meter_client_set_clock(struct meter_client *client, const struct meter_time *time);

struct meter_tariff_state {
	struct meter_time time;
	int rate;	      /* 0.. */
	int season;	      /* 0.. */
	int special_schedule; /* -1: none */
};
enum status meter_client_read_tariff_state(struct meter_client *client,
					   struct meter_tariff_state *state);

/* ---- demand (ST13, ST23, ST25, ST28, procedure 9) ---- */

struct meter_demand_control {
	int reset_exclusion_minutes;
	int outage_recognition_seconds, outage_exclusion_minutes, cold_load_minutes;
	int sub_interval_minutes; /* of the first entry, as the others below */
	int sub_intervals;	  /* 1: block */
};
enum status meter_client_read_demand_control(struct meter_client *client,
					     struct meter_demand_control *control);
/* All entries alike; needs the program password; reads back and compares. */
enum status meter_client_write_demand_control(struct meter_client *client,
					      const struct meter_demand_control *control);

#define METER_RATES 8
/* One block of ST23: all rates together, or one of them. */
struct meter_register_block {
	struct meter_registers energy;
	bool has_demand;
	double maximum_watts; /* of delivered power */
	double watts_per_count;
	bool has_time;		 /* a maximum since the reset, with its time */
	struct meter_time ended; /* end of the maximum's interval */
	bool has_cumulative, has_continuous;
	double cumulative_watts, continuous_watts;
};

struct meter_billing {
	int demand_resets; /* modulo 256; -1: not counted */
	int rates;
	struct meter_register_block total;
	struct meter_register_block rate[METER_RATES];
};
enum status meter_client_read_billing(struct meter_client *client, struct meter_billing *billing);
/* ST25: what the newest demand reset has found; `ended` is the time of the reset. */
enum status meter_client_read_previous_billing(struct meter_client *client,
					       struct meter_billing *billing,
					       struct meter_time *ended);

#define METER_SELF_READS 32
struct meter_self_reads {
	int count;
	struct {
		struct meter_time at;
		int season;
		struct meter_billing billing;
	} reading[METER_SELF_READS]; /* oldest first */
};
/* ST26; large, keep it off small stacks. */
enum status meter_client_read_self_reads(struct meter_client *client,
					 struct meter_self_reads *readings);

/* Demand of the newest complete interval or sub-interval (ST28). */
enum status meter_client_read_newest_demand(struct meter_client *client, double *watts);

/* Procedure 9; operate password. STATUS_OK with the meter's answer, as meter_client_execute. */
enum status meter_client_reset_demand(struct meter_client *client,
				      struct meter_procedure_answer *answer);
/* Procedure 6; operate password. */
enum meter_mode { METER_MODE_METERING = 1, METER_MODE_TEST = 2, METER_MODE_SHOP = 4 };
enum status meter_client_change_mode(struct meter_client *client, enum meter_mode mode,
				     struct meter_procedure_answer *answer);

/* ---- time of use (ST51, ST54) ---- */

#define METER_CALENDAR_BYTES 1024
/* As it lies in the meter, to be put back. */
struct meter_calendar_image {
	size_t length;
	uint8_t bytes[METER_CALENDAR_BYTES];
};
enum status meter_client_read_calendar(struct meter_client *client,
				       struct meter_calendar_image *image);
/* Program password. */
enum status meter_client_write_calendar(struct meter_client *client,
					const struct meter_calendar_image *image);

#define METER_SWITCHES 16
/* Every day alike in every season: rate `rate` from hour:minute on; daylight saving by two dates.
 */
struct meter_day_plan {
	int switches;
	struct {
		int hour, minute, rate;
	} at[METER_SWITCHES];
	bool has_daylight_saving;
	struct meter_time begins, ends; /* month and day of one year */
};
/* The image of a plan by the dimensions that the meter states. STATUS_BAD_INPUT: it does not fit.
 */
enum status meter_client_compose_calendar(struct meter_client *client,
					  const struct meter_day_plan *plan,
					  struct meter_calendar_image *image);

/* ---- recorder (ST61 to ST64, set 1) ---- */

#define METER_CHANNELS 4
#define METER_INTERVALS 512
enum meter_channel_quantity {
	METER_CHANNEL_OTHER,
	METER_CHANNEL_DELIVERED,
	METER_CHANNEL_RECEIVED
};
enum meter_interval_flags {
	METER_INTERVAL_DAYLIGHT_SAVING = 1,
	METER_INTERVAL_POWER_FAIL = 2,
	METER_INTERVAL_CLOCK_FORWARD = 4,
	METER_INTERVAL_CLOCK_BACK = 8
};
enum meter_channel_status {
	METER_CHANNEL_GOOD,
	METER_CHANNEL_OVERFLOW,
	METER_CHANNEL_PARTIAL,
	METER_CHANNEL_LONG,
	METER_CHANNEL_SKIPPED,
	METER_CHANNEL_TEST
};

struct meter_recorder {
	int channels, interval_minutes;
	enum meter_channel_quantity quantity[METER_CHANNELS];
	double watt_hours_per_count[METER_CHANNELS]; /* 0: no energy */
};
struct meter_interval {
	struct meter_time ended; /* as the block says, counted back from its newest interval */
	uint8_t flags;		 /* METER_INTERVAL_… */
	uint8_t status[METER_CHANNELS];
	int64_t counts[METER_CHANNELS];
};
enum status meter_client_read_recorder(struct meter_client *client,
				       struct meter_recorder *recorder);
/* The newest `wanted` intervals (at most METER_INTERVALS), oldest first; fewer when there are
 * fewer. */
enum status meter_client_read_intervals(struct meter_client *client,
					const struct meter_recorder *recorder, int wanted,
					struct meter_interval *intervals, int *count);

/* ---- event log (ST71, ST74) ---- */

#define METER_EVENTS 256
#define METER_EVENT_ARGUMENT 16
struct meter_event {
	bool has_time;
	struct meter_time time;
	int sequence, user;
	int code; /* manufacturer's code n is 2048 + n */
	int argument_octets;
	uint8_t argument[METER_EVENT_ARGUMENT];
};
struct meter_event_log {
	uint32_t newest; /* sequence number */
	int count;
	struct meter_event event[METER_EVENTS]; /* oldest first */
};
/* Large, keep it off small stacks. */
enum status meter_client_read_events(struct meter_client *client, struct meter_event_log *log);

/* Part of a table, by offset and count. */
enum status meter_client_read_table_part(struct meter_client *client, int table, uint32_t offset,
					 uint8_t *bytes, size_t count);

#endif

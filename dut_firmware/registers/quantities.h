/*
 * What the meter shows of its measurement, and what may be set: the seam between metering and the
 * optical port. Energy counts are milliwatt-hours, the resolution of the registers.
 */
#ifndef DUT_FIRMWARE_REGISTERS_QUANTITIES_H
#define DUT_FIRMWARE_REGISTERS_QUANTITIES_H

#include <stdbool.h>
#include <stdint.h>

struct meter;

struct quantities {
	int64_t delivered_counts; /* truncated toward zero, never rolls back */
	int64_t received_counts;
	int64_t net_counts; /* delivered_counts - received_counts */
	uint32_t volts_mv[3];
	uint32_t amperes_ua[3];
	int64_t milliwatts;  /* all elements, signed */
	uint32_t millihertz; /* 0: no voltage */
	/* For diagnostics, not approved for billing: */
	int64_t millivars;	    /* of the fundamental, positive: inductive when delivered */
	uint32_t millivolt_amperes; /* of milliwatts and millivars */
};
/* A consistent snapshot after the newest frame. */
void quantities_read(const struct meter *meter, struct quantities *quantities);

/* Fixed properties of this meter. Hundredths keep the tables free of fractions. */
struct nameplate {
	char model[9]; /* blank padded, then NUL */
	char form[6];  /* "16S  " */
	char serial[17];
	uint16_t class_amperes;
	uint16_t test_amperes_hundredths; /* 3000: 30 A, 250: 2.5 A */
	uint16_t kh_hundredths;		  /* 2160: 21.6 Wh */
	uint16_t kt_hundredths;		  /* 180: 1.8 Wh */
	uint8_t elements;		  /* 3; 2 1/2 are 2 */
};
const struct nameplate *nameplate_of(const struct meter *meter);

/* The service as the meter sees it, once a second. Kinds and bits: MANUFACTURER_TABLES.md, MT1. */
struct service_view {
	uint8_t kind;
	uint8_t rotation;
	uint16_t nominal_volts;
};
#define SERVICE_NO_LAG 65535u
struct service_status {
	struct service_view locked;
	struct service_view present;
	uint16_t diagnostics;
	uint16_t volts_lag[3]; /* behind the first live voltage, hundredths of a degree */
	uint16_t amperes_lag[3];
};
void service_read(const struct meter *meter, struct service_status *status);
/* Clock, demand and rates; their registers are read with the totals of the same quantities_read. */
struct billing;
struct energy_totals;
struct billing *billing_of(struct meter *meter);
struct energy_totals billing_totals_of(const struct meter *meter);

struct adjustment {
	int32_t gain_ppb[3];
	int32_t delay_ns[3];
	uint16_t change_count;
};
const struct adjustment *adjustment_of(const struct meter *meter);
/* Makes the constants durable in protected storage, then uses them. false: out of range or storage
 * failed, nothing changed. */
bool adjustment_change(struct meter *meter, const struct adjustment *wanted);

/* The recorder and the log of this meter; without room in its part they take and show nothing. */
struct load_profile;
struct load_profile *load_profile_of(struct meter *meter);
struct event_log;
struct event_log *event_log_of(struct meter *meter);
/* What the utility has written of itself. */
struct utility_information;
struct utility_information *utility_information_of(struct meter *meter);

/* The communication module as the meter knows it. */
struct module;
struct module *module_of(struct meter *meter);

/* ST3: status bits of the meter (STD_STATUS1 numbering), mode. */
uint16_t meter_status_bits(const struct meter *meter);
/* ST3 MFG_STATUS: what outages have cost (enum supply_loss). */
uint8_t meter_supply_losses(const struct meter *meter);

#endif

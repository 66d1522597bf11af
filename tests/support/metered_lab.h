/*
 * A virtual laboratory in the hands of a test: source, standard and meter as the bench has them,
 * by driver and wire, and tables of the meter beyond what the client's own calls take. Every
 * failure is an assertion.
 */
#ifndef TESTS_SUPPORT_METERED_LAB_H
#define TESTS_SUPPORT_METERED_LAB_H

#include "bench/virtual_lab/virtual_lab.h"
#include "drivers/instrument.h"
#include "drivers/meter_client.h"

struct metered_lab {
	struct virtual_lab *lab;
	struct instrument *source;
	struct port *optical;
	struct meter_client *client;
	enum service service;
};

void metered_lab_begin(struct metered_lab *self, const struct virtual_lab_options *options);
void metered_lab_end(struct metered_lab *self);

/* "3x120V 40A 1 60Hz", and off again; both return when the source has obeyed. */
void metered_lab_apply(struct metered_lab *self, const char *load);
void metered_lab_off(struct metered_lab *self);
void metered_lab_wait(struct metered_lab *self, double seconds);
/* Seconds since the laboratory's beginning. */
double metered_lab_now(const struct metered_lab *self);
/* What has truly flowed so far. */
double metered_lab_watt_hours(const struct metered_lab *self);

/* A session with this password, and its end. */
void metered_lab_log_on(struct metered_lab *self, const char *password);
void metered_lab_log_off(struct metered_lab *self);

/* 120 V without current, and 3 s for the meter; and all that after so long without supply. */
void metered_lab_start(struct metered_lab *self);
void metered_lab_interrupt(struct metered_lab *self, double seconds);

/* Sets the meter's clock to Monday 2026-01-05, 12:00:10; returns what it then is ahead of the
 * laboratory's, to 0.05 s. */
double metered_lab_set_clock(struct metered_lab *self);
/* Seconds of a table's time of six octets, TM_FORMAT 2. */
double metered_lab_seconds(const uint8_t *octets);
/* Sixteen bits of a table, least significant octet first. */
unsigned metered_lab_word(const uint8_t *octets);

/* One request and its ok answer, without the code; returns its length. */
size_t metered_lab_ask(struct metered_lab *self, const uint8_t *request, size_t count,
		       uint8_t *answer, size_t capacity);
/* A table, whole, or `count` bytes of it from `offset` on. */
size_t metered_lab_table(struct metered_lab *self, int table, uint8_t *bytes, size_t capacity);
void metered_lab_part(struct metered_lab *self, int table, uint32_t offset, uint16_t count,
		      uint8_t *bytes);
/* Writes ST7 and gives the result in ST8. */
int metered_lab_procedure(struct metered_lab *self, uint16_t number, const uint8_t *parameters,
			  size_t count);

#endif

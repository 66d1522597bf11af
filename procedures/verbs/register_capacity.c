/*
 * register_capacity: how long the largest load takes until the display and the table of the energy
 * register begin anew. Read from the meter's tables and worked out; the roll-over itself is beyond
 * any bench, because it takes months and no register can be set, and the record says so.
 */
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>

enum { LEAST_TIME };

#define GENERAL_TABLE 0
#define SETTINGS_TABLE 2051
#define DISPLAY_DIGITS 6
#define DECIMALS_MAXIMUM 3
#define METER_START_SECONDS 5.0

struct capacity {
	struct verb_load largest, cold;
	double least_hours;
	int bits[LAB_POSITIONS];     /* of the register in its table, with sign; 0: no integer */
	int decimals[LAB_POSITIONS]; /* of the display; -1: the meter does not say */
	struct meter_registers registers[LAB_POSITIONS];
};

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct capacity *capacity)
{
	const struct device_form *form = context->form;
	struct load_point point = {
		.phases = service_phases(form->service),
		.volts = form->voltages[form->voltage_count - 1],
		.amperes = form->maximum_amperes,
		.power_factor = 1,
		.side = POWER_FACTOR_UNITY,
		.hertz = context->device->hertz,
		.single_element = -1,
	};

	capacity->least_hours = arguments[LEAST_TIME].number;
	enum status status =
		verb_load_freely(context, &point, LOAD_UNCERTIFIED, &capacity->largest);
	point.amperes = 0;
	return status ? status : verb_load_from_point(context, &point, &capacity->cold);
}

static enum status register_capacity_check(const struct step_context *context,
					   const struct step_argument *arguments)
{
	struct capacity capacity;

	return prepare(context, arguments, &capacity);
}

/* NI_FORMAT1 of the general table: bits of the integer formats. */
static int bits_of_format(unsigned format)
{
	static const unsigned char bits[] = {[7] = 24, [8] = 32, [9] = 40, [10] = 48, [11] = 64};

	return format < sizeof(bits) ? bits[format] : 0;
}

static enum status read_tables(struct meter_client *client, struct capacity *capacity, int index)
{
	uint8_t octets[512];
	size_t length = 0;
	enum status status = meter_client_read_registers(client, &capacity->registers[index]);

	capacity->bits[index] = 0;
	capacity->decimals[index] = -1;
	if (!status) {
		status = meter_client_read_table(client, GENERAL_TABLE, octets, sizeof(octets),
						 &length);
	}
	if (!status && length > 2) {
		capacity->bits[index] = bits_of_format(octets[2] & 15U);
	}
	if (!status) {
		status = meter_client_read_table(client, SETTINGS_TABLE, octets, sizeof(octets),
						 &length);
		if (!status && length > 1 && octets[1] <= DECIMALS_MAXIMUM) {
			capacity->decimals[index] = octets[1];
		}
		status = status == STATUS_REFUSED ? STATUS_OK : status;
	}
	return status;
}

static enum status read_position(struct step_context *context, struct capacity *capacity, int index)
{
	struct meter_client *client;
	enum status status = session_begin(context, index, METER_ACCESS_READ, &client);

	if (!status) {
		status = read_tables(client, capacity, index);
	}
	return session_end(client, status);
}

static enum status record_hours(struct step_context *context, const struct capacity *capacity,
				int index, const char *what, double hours)
{
	static const struct limit basis = {
		.document = "French decree of 2013-08-01, class D",
		.clause = "display",
		.provenance = PROVENANCE_STAND_IN,
		.note = "text read: 1500 h at maximum current, rated voltage, power factor 1 "
			"without roll-over; borrowed, not a Measurement Canada figure",
	};
	bool is_known = hours > 0;
	char indicated[220], expected[120];

	snprintf(indicated, sizeof(indicated),
		 is_known ? "begins anew after %.0f h at %s"
			  : "no size that the meter tells (%.0f) at %s",
		 hours, capacity->largest.text);
	snprintf(expected, sizeof(expected), "not within %g h", capacity->least_hours);
	return record_check(context,
			    &(struct check){
				    .index = index,
				    .test = "register_capacity",
				    .what = what,
				    .indicated = indicated,
				    .expected = expected,
				    .is_seen = true,
				    .seen = !is_known			     ? NOT_EVALUATED
					    : hours >= capacity->least_hours ? CONFORMS
									     : DOES_NOT_CONFORM,
				    .remark = "worked out from the meter's tables; the roll-over "
					      "itself was not brought about",
				    .basis = &basis,
			    });
}

static enum status record_position(struct step_context *context, const struct capacity *capacity,
				   int index)
{
	int decimals = capacity->decimals[index];
	double watts = capacity->largest.watts;
	double display = 1000;
	char what[120];

	for (int i = decimals; i < DISPLAY_DIGITS; i++) {
		display *= 10;
	}
	if (decimals < 0) {
		snprintf(what, sizeof(what), "display of energy");
		display = 0;
	} else {
		snprintf(what, sizeof(what), "display of energy, %d digits, %d of them decimals",
			 DISPLAY_DIGITS, decimals);
	}
	enum status status = record_hours(context, capacity, index, what, display / watts);
	if (status) {
		return status;
	}
	int bits = capacity->bits[index];
	double table = bits ? ldexp(capacity->registers[index].watt_hours_per_count, bits - 1) : 0;
	snprintf(what, sizeof(what), "table of the register, %d bits in counts of %g Wh", bits,
		 capacity->registers[index].watt_hours_per_count);
	return record_hours(context, capacity, index, what, table / watts);
}

static enum status register_capacity_run(struct step_context *context,
					 const struct step_argument *arguments)
{
	struct capacity capacity;
	enum status status = prepare(context, arguments, &capacity);

	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = apply_and_settle(context, &capacity.cold);
	}
	if (!status) {
		status = lab_wait_seconds(context->lab, METER_START_SECONDS);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, read_position(context, &capacity, i));
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = record_position(context, &capacity, i);
	}
	return status;
}

const struct step_verb verb_register_capacity = {
	.name = "register_capacity",
	.purpose = "time at the largest load until display and table of the register begin anew",
	.parameters =
		{
			{"least_time", PARAMETER_QUANTITY, "h", 1, 100000, "1500 h",
			 "that it has to take at least"},
		},
	.check = register_capacity_check,
	.run = register_capacity_run,
};

/* Quantities of the display from registers, in kWh and kW. */
#include "procedures/verbs/display_readings.h"

#include <string.h>

#define TEST_TABLE 2052

static double delivered_energy(const struct display_readings *readings)
{
	return (double)readings->registers.delivered * readings->registers.watt_hours_per_count /
	       1000;
}

static double received_energy(const struct display_readings *readings)
{
	return (double)readings->registers.received * readings->registers.watt_hours_per_count /
	       1000;
}

static double net_energy(const struct display_readings *readings)
{
	return (double)readings->registers.net * readings->registers.watt_hours_per_count / 1000;
}

static double maximum_demand(const struct display_readings *readings)
{
	return readings->billing.total.maximum_watts / 1000;
}

static double cumulative_demand(const struct display_readings *readings)
{
	return readings->billing.total.cumulative_watts / 1000;
}

static double continuous_demand(const struct display_readings *readings)
{
	return readings->billing.total.continuous_watts / 1000;
}

static double demand_resets(const struct display_readings *readings)
{
	return readings->billing.demand_resets;
}

static double test_delivered(const struct display_readings *readings)
{
	return readings->test_watt_hours[0] / 1000;
}

static double test_received(const struct display_readings *readings)
{
	return readings->test_watt_hours[1] / 1000;
}

static const struct quantity {
	const char *name;
	double (*value)(const struct display_readings *readings);
} quantities[] = {
	{"delivered_energy", delivered_energy},
	{"received_energy", received_energy},
	{"net_energy", net_energy},
	{"maximum_demand", maximum_demand},
	{"cumulative_demand", cumulative_demand},
	{"continuous_demand", continuous_demand},
	{"demand_resets", demand_resets},
	{"test_delivered_energy", test_delivered},
	{"test_received_energy", test_received},
};

bool display_readings_find(const struct display_readings *readings, const char *name, double *value)
{
	for (size_t i = 0; i < sizeof(quantities) / sizeof(quantities[0]); i++) {
		if (!strcmp(quantities[i].name, name)) {
			*value = quantities[i].value(readings);
			return true;
		}
	}
	return false;
}

/* Six octets, least significant first, mWh. */
static double test_register(const uint8_t *octets)
{
	double sum = 0;

	for (int i = 5; i >= 0; i--) {
		sum = 256 * sum + octets[i];
	}
	return sum / 1000;
}

static enum status read_test_registers(struct meter_client *client,
				       struct display_readings *readings)
{
	uint8_t bytes[32];
	size_t length = 0;
	enum status status =
		meter_client_read_table(client, TEST_TABLE, bytes, sizeof(bytes), &length);

	if (!status && length < 12) {
		return status_fail(STATUS_PROTOCOL, "MT4 has %zu octets instead of 14", length);
	}
	if (!status) {
		readings->test_watt_hours[0] = test_register(bytes);
		readings->test_watt_hours[1] = test_register(bytes + 6);
	}
	return status;
}

enum status display_readings_take(struct meter_client *client, bool in_test_mode,
				  struct display_readings *readings)
{
	enum status status = meter_client_read_registers(client, &readings->registers);

	if (!status) {
		status = meter_client_read_billing(client, &readings->billing);
	}
	return status || !in_test_mode ? status : read_test_registers(client, readings);
}

/* Energy registers (ST23) and present values (ST28) of the meter. */
#include <string.h>

#include "drivers/optical/client_parts.h"

#define REAL_REGISTER_DECIMALS 3

static enum status decode_register_values(const struct meter_client *client, size_t length,
					  void *result)
{
	return c1219_decode_register_values(&client->tables.general, &client->tables.registers,
					    client->table, length, result);
}

static enum status decode_present_values(const struct meter_client *client, size_t length,
					 void *result)
{
	return c1219_decode_present_values(&client->tables.general, &client->tables.registers,
					   client->table, length, result);
}

/* A register as count and watt hours of one count. */
struct counted_energy {
	int64_t count;
	double watt_hours_per_count;
};

/* Floats are given a resolution of a thousandth. */
static enum status count_thousandths(const struct client_quantity *quantity, double real,
				     int64_t *count)
{
	double thousandths = real * client_power_of_ten(REAL_REGISTER_DECIMALS);

	if (!(thousandths > -9e18 && thousandths < 9e18)) {
		return status_fail(STATUS_PROTOCOL, "the register of %s is %g", quantity->name,
				   real);
	}
	*count = (int64_t)(thousandths + (thousandths < 0 ? -0.5 : 0.5));
	return STATUS_OK;
}

static enum status count_energy(const struct client_quantity *quantity,
				const struct c1219_number *number, const struct client_entry *entry,
				struct counted_energy *energy)
{
	int decimals = number->is_real ? REAL_REGISTER_DECIMALS : number->decimals;

	energy->count = number->integer;
	energy->watt_hours_per_count =
		entry->factor * client_power_of_ten(entry->exponent - decimals);
	if (entry->offset < 0 || entry->offset > 0) {
		return status_fail(STATUS_PROTOCOL,
				   "ST15 adds an offset of %g to %s, which no energy register has",
				   entry->offset, quantity->name);
	}
	return number->is_real ? count_thousandths(quantity, number->real, &energy->count)
			       : STATUS_OK;
}

static enum status find_energy(const struct client_tables *tables,
			       const struct client_quantity *quantity,
			       const struct c1219_number *summation, struct counted_energy *energy)
{
	const struct c1219_register_selection *selection = &tables->selection;
	struct client_entry entry;
	enum status status = client_quantity_find(tables, quantity, 22, selection->summation,
						  selection->summation_count, &entry);

	return status ? status : count_energy(quantity, &summation[entry.place], &entry, energy);
}

/* The same energy in smaller counts. */
static enum status rescale(const struct client_quantity *quantity,
			   const struct counted_energy *energy, double watt_hours_per_count,
			   int64_t *count)
{
	double ratio = energy->watt_hours_per_count / watt_hours_per_count;
	bool is_small = ratio < 1e18;
	int64_t whole = is_small ? (int64_t)(ratio + 0.5) : 0;
	double rest = ratio - (double)whole;

	if (!is_small || rest > ratio * 1e-9 || rest < -ratio * 1e-9 ||
	    __builtin_mul_overflow(energy->count, whole, count)) {
		return status_fail(STATUS_PROTOCOL,
				   "%s counts %g Wh, another register %g Wh; there is no common "
				   "count",
				   quantity->name, energy->watt_hours_per_count,
				   watt_hours_per_count);
	}
	return STATUS_OK;
}

enum status client_take_energies(const struct client_tables *tables,
				 const struct c1219_number *summation,
				 struct meter_registers *registers)
{
	struct counted_energy found[CLIENT_ENERGIES];
	double *finest = &registers->watt_hours_per_count;
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < CLIENT_ENERGIES; i++) {
		status = find_energy(tables, &client_energies[i], summation, &found[i]);
		if (!status && (i == 0 || found[i].watt_hours_per_count < *finest)) {
			*finest = found[i].watt_hours_per_count;
		}
	}
	for (size_t i = 0; !status && i < CLIENT_ENERGIES; i++) {
		void *member = (char *)registers + client_energies[i].member;

		status = rescale(&client_energies[i], &found[i], *finest, member);
	}
	return status;
}

enum status meter_client_read_registers(struct meter_client *client,
					struct meter_registers *registers)
{
	static const struct client_table table = {23, decode_register_values, 0};
	struct c1219_register_values values;

	memset(registers, 0, sizeof(*registers));
	enum status status = client_take_table(client, &table, &values);

	return status ? status
		      : client_say_which(client, client_take_energies(&client->tables,
								      values.summation, registers));
}

static enum status take_present(const struct client_tables *tables,
				const struct client_quantity *quantity,
				const struct c1219_present_values *values, double *result)
{
	const struct c1219_present_selection *selection = &tables->present;
	struct client_entry entry;
	enum status status = client_quantity_find(tables, quantity, 27, selection->value,
						  selection->value_count, &entry);

	if (!status && entry.is_found) {
		double number = c1219_number_real(&values->value[entry.place]);

		*result = (number * entry.factor + entry.offset) *
			  client_power_of_ten(entry.exponent);
	}
	return status;
}

enum status meter_client_read_instantaneous(struct meter_client *client,
					    struct meter_instantaneous *instantaneous)
{
	static const struct client_table table = {28, decode_present_values, 0};
	struct c1219_present_values values;

	memset(instantaneous, 0, sizeof(*instantaneous));
	enum status status = client_take_table(client, &table, &values);

	for (size_t i = 0; !status && i < CLIENT_PRESENT_QUANTITIES; i++) {
		const struct client_quantity *quantity = &client_present_quantities[i];
		void *member = (char *)instantaneous + quantity->member;

		status = client_say_which(client,
					  take_present(&client->tables, quantity, &values, member));
	}
	return status;
}

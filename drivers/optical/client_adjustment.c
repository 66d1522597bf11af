/* Manufacturer table 0, the adjustment of the elements, as the meter's maker publishes it. */
#include <string.h>

#include "drivers/optical/client_parts.h"

#define ADJUSTMENT_TABLE METER_MANUFACTURER_TABLE
#define ADJUSTMENT_LENGTH (METER_ELEMENTS * 8 + 2)

static enum status decode_adjustment(const struct meter_client *client, size_t length, void *result)
{
	const struct c1219_coding *coding = &client->tables.general.coding;
	struct meter_adjustment *adjustment = result;

	if (length != ADJUSTMENT_LENGTH) {
		return status_fail(STATUS_PROTOCOL, "MT0 is %zu bytes long instead of %d", length,
				   ADJUSTMENT_LENGTH);
	}
	for (size_t i = 0; i < METER_ELEMENTS; i++) {
		const uint8_t *bytes = client->table + 8 * i;

		adjustment->element[i].gain_ppb = (int32_t)c1219_take_integer(coding, bytes, 4);
		adjustment->element[i].delay_ns = (int32_t)c1219_take_integer(coding, bytes + 4, 4);
	}
	adjustment->change_count =
		(uint16_t)c1219_take_integer(coding, client->table + 8 * METER_ELEMENTS, 2);
	return STATUS_OK;
}

enum status meter_client_read_adjustment(struct meter_client *client,
					 struct meter_adjustment *adjustment)
{
	static const struct client_table table = {ADJUSTMENT_TABLE, decode_adjustment, 0};

	memset(adjustment, 0, sizeof(*adjustment));
	return client_take_table(client, &table, adjustment);
}

static enum status send_adjustment(struct meter_client *client,
				   const struct meter_adjustment *adjustment)
{
	const struct c1219_coding *coding = &client->tables.general.coding;
	uint8_t data[ADJUSTMENT_LENGTH];

	for (size_t i = 0; i < METER_ELEMENTS; i++) {
		const struct element_adjustment *element = &adjustment->element[i];

		c1219_put_integer(coding, (uint32_t)element->gain_ppb, data + 8 * i, 4);
		c1219_put_integer(coding, (uint32_t)element->delay_ns, data + 8 * i + 4, 4);
	}
	c1219_put_integer(coding, adjustment->change_count, data + 8 * METER_ELEMENTS, 2);
	return meter_client_write_table(client, ADJUSTMENT_TABLE, data, sizeof(data));
}

enum status meter_client_write_adjustment(struct meter_client *client,
					  const struct meter_adjustment *adjustment)
{
	struct meter_adjustment now;
	enum status status = send_adjustment(client, adjustment);

	status = status ? status : meter_client_read_adjustment(client, &now);
	for (size_t i = 0; !status && i < METER_ELEMENTS; i++) {
		const struct element_adjustment *written = &adjustment->element[i],
						*read = &now.element[i];

		if (written->gain_ppb != read->gain_ppb || written->delay_ns != read->delay_ns) {
			return client_fail(client, STATUS_PROTOCOL,
					   "element %c was adjusted to gain %d ppb, delay %d ns, "
					   "but reads %d ppb, %d ns",
					   "ABC"[i], written -> gain_ppb, written -> delay_ns,
					   read -> gain_ppb, read -> delay_ns);
		}
	}
	return status;
}

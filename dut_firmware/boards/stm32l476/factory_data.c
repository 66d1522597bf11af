/* Never run on hardware. */
#include "boards/stm32l476/factory_data.h"

#include <stddef.h>

#include "boards/stm32l476/registers.h"
#include "storage/crc32.h"

#define BURNT ((const struct factory_data *)ONE_TIME_AREA)

_Static_assert(sizeof(struct factory_data) == 40, "eight bytes are burnt at a time");

bool factory_data_read(struct meter_hardware *hardware, uint32_t *inputs)
{
	const struct factory_data *data = BURNT;

	if (crc32_of((const uint8_t *)data, offsetof(struct factory_data, crc)) != data->crc) {
		return false;
	}
	*hardware = (struct meter_hardware){
		.model = data->model,
		.form = data->form,
		.serial = data->serial,
		.class_amperes = data->class_amperes,
	};
	*inputs = data->inputs;
	return true;
}

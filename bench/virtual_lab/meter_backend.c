/* The words of a refusal, the same for every kind of meter. */
#include "bench/virtual_lab/meter_backend.h"

enum status meter_backend_refuse(const struct meter_hardware *hardware)
{
	const char *reason = meter_refusal(hardware);

	return status_fail(STATUS_BAD_INPUT,
			   "the meter's firmware refuses %s, form %s, class %u%s%s",
			   hardware->model, hardware->form, hardware->class_amperes,
			   reason ? ": " : "", reason ? reason : "");
}

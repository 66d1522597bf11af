/* Services as a table; windows are engineering choices, see DESIGN.md. */
#include "service/service_detection.h"

#include <stddef.h>

#define LAG_WINDOW 1500
#define LAG_HYSTERESIS 200
#define EQUAL_WINDOW 120 /* thousandths: legs that are equal */
#define HIGH_WINDOW 100	 /* a high leg */
#define LOWEST 800	 /* of the nominal volts, thousandths */
#define HIGHEST 1150
#define HYSTERESIS 20

static const struct service_geometry geometries[] = {
	[SERVICE_WYE_4_WIRE] = {SERVICES_WYE_4_WIRE,
				true,
				{0, 12000, 24000},
				{0, 0, 0},
				{1000, 1000, 1000},
				{120, 240, 277, 0}},
	[SERVICE_DELTA_4_WIRE] = {SERVICES_DELTA_4_WIRE,
				  true,
				  {0, 18000, 27000},
				  {3000, -3000, 0},
				  {1000, 1000, 1732},
				  {120, 0}},
	[SERVICE_NETWORK_3_WIRE] = {SERVICES_NETWORK_3_WIRE,
				    false,
				    {0, 0, 24000},
				    {0, 0, 0},
				    {1000, 0, 1000},
				    {120, 0}},
	[SERVICE_DELTA_3_WIRE] = {SERVICES_DELTA_3_WIRE,
				  true,
				  {0, 0, 30000},
				  {3000, 0, -3000},
				  {1000, 0, 1000},
				  {120, 208, 240, 0}},
};

#define KINDS (uint8_t)(sizeof(geometries) / sizeof(geometries[0]))

const struct service_geometry *service_geometry_of(uint8_t kind)
{
	return kind != SERVICE_NONE && kind < KINDS ? &geometries[kind] : NULL;
}

bool service_is_same(const struct service *one, const struct service *other)
{
	return one->kind == other->kind && one->rotation == other->rotation &&
	       one->nominal_volts == other->nominal_volts;
}

static bool is_within(int64_t number, int64_t middle, int64_t window)
{
	return number >= middle - window && number <= middle + window;
}

/* Potentials of the form are there and stand to A as they do on this service. `slack`: 0 or 1. */
static bool has_geometry(const struct device_form *form, const struct service_geometry *geometry,
			 int sign, const struct service_observation *observation, int slack)
{
	int64_t volts_a = observation->volts_mv[0];

	for (int input = 0; input < DEVICE_ELEMENTS; input++) {
		if (!device_form_has_volts(form, input)) {
			continue;
		}
		int64_t ratio = geometry->ratio[input];
		int64_t window = ratio == 1000 ? EQUAL_WINDOW : HIGH_WINDOW;
		int64_t allowed = ratio * (window + (int64_t)slack * HYSTERESIS) / 1000;
		int32_t lag = observation->volts_lag[input];

		if (observation->volts_lag[input] == PHASOR_NO_LAG ||
		    !is_within((int64_t)observation->volts_mv[input] * 1000, ratio * volts_a,
			       allowed * volts_a) ||
		    !is_within(lag_between(sign * geometry->volts_lag[input], lag), 0,
			       LAG_WINDOW + slack * LAG_HYSTERESIS)) {
			return false;
		}
	}
	return true;
}

/* How far volts are from a nominal, the larger over the smaller, in thousandths. */
static int64_t distance(int64_t volts_mv, int64_t nominal_mv)
{
	return volts_mv > nominal_mv ? volts_mv * 1000 / nominal_mv : nominal_mv * 1000 / volts_mv;
}

/* The nearest nominal whose window holds the volts; 0: none. The known one is taken as nearer than
 * it is. */
static uint16_t nominal_of(const struct service_geometry *geometry, int64_t volts_mv,
			   uint16_t known_volts)
{
	uint16_t nearest = 0;
	int64_t least = INT64_MAX;

	for (const uint16_t *nominal = geometry->nominal_volts; *nominal; nominal++) {
		int64_t slack = *nominal == known_volts ? HYSTERESIS : 0;
		int64_t away = distance(volts_mv, *nominal * INT64_C(1000)) - 2 * slack;

		if (volts_mv >= *nominal * (LOWEST - slack) &&
		    volts_mv <= *nominal * (HIGHEST + slack) && away < least) {
			nearest = *nominal;
			least = away;
		}
	}
	return nearest;
}

static struct service classify_as(const struct device_form *form, uint8_t kind,
				  enum rotation rotation,
				  const struct service_observation *observation,
				  const struct service *known)
{
	const struct service_geometry *geometry = &geometries[kind];
	const struct service none = {.kind = SERVICE_NONE};
	struct service found = {
		.kind = kind,
		.rotation = geometry->has_rotation ? (uint8_t)rotation : (uint8_t)ROTATION_NONE,
	};
	bool is_known = known->kind == kind && known->rotation == found.rotation;
	int sign = rotation == ROTATION_CBA ? -1 : 1;

	if (!(form->services & geometry->services) ||
	    !has_geometry(form, geometry, sign, observation, is_known)) {
		return none;
	}
	found.nominal_volts =
		nominal_of(geometry, observation->volts_mv[0], is_known ? known->nominal_volts : 0);
	return found.nominal_volts ? found : none;
}

struct service service_classify(const struct device_form *form,
				const struct service_observation *observation,
				const struct service *known)
{
	for (uint8_t kind = SERVICE_NONE + 1; kind < KINDS; kind++) {
		for (int rotation = ROTATION_ABC; rotation <= ROTATION_CBA; rotation++) {
			struct service found = classify_as(form, kind, (enum rotation)rotation,
							   observation, known);

			if (found.kind != SERVICE_NONE) {
				return found;
			}
		}
	}
	return (struct service){.kind = SERVICE_NONE};
}

/* A present service that has been the same for long enough. */
static bool weigh_lock(struct service_detection *detection)
{
	if (detection->locked.kind == SERVICE_NONE) {
		detection->locked = detection->present;
		return true;
	}
	if (service_is_same(&detection->locked, &detection->present)) {
		detection->others = 0;
		return false;
	}
	detection->others++;
	if (detection->others < SERVICE_RELOCK) {
		return false;
	}
	detection->others = 0;
	detection->locked = detection->present;
	return true;
}

bool service_detection_observe(struct service_detection *detection, const struct device_form *form,
			       const struct service_observation *observation)
{
	if (detection->settling < SERVICE_SETTLING) {
		detection->settling++;
		return false;
	}
	struct service found = service_classify(form, observation, &detection->present);
	bool is_same = service_is_same(&found, &detection->present);

	detection->same = !is_same			   ? 1
			  : detection->same < SERVICE_SAME ? detection->same + 1
							   : SERVICE_SAME;
	detection->present = found;
	return found.kind != SERVICE_NONE && detection->same == SERVICE_SAME &&
	       weigh_lock(detection);
}

void service_detection_save(const struct service_detection *detection,
			    uint8_t bytes[SERVICE_LOCK_BYTES])
{
	bytes[0] = detection->locked.kind;
	bytes[1] = detection->locked.rotation;
	bytes[2] = (uint8_t)(detection->locked.nominal_volts & 0xFF);
	bytes[3] = (uint8_t)(detection->locked.nominal_volts >> 8);
}

static bool is_possible(const struct device_form *form, const struct service *service)
{
	const struct service_geometry *geometry = service_geometry_of(service->kind);

	if (!geometry || !(form->services & geometry->services) ||
	    service->rotation > ROTATION_CBA ||
	    geometry->has_rotation != (service->rotation != ROTATION_NONE)) {
		return false;
	}
	for (const uint16_t *nominal = geometry->nominal_volts; *nominal; nominal++) {
		if (*nominal == service->nominal_volts) {
			return true;
		}
	}
	return false;
}

void service_detection_restore(struct service_detection *detection, const struct device_form *form,
			       const uint8_t bytes[SERVICE_LOCK_BYTES])
{
	struct service stored = {
		.kind = bytes[0],
		.rotation = bytes[1],
		.nominal_volts = (uint16_t)(bytes[2] | bytes[3] << 8),
	};

	*detection = (struct service_detection){.settling = 0};
	if (is_possible(form, &stored)) {
		detection->locked = stored;
	}
}

/* One function per bit; limits are engineering choices, see DESIGN.md. */
#include "service/diagnostics.h"

#include <stddef.h>

#define DEPARTURES_TO_CHANGE 3
#define REVERSED_WINDOW 1500 /* about 180 degrees */
#define FOREIGN_LAG 9000     /* currents whose phases differ by more do not belong together */
#define REVERSED_LAG 15000   /* by more than this: reversed, in between: of another phase */
#define ANGLE_LIMIT 1000
#define ANGLE_HYSTERESIS 200
#define VOLTAGE_IMBALANCE 50 /* thousandths of the mean */
#define VOLTAGE_HYSTERESIS 10
#define CURRENT_IMBALANCE 250 /* thousandths of the largest */
#define CURRENT_HYSTERESIS 50
#define LOADED_FACTOR 10    /* of the low current: 5 % of the class */
#define LOST_POTENTIAL 500u /* thousandths of nominal */
#define LOST_HYSTERESIS 50u
#define SMALLEST_NOMINAL 120

struct diagnosis {
	const struct device_form *form;
	const struct service_detection *detection;
	const struct service_observation *observation;
	const struct service_geometry *geometry; /* of the lock; NULL: none yet */
	int sign;				 /* of the rotation to be expected */
};

/* How far a voltage lags the place that the service gives it; 0 where there is no angle. */
static int32_t volts_departure(const struct diagnosis *diagnosis, int input)
{
	uint16_t lag = diagnosis->observation->volts_lag[input];

	if (!diagnosis->geometry || !device_form_has_volts(diagnosis->form, input) ||
	    lag == PHASOR_NO_LAG) {
		return 0;
	}
	return lag_between(diagnosis->sign * diagnosis->geometry->volts_lag[input], lag);
}

static bool has_current(const struct diagnosis *diagnosis, int input)
{
	return diagnosis->geometry && diagnosis->form->wiring[input].is_used &&
	       diagnosis->observation->amperes_lag[input] != PHASOR_NO_LAG;
}

/* How far a current lags that of a balanced load at unity power factor. */
static int32_t current_departure(const struct diagnosis *diagnosis, int input)
{
	const struct service_geometry *geometry = diagnosis->geometry;
	int32_t expected = diagnosis->sign * (geometry->volts_lag[input] + geometry->theta[input]);

	return lag_between(expected, diagnosis->observation->amperes_lag[input]);
}

static int32_t size_of(int32_t lag)
{
	return lag < 0 ? -lag : lag;
}

/* The largest angle between the departures of any two currents: one load's are alike. */
static int32_t largest_disagreement(const struct diagnosis *diagnosis)
{
	int32_t largest = 0;

	for (int one = 0; one < DEVICE_ELEMENTS; one++) {
		for (int other = one + 1; other < DEVICE_ELEMENTS; other++) {
			if (!has_current(diagnosis, one) || !has_current(diagnosis, other)) {
				continue;
			}
			int32_t between = size_of(lag_between(current_departure(diagnosis, one),
							      current_departure(diagnosis, other)));
			largest = between > largest ? between : largest;
		}
	}
	return largest;
}

static bool is_polarity(const struct diagnosis *diagnosis, bool was)
{
	(void)was;
	for (int input = 0; input < DEVICE_ELEMENTS; input++) {
		if (size_of(volts_departure(diagnosis, input)) >=
		    PHASOR_TURN / 2 - REVERSED_WINDOW) {
			return true;
		}
	}
	return largest_disagreement(diagnosis) > REVERSED_LAG;
}

static bool is_cross_phase(const struct diagnosis *diagnosis, bool was)
{
	int32_t disagreement = largest_disagreement(diagnosis);

	(void)was;
	return disagreement > FOREIGN_LAG && disagreement <= REVERSED_LAG;
}

/* A leg in the measure of A, whose ratio is 1000 while no service is known; 0: the service has no
 * such leg. */
static uint32_t leg_mv(const struct diagnosis *diagnosis, int input)
{
	uint64_t volts_mv = diagnosis->observation->volts_mv[input];
	uint32_t ratio = diagnosis->geometry ? diagnosis->geometry->ratio[input] : 1000;

	return ratio ? (uint32_t)(volts_mv * 1000 / ratio) : 0;
}

static bool is_potential_lost(const struct diagnosis *diagnosis, bool was)
{
	uint32_t nominal_volts =
		diagnosis->geometry ? diagnosis->detection->locked.nominal_volts : SMALLEST_NOMINAL;
	uint32_t limit_mv = nominal_volts * (LOST_POTENTIAL + (was ? LOST_HYSTERESIS : 0u));

	for (int input = 0; input < DEVICE_ELEMENTS; input++) {
		if (device_form_has_volts(diagnosis->form, input) &&
		    leg_mv(diagnosis, input) < limit_mv) {
			return true;
		}
	}
	return false;
}

static bool is_voltage_imbalance(const struct diagnosis *diagnosis, bool was)
{
	uint32_t limit = VOLTAGE_IMBALANCE - (was ? VOLTAGE_HYSTERESIS : 0);
	uint64_t sum = 0;
	uint64_t legs = 0;

	if (!diagnosis->geometry || is_potential_lost(diagnosis, false)) {
		return false;
	}
	for (int input = 0; input < DEVICE_ELEMENTS; input++) {
		if (device_form_has_volts(diagnosis->form, input)) {
			sum += leg_mv(diagnosis, input);
			legs++;
		}
	}
	for (int input = 0; input < DEVICE_ELEMENTS; input++) {
		uint64_t leg = legs * leg_mv(diagnosis, input);
		uint64_t away = leg > sum ? leg - sum : sum - leg;

		if (device_form_has_volts(diagnosis->form, input) && away * 1000 > limit * sum) {
			return true;
		}
	}
	return false;
}

static bool is_current_imbalance(const struct diagnosis *diagnosis, bool was)
{
	uint32_t limit = CURRENT_IMBALANCE + (was ? CURRENT_HYSTERESIS : 0);
	uint32_t least = UINT32_MAX;
	uint32_t most = 0;

	for (int input = 0; input < DEVICE_ELEMENTS; input++) {
		uint32_t amperes_ua = diagnosis->observation->amperes_ua[input];

		if (diagnosis->form->wiring[input].is_used != 0) {
			least = amperes_ua < least ? amperes_ua : least;
			most = amperes_ua > most ? amperes_ua : most;
		}
	}
	return most >= LOADED_FACTOR * DEVICE_LOW_CURRENT_UA(diagnosis->form) &&
	       UINT64_C(1000) * least < (uint64_t)limit * most;
}

static bool is_voltage_angle(const struct diagnosis *diagnosis, bool was)
{
	int32_t limit = ANGLE_LIMIT - (was ? ANGLE_HYSTERESIS : 0);

	for (int input = 0; input < DEVICE_ELEMENTS; input++) {
		if (size_of(volts_departure(diagnosis, input)) > limit) {
			return true;
		}
	}
	return false;
}

static bool is_rotation(const struct diagnosis *diagnosis, bool was)
{
	const struct service *locked = &diagnosis->detection->locked;
	const struct service *present = &diagnosis->detection->present;

	(void)was;
	return diagnosis->geometry && present->kind == locked->kind &&
	       present->rotation != locked->rotation;
}

static bool is_service(const struct diagnosis *diagnosis, bool was)
{
	const struct service *locked = &diagnosis->detection->locked;
	const struct service *present = &diagnosis->detection->present;

	(void)was;
	return present->kind == SERVICE_NONE ||
	       (locked->kind != SERVICE_NONE &&
		(present->kind != locked->kind || present->nominal_volts != locked->nominal_volts));
}

static bool (*const conditions[DIAGNOSTICS])(const struct diagnosis *diagnosis, bool was) = {
	[DIAGNOSTIC_POLARITY] = is_polarity,
	[DIAGNOSTIC_CROSS_PHASE] = is_cross_phase,
	[DIAGNOSTIC_VOLTAGE_IMBALANCE] = is_voltage_imbalance,
	[DIAGNOSTIC_CURRENT_IMBALANCE] = is_current_imbalance,
	[DIAGNOSTIC_LOSS_OF_POTENTIAL] = is_potential_lost,
	[DIAGNOSTIC_VOLTAGE_ANGLE] = is_voltage_angle,
	[DIAGNOSTIC_ROTATION] = is_rotation,
	[DIAGNOSTIC_SERVICE] = is_service,
};

/* The rotation that is there, if it is the locked service's; else that of the lock. */
static int expected_sign(const struct service_detection *detection)
{
	const struct service *locked = &detection->locked;
	const struct service *present = &detection->present;
	uint8_t rotation = present->kind == locked->kind ? present->rotation : locked->rotation;

	return rotation == ROTATION_CBA ? -1 : 1;
}

/* A network may be any two of three phases: C then leads A, and all angles change their sign. */
static int sign_of_network(const struct service_observation *observation, int sign)
{
	uint16_t lag = observation->volts_lag[2];

	return lag != PHASOR_NO_LAG && lag < PHASOR_TURN / 2 ? -1 : sign;
}

void diagnostics_observe(struct diagnostics *diagnostics, const struct device_form *form,
			 const struct service_detection *detection,
			 const struct service_observation *observation)
{
	struct diagnosis diagnosis = {
		.form = form,
		.detection = detection,
		.observation = observation,
		.geometry = service_geometry_of(detection->locked.kind),
		.sign = expected_sign(detection),
	};

	if (detection->settling < SERVICE_SETTLING) {
		return;
	}
	if (diagnosis.geometry && !diagnosis.geometry->has_rotation) {
		diagnosis.sign = sign_of_network(observation, diagnosis.sign);
	}
	for (int bit = 0; bit < DIAGNOSTICS; bit++) {
		uint16_t mask = (uint16_t)(1u << bit);
		bool was = diagnostics->bits & mask;

		if (conditions[bit](&diagnosis, was) == was) {
			diagnostics->departures[bit] = 0;
			continue;
		}
		diagnostics->departures[bit]++;
		if (diagnostics->departures[bit] >= DEPARTURES_TO_CHANGE) {
			diagnostics->departures[bit] = 0;
			diagnostics->bits ^= mask;
		}
	}
}

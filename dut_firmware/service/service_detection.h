/*
 * Which service the meter is connected to, from the voltages that it measures itself, and the lock
 * on the one that was found. A potential that is missing is never another service: every potential
 * of the form has to be there. Selects what diagnostics expect, not how energy is measured.
 */
#ifndef DUT_FIRMWARE_SERVICE_SERVICE_DETECTION_H
#define DUT_FIRMWARE_SERVICE_SERVICE_DETECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "metrology/device_form.h"
#include "service/phasors.h"

enum service_kind {
	SERVICE_NONE,
	SERVICE_WYE_4_WIRE,
	SERVICE_DELTA_4_WIRE,
	SERVICE_NETWORK_3_WIRE,
	SERVICE_DELTA_3_WIRE,
};

enum rotation { ROTATION_NONE, ROTATION_ABC, ROTATION_CBA };

struct service {
	uint8_t kind;	  /* enum service_kind */
	uint8_t rotation; /* enum rotation; none where it cannot be seen (network) */
	uint16_t nominal_volts;
};

/* Hundredths of a degree and thousandths of Va, for rotation ABC; lags and theta change their sign
 * for CBA. */
struct service_geometry {
	uint8_t services; /* bit of device_form.h */
	bool has_rotation;
	int16_t volts_lag[DEVICE_ELEMENTS];
	int16_t theta[DEVICE_ELEMENTS]; /* of a balanced current at unity behind its voltage */
	uint16_t ratio[DEVICE_ELEMENTS];
	uint16_t nominal_volts[4]; /* of element A; ends with 0 */
};

/* NULL for SERVICE_NONE. */
const struct service_geometry *service_geometry_of(uint8_t kind);

/* Observations come once a second. */
#define SERVICE_SETTLING 2u   /* first ones after power-up that are not used */
#define SERVICE_SAME 3u	      /* alike in succession before a service counts */
#define SERVICE_RELOCK 86400u /* of another valid service before it replaces the locked one */

struct service_detection {
	struct service present; /* of the newest observation */
	struct service locked;	/* SERVICE_NONE: still searching */
	uint32_t settling;
	uint32_t same;
	uint32_t others; /* observations of another valid service */
};

bool service_is_same(const struct service *one, const struct service *other);

/* The service of one observation; `known` has wider windows (hysteresis). */
struct service service_classify(const struct device_form *form,
				const struct service_observation *observation,
				const struct service *known);

/* True when the lock has changed and wants to be stored. */
bool service_detection_observe(struct service_detection *detection, const struct device_form *form,
			       const struct service_observation *observation);

/* The lock as bytes for storage. Restoring what this form cannot have leaves it searching. */
#define SERVICE_LOCK_BYTES 4u
void service_detection_save(const struct service_detection *detection,
			    uint8_t bytes[SERVICE_LOCK_BYTES]);
void service_detection_restore(struct service_detection *detection, const struct device_form *form,
			       const uint8_t bytes[SERVICE_LOCK_BYTES]);

#endif

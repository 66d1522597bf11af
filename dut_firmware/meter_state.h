/* Private to the firmware: everything that one meter knows. Its storage comes from the host. */
#ifndef DUT_FIRMWARE_METER_STATE_H
#define DUT_FIRMWARE_METER_STATE_H

#include "interface/display.h"
#include "interface/c1218_port.h"
#include "interface/module.h"
#include "interface/panel.h"
#include "meter.h"
#include "metrology/adjustment.h"
#include "metrology/device_form.h"
#include "metrology/energy.h"
#include "metrology/frequency.h"
#include "metrology/live_values.h"
#include "metrology/metering.h"
#include "metrology/pulse_output.h"
#include "registers/billing.h"
#include "registers/control.h"
#include "registers/load_profile.h"
#include "registers/quantities.h"
#include "service/self_supervision.h"
#include "service/diagnostics.h"
#include "service/phasors.h"
#include "service/service_disconnect.h"
#include "service/service_detection.h"
#include "storage/billing_store.h"
#include "storage/nonvolatile.h"
#include "storage/event_log.h"
#include "storage/protected_storage.h"
#include "storage/utility_information.h"

struct meter {
	const struct board *board;
	const struct device_form *form;
	struct nameplate nameplate;
	struct adjustment adjustment;
	enum protected_state adjustment_state;
	uint64_t frame; /* number of frames consumed: the meter's time */
	struct metering metering;
	struct pulse_output pulses;
	struct energy energy;
	struct energy test_energy; /* outside normal mode, when the billing registers stand still */
	struct billing billing;
	struct live_values live;
	struct frequency frequency;
	struct service_disconnect disconnect;
	struct module module;
	struct nonvolatile nonvolatile;
	struct billing_store billing_store;
	struct control control;
	struct panel panel;
	struct display display;
	struct event_log event_log;
	struct utility_information utility;
	struct load_profile load_profile;
	struct self_supervision supervision;
	/* not legally relevant: behind all that is, whose places they must not move */
	struct phasors phasors;
	struct service_observation observation;
	struct service_detection service;
	struct diagnostics diagnostics;
	struct c1218_port optical_port;
	struct c1218_port module_port;
};

#endif

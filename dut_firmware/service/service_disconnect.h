/*
 * The service switch of SD models: a latching relay between line and load, and two detectors of
 * voltage behind it. What was commanded and what is sensed are two things; the relay is believed
 * when the detectors say so. Time in frames. The numbers are those of MANUFACTURER_TABLES.md, MT2.
 */
#ifndef DUT_FIRMWARE_SERVICE_SERVICE_DISCONNECT_H
#define DUT_FIRMWARE_SERVICE_SERVICE_DISCONNECT_H

#include <stdbool.h>
#include <stdint.h>

struct exchange;
struct meter;

enum disconnect_command {
	DISCONNECT_COMMAND_OPEN = 1,
	DISCONNECT_COMMAND_CLOSE = 2,
	DISCONNECT_COMMAND_ARM = 3, /* open; a long press of scroll closes it */
};

enum disconnect_origin {
	DISCONNECT_BY_NOBODY,
	DISCONNECT_BY_OPTICAL_PORT,
	DISCONNECT_BY_MODULE,
	DISCONNECT_BY_BUTTON,
};

enum disconnect_result {
	DISCONNECT_DONE,	 /* the coil has its pulse, or arming has changed */
	DISCONNECT_ALREADY,	 /* it is so and stays so */
	DISCONNECT_LOAD_VOLTAGE, /* voltage behind a switch that is to close */
	DISCONNECT_LOW_VOLTAGE,
	DISCONNECT_SUPPLY_FAILING,
	DISCONNECT_TOO_SOON,
	DISCONNECT_BUSY,
	DISCONNECT_NOT_OPEN, /* what is not open cannot be armed */
	DISCONNECT_NO_SUCH_COMMAND,
	DISCONNECT_NOT_FITTED,
};

enum disconnect_commanded {
	COMMANDED_NOTHING, /* never, and nothing was sensed yet */
	COMMANDED_CLOSED,
	COMMANDED_OPEN,
	COMMANDED_ARMED,
};

enum disconnect_sensed {
	SENSED_NOTHING, /* without voltage on the line nothing can be told */
	SENSED_CLOSED,
	SENSED_OPEN,
	SENSED_LIVE_WHILE_OPEN, /* it was seen open, and voltage came without a closing pulse */
	SENSED_ONE_SIDE,	/* one of both detectors sees voltage */
};

#define DISCONNECT_ALARM_FAILED 1u    /* did not follow two pulses */
#define DISCONNECT_ALARM_DIFFERS 2u   /* sensed is not commanded, without an operation */
#define DISCONNECT_ALARM_LIVE_LOAD 4u /* voltage behind the open switch */

#define DISCONNECT_CONFIRM_SECONDS 2u /* from a pulse to the detectors' agreement */
#define DISCONNECT_REST_SECONDS 10u   /* from power-up or a pulse to the next operation */
#define DISCONNECT_LOWEST_PERCENT 75u /* of nominal volts, for the coil */

struct service_disconnect {
	bool is_fitted;
	uint8_t commanded;   /* enum disconnect_commanded; kept without supply */
	uint16_t operations; /* since manufacture, stays at 65535; kept */
	uint8_t sensed;	     /* enum disconnect_sensed */
	uint8_t alarms;
	bool was_seen_open; /* since power-up, and no closing pulse after it */
	uint8_t other;	    /* what the newest seconds showed instead of `sensed` */
	uint8_t other_seconds;
	uint8_t load_side; /* detectors, bit 0 A and bit 1 C, as they are */
	uint8_t settled;   /* unchanged for 50 ms */
	uint64_t changed_frame;
	uint8_t pulses; /* of this operation; 0: none is in progress */
	uint32_t coil;	/* EXCHANGE_SWITCH_... that gets a pulse in this frame; 0: none */
	uint64_t deadline;
	uint64_t ready_frame;
	uint8_t last_command;
	uint8_t last_origin;
	uint8_t last_result;
};

/* Power-up, before what was kept is restored. */
void service_disconnect_init(struct service_disconnect *disconnect, bool is_fitted);

/* Opens, closes or arms, or says why not; whoever asks has been authorised before. */
enum disconnect_result service_disconnect_command(struct meter *meter, uint8_t command,
						  enum disconnect_origin origin);

/* The long press of scroll. False: the switch is not armed, nothing was done. */
bool service_disconnect_press(struct meter *meter);

/* EXCHANGE_CONTACT_... from the next frame on. */
void service_disconnect_set_contacts(struct meter *meter, uint32_t contacts);

/* Once a second: compares what is sensed with what was commanded. */
void service_disconnect_tick(struct meter *meter);

/* The frame at which service_disconnect_run has something to do; UINT64_MAX: none. */
uint64_t service_disconnect_next_event(const struct service_disconnect *disconnect);

/* To be called in that frame, which is `index` in the exchange. True: a coil got its pulse. */
bool service_disconnect_run(struct meter *meter, struct exchange *exchange, uint32_t index);

/* What is kept without supply; no such state is none. */
#define SERVICE_DISCONNECT_BYTES 4u
void service_disconnect_save(const struct service_disconnect *disconnect,
			     uint8_t bytes[SERVICE_DISCONNECT_BYTES]);
void service_disconnect_restore(struct service_disconnect *disconnect,
				const uint8_t bytes[SERVICE_DISCONNECT_BYTES]);

/* As MT2 and the display show it. */
struct disconnect_report {
	uint8_t is_fitted;
	uint8_t commanded;
	uint8_t sensed;
	uint8_t pulses;
	uint8_t load_side;
	uint8_t alarms;
	uint8_t open_inhibit; /* what a command would be answered now */
	uint8_t close_inhibit;
	uint8_t last_command;
	uint8_t last_origin;
	uint8_t last_result;
	uint16_t operations;
	uint8_t rest_seconds; /* until a coil may have a pulse */
};
struct disconnect_report disconnect_report_of(const struct meter *meter);

#endif

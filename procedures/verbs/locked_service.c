/* See the header. The layout is that of the meter's own documents: LOCKED_KIND, LOCKED_ROTATION,
 * LOCKED_VOLTS (16 bits, least significant octet first). */
#include "procedures/verbs/locked_service.h"

#include <stdio.h>

#define SERVICE_TABLE 2049
#define SERVICE_TABLE_OCTETS 22

static void describe(const uint8_t *octets, char text[LOCKED_SERVICE_TEXT])
{
	static const char *const kinds[] = {NULL, "4-wire wye", "4-wire delta", "3-wire network",
					    "3-wire delta"};
	static const char *const rotations[] = {"rotation not seen", "ABC", "CBA"};
	unsigned volts = octets[2] + 256U * octets[3];

	if (octets[0] == 0) {
		snprintf(text, LOCKED_SERVICE_TEXT, "still searching");
	} else if (octets[0] > 4 || octets[1] > 2) {
		snprintf(text, LOCKED_SERVICE_TEXT, "service %u, rotation %u, %u V", octets[0],
			 octets[1], volts);
	} else {
		snprintf(text, LOCKED_SERVICE_TEXT, "%s, %s, %u V", kinds[octets[0]],
			 rotations[octets[1]], volts);
	}
}

enum status locked_service_read(struct step_context *context, int index,
				char text[LOCKED_SERVICE_TEXT])
{
	uint8_t octets[64];
	size_t length = 0;
	struct meter_client *client;
	enum status status = session_begin(context, index, METER_ACCESS_READ, &client);

	text[0] = '\0';
	if (!status) {
		status = meter_client_read_table(client, SERVICE_TABLE, octets, sizeof(octets),
						 &length);
		if (!status && length >= SERVICE_TABLE_OCTETS) {
			describe(octets, text);
		}
		status = status == STATUS_REFUSED ? STATUS_OK : status;
	}
	return session_end(client, status);
}

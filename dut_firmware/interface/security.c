/* Passwords and lock-out. */
#include "interface/security.h"

#include <stdbool.h>

#define FRAMES_PER_SECOND 3840u
#define FORGETTING_FRAMES (3600u * (uint64_t)FRAMES_PER_SECOND)

/* Clients pad with blanks or with zeros. 1 when equal and not all blank, else 0. */
static unsigned int password_matches(const uint8_t *password, const uint8_t *offered)
{
	unsigned int difference = 0;
	unsigned int content = 0;

	for (unsigned int i = 0; i < SETTINGS_PASSWORD_BYTES; i++) {
		unsigned int is_zero = ((unsigned int)offered[i] - 1u) >> 8 & 1u;

		difference |= (unsigned int)password[i] ^ (offered[i] | is_zero * ' ');
		content |= (unsigned int)password[i] ^ ' ';
	}
	return (unsigned int)(difference == 0) & (unsigned int)(content != 0);
}

static void note_failure(struct security *security, uint64_t frame)
{
	uint64_t forgotten = (frame - security->failure_frame) / FORGETTING_FRAMES;
	uint32_t seconds = SECURITY_FIRST_SECONDS;

	security->failures -=
		forgotten < security->failures ? (uint32_t)forgotten : security->failures;
	security->failures++;
	security->failure_frame = frame;
	if (security->failures < SECURITY_FREE_FAILURES) {
		return;
	}
	for (uint32_t extra = security->failures - SECURITY_FREE_FAILURES;
	     extra > 0 && seconds < SECURITY_LONGEST_SECONDS; extra--) {
		seconds *= 2;
	}
	seconds = seconds < SECURITY_LONGEST_SECONDS ? seconds : SECURITY_LONGEST_SECONDS;
	security->locked_until = frame + (uint64_t)seconds * FRAMES_PER_SECOND;
}

enum c1218_response security_check(struct security *security, const struct settings *settings,
				   const uint8_t offered[SETTINGS_PASSWORD_BYTES], uint64_t frame,
				   enum c1218_clearance highest, enum c1218_clearance *clearance)
{
	unsigned int found = C1218_CLEARANCE_DEFAULT;

	*clearance = C1218_CLEARANCE_DEFAULT;
	if (frame < security->locked_until) {
		return C1218_BSY;
	}
	for (unsigned int role = 0; role < SETTINGS_ROLES; role++) {
		unsigned int matches = password_matches(settings->passwords[role], offered);

		found = matches * (C1218_CLEARANCE_READ + role) + (1u - matches) * found;
	}
	if (found == C1218_CLEARANCE_DEFAULT || found > (unsigned int)highest) {
		note_failure(security, frame);
		return C1218_ERR;
	}
	/* A lower role's password between guesses does not make the guesses free. */
	if (found >= C1218_CLEARANCE_PROGRAM) {
		security->failures = 0;
	}
	*clearance = (enum c1218_clearance)found;
	return C1218_OK;
}

uint32_t security_locked_seconds(const struct security *security, uint64_t frame)
{
	if (frame >= security->locked_until) {
		return 0;
	}
	return (uint32_t)((security->locked_until - frame + FRAMES_PER_SECOND - 1) /
			  FRAMES_PER_SECOND);
}

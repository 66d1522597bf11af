/* The table of roles. */
#include "bench/lab_roles.h"

#include <stddef.h>
#include <string.h>

struct role {
	const char *name;
	size_t slot;   /* in struct lab */
	size_t player; /* in struct instrument */
	bool is_needed;
};

#define SLOT(member) offsetof(struct lab, member)
#define PLAYER(member) offsetof(struct instrument, member)

static const struct role roles[] = {
	{"power_source", SLOT(power_source), PLAYER(power_source), true},
	{"reference_standard", SLOT(reference_standard), PLAYER(reference_standard), true},
	{"error_calculator", SLOT(error_calculator), PLAYER(error_calculator), true},
	{"energy_dose", SLOT(energy_dose), PLAYER(energy_dose), true},
	{"check_standard", SLOT(check_standard), PLAYER(reference_standard), false},
	{"climate_chamber", SLOT(climate_chamber), PLAYER(climate_chamber), false},
	{"burden_meter", SLOT(burden_meter), PLAYER(burden_meter), false},
	{"remote_reader", SLOT(remote_reader), PLAYER(remote_reader), false},
	{"operator", SLOT(bench_operator), PLAYER(bench_operator), false},
};

const char *lab_role_name(int role)
{
	return role < (int)(sizeof(roles) / sizeof(roles[0])) ? roles[role].name : NULL;
}

bool lab_role_is_needed(int role)
{
	return roles[role].is_needed;
}

struct instrument **lab_role_slot(struct lab *lab, int role)
{
	return (struct instrument **)(void *)((char *)lab + roles[role].slot);
}

bool lab_role_is_played(const struct instrument *instrument, int role)
{
	const void *player;

	memcpy(&player, (const char *)instrument + roles[role].player, sizeof(player));
	return player != NULL;
}

/*
 * The roles of a lab file: where struct lab keeps the instrument, and what of an instrument plays
 * the role. Numbers count from 0.
 */
#ifndef BENCH_LAB_ROLES_H
#define BENCH_LAB_ROLES_H

#include "drivers/lab.h"

const char *lab_role_name(int role); /* NULL after the last */
bool lab_role_is_needed(int role);   /* by every laboratory */
struct instrument **lab_role_slot(struct lab *lab, int role);
bool lab_role_is_played(const struct instrument *instrument, int role);

#endif

/* What this build calls itself. */
#include "bench/command.h"
#include "revision.h"

const char program_version[] = PROGRAM_VERSION;
const char program_revision[] = PROGRAM_REVISION;

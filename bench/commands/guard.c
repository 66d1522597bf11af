/* mcbench guard: the second process of a run in a real laboratory. */
#include "bench/command.h"
#include "bench/guardian.h"

const struct command command_guard = {
	.name = "guard",
	.usage = "",
	.purpose = "the second process of a run on real ports (started by it)",
	.help = "Switches the source off when the bench is killed or hangs. A run starts it.\n",
	.run = guardian_main,
};

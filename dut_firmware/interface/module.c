/* Kinds of modules as a table; the first statement decides. */
#include "interface/module.h"

#include <string.h>

#include "meter.h"
#include "storage/event_log.h"

#define SETTLED_FRAMES METER_FRAMES_PER_SECOND
#define SILENT_FRAMES (UINT64_C(60) * METER_FRAMES_PER_SECOND)
#define STATE_LIMIT 3u

struct known_module {
	uint16_t network_user;
	uint16_t zigbee_user;
	uint8_t kind;
	char number[MODULE_NUMBER_OCTETS + 1u];
	char label[MODULE_LABEL_OCTETS + 1u];
	const char *name;
};

static const struct known_module known_modules[] = {
	{746, 2746, MODULE_KIND_RF, "0746", "Gridstream RF       ", "0746 RF"},
	{764, 2764, MODULE_KIND_PLC, "0764", "Gridstream PLC      ", "0764 PLC"},
};

#define KNOWN_MODULES (sizeof(known_modules) / sizeof(known_modules[0]))

enum c1219_origin module_origin(uint16_t user)
{
	for (unsigned int i = 0; i < KNOWN_MODULES; i++) {
		if (user == known_modules[i].network_user) {
			return C1219_NETWORK;
		}
		if (user == known_modules[i].zigbee_user) {
			return C1219_ZIGBEE;
		}
	}
	return C1219_UNKNOWN;
}

static void forget(struct module *module, enum module_state state)
{
	module->state = (uint8_t)state;
	module->stated_kind = MODULE_KIND_NONE;
	module->user = 0;
	memset(&module->statement, 0, sizeof(module->statement));
	memset(module->statement.number, ' ', sizeof(module->statement.number));
	memset(module->statement.label, ' ', sizeof(module->statement.label));
	memset(module->statement.firmware, ' ', sizeof(module->statement.firmware));
}

void module_init(struct module *module, uint8_t logged_kind)
{
	memset(module, 0, sizeof(*module));
	forget(module, MODULE_NONE);
	module->logged_kind = logged_kind;
}

bool module_set_strap(struct module *module, bool is_closed, uint64_t frame)
{
	if (is_closed == (module->state != MODULE_NONE)) {
		return false;
	}
	forget(module, is_closed ? MODULE_SILENT : MODULE_NONE);
	module->strap_frame = frame;
	return true;
}

bool module_is_identified(const struct module *module, uint16_t user)
{
	return module->state == MODULE_IDENTIFIED && module->user == user;
}

static bool is_printable(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] < ' ' || text[i] > '~') {
			return false;
		}
	}
	return true;
}

static bool is_in_range(const struct module_statement *statement)
{
	return is_printable(statement->number, sizeof(statement->number)) &&
	       is_printable(statement->label, sizeof(statement->label)) &&
	       is_printable(statement->firmware, sizeof(statement->firmware)) &&
	       statement->has_zigbee <= 1 && statement->state <= STATE_LIMIT;
}

static bool is_known(uint16_t user, const struct module_statement *statement)
{
	for (unsigned int i = 0; i < KNOWN_MODULES; i++) {
		const struct known_module *known = &known_modules[i];

		if (user == known->network_user && statement->kind == known->kind &&
		    statement->has_zigbee != 0 &&
		    memcmp(statement->number, known->number, MODULE_NUMBER_OCTETS) == 0 &&
		    memcmp(statement->label, known->label, MODULE_LABEL_OCTETS) == 0) {
			return true;
		}
	}
	return false;
}

const char *module_name(const struct module *module)
{
	static const char *const names[] = {
		[MODULE_NONE] = "NONE",
		[MODULE_SILENT] = "WAIT",
		[MODULE_IDENTIFIED] = "",
		[MODULE_FOREIGN] = "UNKNOWN",
	};

	for (unsigned int i = 0; i < KNOWN_MODULES && module->state == MODULE_IDENTIFIED; i++) {
		if (module->statement.kind == known_modules[i].kind) {
			return known_modules[i].name;
		}
	}
	return names[module->state];
}

/* A module does not become another one without being pulled. */
static bool agrees(const struct module *module, uint16_t user,
		   const struct module_statement *statement)
{
	const struct module_statement *first = &module->statement;

	return module->user == user && module->stated_kind == statement->kind &&
	       first->has_zigbee == statement->has_zigbee &&
	       memcmp(first->number, statement->number, sizeof(first->number)) == 0 &&
	       memcmp(first->label, statement->label, sizeof(first->label)) == 0;
}

enum c1218_response module_take_statement(struct module *module, uint16_t user,
					  const struct module_statement *statement)
{
	bool is_first = module->state == MODULE_SILENT;

	if (!is_in_range(statement) || (!is_first && !agrees(module, user, statement))) {
		return C1218_ONP;
	}
	if (is_first) {
		module->user = user;
		module->stated_kind = statement->kind;
		module->state = is_known(user, statement) ? (uint8_t)MODULE_IDENTIFIED
							  : (uint8_t)MODULE_FOREIGN;
	}
	module->statement = *statement;
	if (module->state == MODULE_FOREIGN) {
		module->statement.kind = MODULE_KIND_UNKNOWN;
	}
	return C1218_OK;
}

/* What the log should say by now; what is not settled yet leaves it as it is. */
static uint8_t kind_to_log(const struct module *module, uint64_t frame)
{
	uint64_t frames = frame - module->strap_frame;

	switch ((enum module_state)module->state) {
	case MODULE_IDENTIFIED:
	case MODULE_FOREIGN:
		return module->statement.kind;
	case MODULE_SILENT:
		return frames >= SILENT_FRAMES ? MODULE_KIND_UNKNOWN : module->logged_kind;
	case MODULE_NONE:
		break;
	}
	return frames >= SETTLED_FRAMES ? MODULE_KIND_NONE : module->logged_kind;
}

void module_tick(struct module *module, struct event_log *log, uint64_t frame)
{
	uint8_t kind = kind_to_log(module, frame);

	if (kind != module->logged_kind) {
		(void)event_log_add(log, EVENT_MODULE, kind | (uint64_t)module->logged_kind << 8);
		module->logged_kind = kind;
	}
}

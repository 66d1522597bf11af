/* See the header. */
#include "procedures/verbs/influence_change.h"

#include <string.h>

static const struct change_facts facts[CHANGES] = {
	[CHANGE_VOLTS] = {"voltage_variation", INFLUENCE_VOLTAGE, NULL, false},
	[CHANGE_HERTZ] = {"frequency_variation", INFLUENCE_FREQUENCY, NULL, false},
	[CHANGE_SEQUENCE] = {"phase_sequence", INFLUENCE_PHASE_SEQUENCE, NULL, false},
	[CHANGE_ELEMENT] = {"element_difference", INFLUENCE_UNBALANCE, NULL, false},
	[CHANGE_DIRECTION] = {"direction_difference", INFLUENCE_NONE,
			      "what the standard itself makes of a reversed current is not stated "
			      "by its certificate and not included",
			      false},
	[CHANGE_LOST] = {"phase_loss", INFLUENCE_UNBALANCE, NULL, true},
	[CHANGE_UNEVEN] = {"unbalance", INFLUENCE_UNBALANCE, NULL, true},
	[CHANGE_HARMONIC] = {"harmonics", INFLUENCE_HARMONICS, NULL, false},
};

const struct change_facts *change_facts_of(enum change change)
{
	return &facts[change];
}

static enum status change_sequence(const char *text, struct load_point *point)
{
	if (strcmp(text, "CBA") != 0) {
		return status_fail(STATUS_BAD_INPUT, "sequence_to=\"%s\" is neither same nor CBA",
				   text);
	}
	point->sequence = PHASE_SEQUENCE_CBA;
	return STATUS_OK;
}

static enum status read_leg(const char *name, const char *text, int *leg)
{
	static const char letters[] = "ABC";

	if (strlen(text) != 1 || !strchr(letters, text[0])) {
		return status_fail(STATUS_BAD_INPUT, "%s=\"%s\" is none of same, A, B and C", name,
				   text);
	}
	*leg = (int)(strchr(letters, text[0]) - letters);
	return STATUS_OK;
}

static enum status change_direction(const char *text, struct load_point *point)
{
	bool is_received = !strcmp(text, "received");

	if (!is_received && strcmp(text, "delivered") != 0) {
		return status_fail(STATUS_BAD_INPUT,
				   "direction_to=\"%s\" is none of same, delivered and received",
				   text);
	}
	if (is_received == point->is_received) {
		return status_fail(STATUS_BAD_INPUT,
				   "direction_to=\"%s\" is the direction that the load has already",
				   text);
	}
	point->is_received = is_received;
	return STATUS_OK;
}

static enum status change_uneven(const struct step_argument *arguments, struct load_point *point)
{
	struct uneven_leg *uneven = &point->uneven;

	uneven->volts_percent = arguments[LEG_VOLTS_TO].number;
	uneven->amperes_percent = arguments[LEG_AMPERES_TO].number;
	if (uneven->volts_percent == 100 && uneven->amperes_percent == 100) {
		return status_fail(STATUS_BAD_INPUT,
				   "uneven_leg=\"%s\" needs leg_volts_to or leg_amperes_to other "
				   "than 100 %%",
				   arguments[UNEVEN_LEG].text);
	}
	return read_leg("uneven_leg", arguments[UNEVEN_LEG].text, &uneven->leg);
}

static enum status change_harmonic(const struct step_argument *arguments, struct load_point *point)
{
	point->harmonic = (struct load_harmonic){
		.order = (int)arguments[HARMONIC_TO].number,
		.volts_percent = arguments[HARMONIC_VOLTS].number,
		.amperes_percent = arguments[HARMONIC_AMPERES].number,
	};
	if (point->harmonic.order >= 2 &&
	    (point->harmonic.volts_percent > 0 || point->harmonic.amperes_percent > 0)) {
		return STATUS_OK;
	}
	return status_fail(STATUS_BAD_INPUT,
			   "harmonic_to=\"%d\" needs an order of 2 to 40 and harmonic_volts or "
			   "harmonic_amperes above 0 %%",
			   point->harmonic.order);
}

enum status change_apply(const struct step_argument *arguments, enum change change,
			 struct load_point *point)
{
	switch (change) {
	case CHANGE_VOLTS:
		point->volts *= arguments[VOLTS_TO].number / 100;
		return STATUS_OK;
	case CHANGE_HERTZ:
		point->hertz *= arguments[HERTZ_TO].number / 100;
		return STATUS_OK;
	case CHANGE_SEQUENCE:
		return change_sequence(arguments[SEQUENCE_TO].text, point);
	case CHANGE_ELEMENT:
		return read_leg("element_to", arguments[ELEMENT_TO].text, &point->single_element);
	case CHANGE_DIRECTION:
		return change_direction(arguments[DIRECTION_TO].text, point);
	case CHANGE_LOST:
		return strcmp(arguments[LOST_TO].text, "none") != 0
			       ? lost_lines_parse(arguments[LOST_TO].text, &point->lost)
			       : STATUS_OK;
	case CHANGE_UNEVEN:
		return change_uneven(arguments, point);
	case CHANGE_HARMONIC:
		return change_harmonic(arguments, point);
	case CHANGES:
		break;
	}
	return STATUS_OK;
}

enum status change_find(const struct step_argument *arguments, enum change *change)
{
	const bool is_changed[CHANGES] = {
		[CHANGE_VOLTS] = arguments[VOLTS_TO].number != 100,
		[CHANGE_HERTZ] = arguments[HERTZ_TO].number != 100,
		[CHANGE_SEQUENCE] = strcmp(arguments[SEQUENCE_TO].text, "same") != 0,
		[CHANGE_ELEMENT] = strcmp(arguments[ELEMENT_TO].text, "same") != 0,
		[CHANGE_DIRECTION] = strcmp(arguments[DIRECTION_TO].text, "same") != 0,
		[CHANGE_LOST] = strcmp(arguments[LOST_TO].text, "same") != 0,
		[CHANGE_UNEVEN] = strcmp(arguments[UNEVEN_LEG].text, "same") != 0,
		[CHANGE_HARMONIC] = arguments[HARMONIC_TO].number != 0,
	};
	int count = 0;

	for (int i = 0; i < CHANGES; i++) {
		if (is_changed[i]) {
			*change = (enum change)i;
			count++;
		}
	}
	if (count == 1) {
		return STATUS_OK;
	}
	return status_fail(
		STATUS_BAD_INPUT,
		"%d conditions change; exactly one of volts_to, hertz_to, sequence_to, "
		"element_to, direction_to, lost_to, uneven_leg and harmonic_to has to differ "
		"from the reference",
		count);
}

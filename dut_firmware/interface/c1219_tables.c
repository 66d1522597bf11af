/*
 * The list of the meter's tables of C12.19-1997: a group for each file of tables. Sizes and used
 * bits are derived from their rows, so that ST0, ST11, ST21 cannot disagree with what answers.
 */
#include "interface/c1219_tables.h"

#include <stddef.h>

/* ST44 follows this order. */
static const struct c1219_group *const groups[] = {
	&c1219_general_tables,	    /* ST0-5 */
	&c1219_utility_tables,	    /* ST6 */
	&c1219_procedure_tables,    /* ST7, 8 */
	&c1219_source_tables,	    /* ST11-13, 16 */
	&c1219_register_tables,	    /* ST21-28 */
	&c1219_display_tables,	    /* ST31-34 */
	&c1219_security_tables,	    /* ST41-44 */
	&c1219_time_tables,	    /* ST51, 52, 54-56 */
	&c1219_manufacturer_tables, /* MT0, 1, 3-5 */
	&c1219_module_tables,	    /* MT6 */
	&c1219_recorder_tables,	    /* ST61-64 */
	&c1219_history_tables,	    /* ST71-74 */
	&c1219_switch_tables,	    /* MT2 */
};

const struct c1219_table *c1219_table_at(uint32_t position)
{
	for (unsigned int group = 0; group < COUNT_OF(groups); group++) {
		if (position < groups[group]->count) {
			return &groups[group]->tables[position];
		}
		position -= groups[group]->count;
	}
	return NULL;
}

const struct c1219_table *c1219_find_table(uint16_t id)
{
	for (unsigned int group = 0; group < COUNT_OF(groups); group++) {
		for (uint32_t i = 0; i < groups[group]->count; i++) {
			if (groups[group]->tables[i].id == id) {
				return &groups[group]->tables[i];
			}
		}
	}
	return NULL;
}

bool c1219_is_offered(const struct c1219_table *table, struct meter *meter)
{
	return table->is_offered == NULL || table->is_offered(meter);
}

bool c1219_is_readable(const struct c1219_table *table)
{
	return table->fields != NULL || table->render != NULL || table->render_part != NULL;
}

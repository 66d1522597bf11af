/*
 * Inside the lab file: what was read, and the parts that read, open and bind. Only lab_*.c of this
 * folder include it.
 */
#ifndef BENCH_LAB_PARTS_H
#define BENCH_LAB_PARTS_H

#include "bench/lab_file.h"
#include "drivers/error_calculator_group.h"
#include "procedures/xml_document.h"

struct instrument_entry {
	char id[64], driver[64], resource[256], certificate_file[256];
	char roles[LAB_ROLES_TEXT];
	struct certificate certificate;
	double warm_up_seconds;
	struct instrument closed; /* stands for the instrument until it is open: has a name, answers
				     nothing */
};

/* Whose transfers a line of the trace shows. */
struct trace_label {
	FILE *file;
	const char *resource;
};

#define LAB_PORTS (LAB_INSTRUMENTS + LAB_POSITIONS)

struct bench_lab {
	FILE *trace;
	int label_count;
	struct trace_label labels[LAB_PORTS];
	struct lab lab;
	char path[1024];
	int instrument_count;
	struct instrument_entry instruments[LAB_INSTRUMENTS];
	char optical[LAB_POSITIONS][256];
	char calculators[LAB_POSITIONS][64]; /* of a position; empty: the one with the role */
	struct certificate isolations[LAB_POSITIONS];
	char isolation_files[LAB_POSITIONS][256]; /* empty: none */
	int inputs[LAB_POSITIONS];		  /* its pulse input */
	struct error_calculator_group group;	  /* when positions have their own */
	struct virtual_lab_options options;
	char meter_image[1200];
	char module_firmware[16];
	struct inspection_answers *answers; /* of the virtual operator; NULL: none */
	struct virtual_lab *virtual_lab;
};

/* Binds the roles to the instruments as the file has it, open or not. */
void lab_bind_closed(struct bench_lab *self);

struct instrument_entry *lab_entry_find(struct bench_lab *self, const char *id);
/* Simulated ports belong to virtual laboratories only, real ones to real ones. */
enum status lab_check_port(const struct bench_lab *self, const xmlNode *element,
			   const char *resource);

/* ---- positions (lab_positions.c) ---- */

enum status lab_position_read(struct bench_lab *self, const xmlNode *element);
/* Where positions have calculators of their own, all of them are reached through one group; after
 * the instruments are open. */
enum status lab_bind_calculators(struct bench_lab *self);

/* ---- ports (lab_open.c) ---- */

/* A file of prepared answers: a port of real and of virtual laboratories alike. */
bool lab_is_script(const char *resource);

/* ---- simulated parts (lab_virtual.c) ---- */

/* Element and attributes of a virtual laboratory; a real one must have none. */
enum status lab_virtual_read(struct bench_lab *self, const xmlNode *root);

/* Attributes that are there, as numbers; the others stay as they are. */
struct lab_number_field {
	const char *name;
	double *number;
};
enum status lab_read_numbers(const xmlNode *element, const struct lab_number_field *fields,
			     size_t count);

/* ---- what is wrong with the simulated instruments and their leads (lab_bench_defects.c) ---- */

enum status lab_bench_defects_read(const xmlNode *element, struct virtual_lab_defects *defects);

/* ---- what surrounds simulated meters (lab_surroundings.c) ---- */

enum status lab_surroundings_read(struct bench_lab *self, const xmlNode *virtual_element);
void lab_fitting_defects_read(const xmlNode *defect, struct fitting_defects *fittings);

#endif

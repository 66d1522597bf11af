/* Several stored runs judged as the samples of one type: `mcbench judge RUN RUN ...`. The runs stay
 * as they are; what is found is printed and, if wanted, kept in a record of its own. */
#ifndef BENCH_TYPE_EVALUATION_H
#define BENCH_TYPE_EVALUATION_H

#include "bench/judge_options.h"

/* The program's exit status. `output`: folder for record.mcbench and report.xml, must hold no
 * record; NULL: nothing is kept. */
int type_evaluation(const struct judge_options *options, const char *const *names, int count,
		    const char *output);

#endif

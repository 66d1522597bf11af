/* gnuplot as a child process: no shell, no start files of users, a fixed environment. */
#ifndef REPORTS_GNUPLOT_H
#define REPORTS_GNUPLOT_H

#include <stdio.h>

#include "reference_source/status.h"

/* Writes a text into a script in single quotes, which execute nothing; control characters become
 * spaces. */
void gnuplot_quote(FILE *script, const char *text);

/* Runs a script; what gnuplot complained about (in `work_folder`/gnuplot.log) becomes the reason of
 * a failure. */
enum status gnuplot_run(const char *script_path, const char *work_folder);

#endif

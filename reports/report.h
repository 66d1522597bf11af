/*
 * Reports are consumers of the run record: archival XML (record_file.h), PDF with plots (pdf.h).
 * They never talk to an instrument and never judge again.
 */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "procedures/run_record.h"
#include "reference_source/status.h"

/* Archival XML of the whole record, schema reports/record.xsd (which the XML names); byte-identical
 * for equal records. */
enum status report_write_xml(const struct run_record *record, const char *path);

/* Reads it back: the same entries, numbers and hashes; checks schema and chain. */
enum status report_read_xml(const char *path, struct run_record *record);

/* The PDF; plots are made by gnuplot in `work_folder` (a folder for temporary files). */
enum status report_write_pdf(const struct run_record *record, const char *path,
			     const char *work_folder);

/* Removes the script and the data that plots leave in their work folder. */
void report_plot_clean(const char *work_folder);

/* One load curve as SVG: error against current, lines per power factor, for one form and voltage.
 */
enum status report_plot_load_curve(const struct run_record *record, const char *form, double volts,
				   const char *svg_path, const char *work_folder);

#endif

/* A calibration certificate from its XML file (schema reference_source/certificate.xsd). */
#ifndef BENCH_CERTIFICATE_FILE_H
#define BENCH_CERTIFICATE_FILE_H

#include "reference_source/calibration.h"
#include "reference_source/status.h"

/* `name` is relative to the data folder, or an absolute path. */
enum status certificate_load(const char *name, struct certificate *certificate);

#endif

/* reference_source/certificate.xsd and the certificate of the simulated standard */
#include <stdio.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/xml_document.h"
#include "tests/support/suite.h"

#define FILE_TEXT 65536

static char certificate_text[FILE_TEXT];

static void read_certificate(void)
{
	char path[1200];

	snprintf(path, sizeof(path), "%s/reference_source/certificates/virtual_zera_mt.xml",
		 source_folder);
	FILE *file = fopen(path, "rb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	size_t length = fread(certificate_text, 1, sizeof(certificate_text) - 1, file);
	certificate_text[length] = '\0';
	fclose(file);
	CU_ASSERT_FATAL(length > 0 && length < sizeof(certificate_text) - 1);
	data_folder_set(source_folder);
}

/* Loads the certificate with one piece of its text replaced. */
static enum status load_with(const char *piece, const char *replacement)
{
	char path[1200];
	xmlDocPtr document = NULL;
	const char *at = strstr(certificate_text, piece);

	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	snprintf(path, sizeof(path), "%s/certificate.xml", scratch_folder());
	FILE *file = fopen(path, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fprintf(file, "%.*s%s%s", (int)(at - certificate_text), certificate_text, replacement,
		at + strlen(piece));
	fclose(file);
	enum status status = xml_document_load(path, "reference_source/certificate.xsd", &document);
	if (status == STATUS_OK) {
		xmlFreeDoc(document);
	}
	return status;
}

static void the_certificate_of_the_simulated_standard_is_valid(void)
{
	read_certificate();
	CU_ASSERT_EQUAL(load_with("VL-2026-0001", "VL-2026-0001"), STATUS_OK);
	CU_ASSERT_EQUAL(load_with("error_percent=\"0.0020\"", "error_percent=\"0.005\""),
			STATUS_OK);
}

static void slips_of_the_pen_are_refused(void)
{
	static const char *const slips[][2] = {
		{"power_factor=\"0.5L\"", "power_factor=\"0.5\""},
		{"power_factor=\"0.5L\"", "power_factor=\"1.5L\""},
		{"error_percent=\"0.0020\"", "error_percent=\"9\""},
		{"error_percent=\"0.0020\"", "error_percent=\"NaN\""},
		{"expanded_uncertainty_percent=\"0.010\"", "expanded_uncertainty_percent=\"0\""},
		{"coverage_factor=\"2\"", "coverage_factor=\"0\""},
		{"coverage_factor=\"2\"", ""},
		{"amperes=\"0.2\"", "amperes=\"0.1\""},
		{"volts=\"120\"", "volts=\"-120\""},
		{"2027-01-02", "2027-02-30"},
		{"2027-01-02", "2.1.2027"},
		{"serial=\"V0001\"", "serial=\"\""},
		{"urn:mcbench:certificate:1", "urn:mcbench:certificate:2"},
		{"<point ", "<range "},
	};

	read_certificate();
	for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		CU_ASSERT_EQUAL(load_with(slips[i][0], slips[i][1]), STATUS_BAD_INPUT);
	}
}

const char *const suite_name = "certificate_schema";
const struct suite_case suite_cases[] = {
	CASE(the_certificate_of_the_simulated_standard_is_valid),
	CASE(slips_of_the_pen_are_refused),
	CASES_END,
};

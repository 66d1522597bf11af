/* procedures/requirement and coverage: the catalogues are whole, mistakes have a line, nothing is
 * covered that no step serves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/coverage.h"
#include "procedures/data_folder.h"
#include "procedures/xml_document.h"
#include "tests/support/suite.h"

#define CATALOGUE                                                                                  \
	"<requirements xmlns='urn:mcbench:requirements:1' id='x' title='X' document='D' "          \
	"provenance='read'>\n%s</requirements>"
#define ONE(id, more) "<requirement id='" id "' clause='1' demands='d' method='test' " more "/>\n"

static struct requirement_set set;
static struct programme programme;

static const char *scratch(char path[1200], const char *name)
{
	snprintf(path, 1200, "%s/%s", scratch_folder(), name);
	return path;
}

static void write_text(const char *name, const char *format, const char *text)
{
	char path[1200];
	FILE *stream = fopen(scratch(path, name), "w");

	CU_ASSERT_FATAL(stream != NULL);
	fprintf(stream, format, text);
	fclose(stream);
}

static enum status load_catalogue(const char *rows)
{
	char path[1200];

	data_folder_set(source_folder);
	write_text("catalogue.xml", CATALOGUE, rows);
	enum status status = requirement_set_add(scratch(path, "catalogue.xml"), &set);
	return status ? status : requirement_set_complete(&set);
}

/* Headings of the notice of approval and how many sentences, table entries or pictures stand below
 * each in the English text. */
static const struct {
	const char *heading;
	int sentences;
} notice[] = {
	{"Type of device", 1},
	{"Applicant", 1},
	{"Manufacturer", 1},
	{"Models", 2},
	{"Rating", 8},
	{"Note", 2},
	{"Summary description", 10},
	{"Theory of operation", 1},
	{"Physical description", 5},
	{"Programming", 1},
	{"Communications", 10},
	{"Sealing", 7},
	{"Model designations", 2},
	{"Specifications", 4},
	{"Revision", 4},
	{"Nameplate and markings", 7},
	{"Approval", 7},
};

/* A clause is a list "Heading 1, Other heading 2". */
static bool names_sentence(const char *clause, const char *sentence)
{
	size_t length = strlen(sentence);

	for (const char *at = clause; at; at = strchr(at, ',')) {
		at += strspn(at, ", ");
		if (!strncmp(at, sentence, length) && (at[length] == ',' || !at[length])) {
			return true;
		}
	}
	return false;
}

static void every_sentence_of_the_notice_is_a_requirement_or_said_to_be_none(void)
{
	char path[1200];
	xmlDocPtr document;

	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/requirements/notice_focus_ax.xml");
	CU_ASSERT_EQUAL_FATAL(xml_document_load(path, "procedures/requirements.xsd", &document),
			      STATUS_OK);
	for (size_t i = 0; i < sizeof(notice) / sizeof(notice[0]); i++) {
		for (int sentence = 1; sentence <= notice[i].sentences; sentence++) {
			char wanted[64];
			int found = 0;
			snprintf(wanted, sizeof(wanted), "%s %d", notice[i].heading, sentence);
			for (xmlNode *row = xml_child(xmlDocGetRootElement(document), NULL); row;
			     row = xml_next(row, NULL)) {
				const char *clause = xml_attribute(row, "clause");
				found += clause && names_sentence(clause, wanted);
			}
			if (!found) {
				printf("\n%s is in no row\n", wanted);
			}
			CU_ASSERT(found > 0);
		}
	}
	xmlFreeDoc(document);
}

static void a_catalogue_gives_every_requirement_its_document(void)
{
	CU_ASSERT_EQUAL_FATAL(load_catalogue(ONE("A-1", "") ONE(
				      "A-2", "document='E' provenance='recalled' mandatory='no' "
					     "only_with='recorder' only_without='module'")
						     ONE("A-3", "shown_by='A-1 A-2'")),
			      STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(set.count, 3);
	CU_ASSERT_STRING_EQUAL(set.requirements[0].document, "D");
	CU_ASSERT_EQUAL(set.requirements[0].provenance, PROVENANCE_READ);
	CU_ASSERT_TRUE(set.requirements[0].is_mandatory);
	CU_ASSERT_STRING_EQUAL(set.requirements[1].document, "E");
	CU_ASSERT_EQUAL(set.requirements[1].provenance, PROVENANCE_RECALLED);
	CU_ASSERT_FALSE(set.requirements[1].is_mandatory);
	CU_ASSERT_STRING_EQUAL(set.requirements[1].only_with, "recorder");
	CU_ASSERT_STRING_EQUAL(set.requirements[1].only_without, "module");
	CU_ASSERT_STRING_EQUAL(set.requirements[0].only_without, "");
	CU_ASSERT_PTR_EQUAL(requirement_find(&set, "A-3"), &set.requirements[2]);
	CU_ASSERT_PTR_NULL(requirement_find(&set, "A-4"));
	CU_ASSERT_EQUAL(strlen(set.catalogues[0].hash), 64);
	requirement_set_free(&set);
}

static void mistakes_in_a_catalogue_are_told_with_their_line(void)
{
	static const struct {
		const char *rows, *place, *part;
	} mistakes[] = {
		{ONE("A-1", "") ONE("A-1", ""), "catalogue.xml line 3: ", "catalogue.xml line 2"},
		{ONE("A-1", "") ONE("A-2", "shown_by='A-9'"), "catalogue.xml line 3: ", "A-9"},
		{ONE("A-1", "shown_by='A-2'") ONE("A-2", "shown_by='A-1'"),
		 "catalogue.xml line 2: ", "in a circle"},
		{ONE("A-1", "shown_by='A-1'"), "catalogue.xml line 2: ", "in a circle"},
		{ONE("EG7 02", ""), "catalogue.xml line 2: ", "id=\"EG7 02\""},
		{ONE("A-1", "provenance='verified'"),
		 "catalogue.xml line 2: ", "provenance=\"verified\""},
		{ONE("A-1", "mandatory='maybe'"), "catalogue.xml line 2: ", "mandatory=\"maybe\""},
		{ONE("A-1", "by='test'"), "catalogue.xml line 2: ", "by=\"test\" is not"},
		{"\n<requirement id='A-1' clause='1' method='test'/>",
		 "catalogue.xml line 3: ", "'demands' is required"},
		{"<requirement id='A-1' clause='1' demands='d' method='guess'/>",
		 "catalogue.xml line 2: ", "method=\"guess\""},
	};

	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		CU_ASSERT_EQUAL(load_catalogue(mistakes[i].rows), STATUS_BAD_INPUT);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), mistakes[i].place));
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), mistakes[i].part));
		requirement_set_free(&set);
	}
}

/* A programme over a catalogue of its own; `lines` stand between catalogue and procedure. */
static enum status load_programme(const char *rows, const char *lines, const char *steps)
{
	char path[1200];

	data_folder_set(source_folder);
	write_text("catalogue.xml", CATALOGUE, rows);
	write_text(
		"p.xml",
		"<procedure xmlns='urn:mcbench:procedure:1' id='p' title='P' document='D' "
		"clause='C'>\n<body>\n%s</body><teardown><step verb='off' title='off'/></teardown>"
		"</procedure>",
		steps);
	write_text("programme.xml",
		   "<programme xmlns='urn:mcbench:programme:1' id='x' title='X' scope='whole' "
		   "limits='limits/iec_62053_22_02s.xml'>\n<catalogue file='catalogue.xml'/>\n%s"
		   "<procedure file='p.xml'/></programme>",
		   lines);
	return programme_load(scratch(path, "programme.xml"), &programme);
}

#define OFF(attributes) "<step verb='off' title='t' " attributes "/>\n"
#define OPEN(id) "<open requirement='" id "' reason='why not'/>\n"

static void expect_refusal(enum status status, const char *place, const char *part)
{
	CU_ASSERT_EQUAL(status, STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), place));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), part));
	CU_ASSERT_PTR_NULL(programme.procedures);
}

static void a_whole_programme_says_exactly_what_it_leaves_open(void)
{
	static const char rows[] = ONE("A-1", "") ONE("A-2", "") ONE("A-3", "shown_by='A-1 A-2'")
		ONE("A-4", "mandatory='no'");
	struct coverage *row;

	expect_refusal(load_programme(rows, "", OFF("requirement='A-1'")),
		       "programme.xml line 1: ", "A-2 (d) is served by no step");
	expect_refusal(load_programme(rows, OPEN("A-1") OPEN("A-2"), OFF("requirement='A-1'")),
		       "programme.xml line 3: ", "take this line out");
	expect_refusal(load_programme(rows, OPEN("A-2") OPEN("A-7"), OFF("requirement='A-1'")),
		       "programme.xml line 4: ", "A-7 is in no catalogue");
	expect_refusal(load_programme(rows, OPEN("A-2") OPEN("A-3"), OFF("requirement='A-1'")),
		       "programme.xml line 4: ", "a summary");
	expect_refusal(load_programme(rows, "", OFF("requirement='A-3'")),
		       "p.xml line 3: ", "a summary of A-1 A-2");
	CU_ASSERT_EQUAL_FATAL(load_programme(rows, OPEN("A-2"), OFF("requirement='A-1'")),
			      STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(coverage_of(&programme, &row), STATUS_OK);
	CU_ASSERT_TRUE(row[0].is_covered);
	CU_ASSERT_EQUAL(row[0].steps, 1);
	CU_ASSERT_FALSE(row[1].is_covered);
	CU_ASSERT_STRING_EQUAL(row[1].open_reason, "why not");
	CU_ASSERT_FALSE(row[2].is_covered);
	CU_ASSERT_FALSE(row[3].is_covered);
	CU_ASSERT_PTR_NULL(row[3].open_reason);
	free(row);
	programme_free(&programme);
}

static void an_informative_step_covers_nothing_mandatory(void)
{
	static const char rows[] = ONE("A-1", "") ONE("A-4", "mandatory='no'");
	struct coverage *row;

	expect_refusal(load_programme(rows, "", OFF("requirement='A-1' informative='yes'")),
		       "programme.xml line 1: ", "A-1");
	CU_ASSERT_EQUAL_FATAL(
		load_programme(rows, "", OFF("requirement='A-1'") OFF("requirement='A-4'")),
		STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(coverage_of(&programme, &row), STATUS_OK);
	CU_ASSERT_TRUE(row[1].is_covered);
	CU_ASSERT_FALSE(programme.procedures[0].steps[0].is_informative);
	CU_ASSERT_TRUE(programme.procedures[0].steps[1].is_informative);
	free(row);
	programme_free(&programme);
}

static void a_verb_may_serve_a_second_requirement(void)
{
	static const char rows[] = ONE("A-1", "") ONE("A-2", "") ONE("A-3", "shown_by='A-1 A-2'");
	struct coverage *row;

	CU_ASSERT_EQUAL_FATAL(
		load_programme(rows, "",
			       "<step verb='register_test' title='t' requirement='A-1' "
			       "net_requirement='A-2' volts='120 V' percent_of_maximum='5 %' "
			       "power_factor='1'/>"),
		STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(coverage_of(&programme, &row), STATUS_OK);
	CU_ASSERT_TRUE(row[0].is_covered && row[1].is_covered && row[2].is_covered);
	free(row);
	programme_free(&programme);
}

/* Its loader holds it to its own list, see above; here that it is the whole of both catalogues. */
static void the_type_approval_programme_serves_the_notice_and_the_specifications(void)
{
	char path[1200];
	struct coverage *rows;

	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/programmes/type_approval.xml");
	CU_ASSERT_EQUAL_FATAL(programme_load(path, &programme), STATUS_OK);
	CU_ASSERT_TRUE(programme.is_whole);
	CU_ASSERT_EQUAL(programme.requirements.catalogue_count, 2);
	CU_ASSERT_PTR_NOT_NULL(requirement_find(&programme.requirements, "NOA-43"));
	CU_ASSERT_PTR_NOT_NULL(requirement_find(&programme.requirements, "EG7-02"));
	CU_ASSERT_EQUAL_FATAL(coverage_of(&programme, &rows), STATUS_OK);
	for (size_t i = 0; i < programme.requirements.count; i++) {
		CU_ASSERT(rows[i].is_covered || rows[i].open_reason ||
			  !rows[i].requirement->is_mandatory || rows[i].requirement->shown_by[0]);
		CU_ASSERT_FALSE(rows[i].is_covered && rows[i].open_reason);
	}
	free(rows);
	programme_free(&programme);
}

const char *const suite_name = "requirement";
const struct suite_case suite_cases[] = {
	CASE(every_sentence_of_the_notice_is_a_requirement_or_said_to_be_none),
	CASE(a_catalogue_gives_every_requirement_its_document),
	CASE(mistakes_in_a_catalogue_are_told_with_their_line),
	CASE(a_whole_programme_says_exactly_what_it_leaves_open),
	CASE(an_informative_step_covers_nothing_mandatory),
	CASE(a_verb_may_serve_a_second_requirement),
	CASE(the_type_approval_programme_serves_the_notice_and_the_specifications),
	CASES_END,
};

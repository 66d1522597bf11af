/* procedures/xml_document: files that nobody trusts */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/xml_document.h"
#include "tests/support/suite.h"

#define SCHEMA                                                                                     \
	"<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"urn:t\" "      \
	"xmlns=\"urn:t\" elementFormDefault=\"qualified\"><xs:element "                            \
	"name=\"box\"><xs:complexType>"                                                            \
	"<xs:sequence><xs:element name=\"item\" maxOccurs=\"9\"><xs:complexType>"                  \
	"<xs:attribute name=\"volts\" use=\"required\"><xs:simpleType><xs:restriction "            \
	"base=\"xs:string\"><xs:pattern value=\"[0-9]+ V\"/></xs:restriction></xs:simpleType>"     \
	"</xs:attribute></xs:complexType></xs:element></xs:sequence></xs:complexType></"           \
	"xs:element>"                                                                              \
	"</xs:schema>"

static char path[2048];

static const char *file_with_bytes(const char *name, const void *bytes, size_t count)
{
	snprintf(path, sizeof(path), "%s/%s", scratch_folder(), name);
	FILE *stream = fopen(path, "wb");
	CU_ASSERT_FATAL(stream != NULL);
	CU_ASSERT_EQUAL(fwrite(bytes, 1, count, stream), count);
	fclose(stream);
	return path;
}

static const char *file_with(const char *text)
{
	return file_with_bytes("input.xml", text, strlen(text));
}

/* Refused as bad input by a sentence that has both parts. */
static void expect_refusal(const char *file, const char *schema, const char *part,
			   const char *other_part)
{
	xmlDocPtr document = NULL;

	CU_ASSERT_EQUAL(xml_document_load(file, schema, &document), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NULL(document);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), file));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), part));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), other_part));
	CU_ASSERT_PTR_NULL(strchr(status_reason(), '\n'));
}

static void use_schema(void)
{
	file_with_bytes("box.xsd", SCHEMA, strlen(SCHEMA));
	data_folder_set(scratch_folder());
}

static void attributes_and_elements_are_found_in_order(void)
{
	xmlDocPtr document;
	double number = 0;

	CU_ASSERT_EQUAL_FATAL(
		xml_document_load(file_with("<box><!-- c --><item volts='1.25e2' t='a &amp; &lt;'/>"
					    "<other/><item volts='2'/></box>"),
				  NULL, &document),
		STATUS_OK);
	xmlNode *item = xml_child(xmlDocGetRootElement(document), "item");
	CU_ASSERT_EQUAL(xml_number(item, "volts", &number), STATUS_OK);
	CU_ASSERT_EQUAL(number, 125);
	CU_ASSERT_STRING_EQUAL(xml_attribute(item, "t"), "a & <");
	CU_ASSERT_PTR_NULL(xml_attribute(item, "absent"));
	CU_ASSERT_STRING_EQUAL((const char *)xml_next(item, NULL)->name, "other");
	CU_ASSERT_STRING_EQUAL(xml_attribute(xml_next(item, "item"), "volts"), "2");
	CU_ASSERT_PTR_NULL(xml_next(xml_next(item, "item"), "item"));
	xmlFreeDoc(document);
}

static void billion_laughs_are_refused_at_the_doctype(void)
{
	expect_refusal(file_with("<?xml version='1.0'?>\n<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b "
				 "'&a;&a;&a;&a;'>"
				 "<!ENTITY c '&b;&b;&b;&b;'>]>\n<l>&c;</l>"),
		       NULL, "line 2", "DOCTYPE");
}

static void an_external_entity_is_refused_not_read_as_empty(void)
{
	expect_refusal(
		file_with("<!DOCTYPE l [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>\n<l>&a;</l>"),
		NULL, "line 1", "DOCTYPE");
}

static void an_external_dtd_is_refused(void)
{
	expect_refusal(file_with("<!DOCTYPE l SYSTEM 'http://localhost/x.dtd'>\n<l/>"), NULL,
		       "line 1", "DOCTYPE");
}

static void an_unknown_entity_is_refused_with_its_line(void)
{
	expect_refusal(file_with("<l>\n\n&nbsp;</l>"), NULL, "line 3", "nbsp");
}

static void other_encodings_are_refused(void)
{
	static const char utf16[] = "\xFF\xFE<\0l\0/\0>\0";

	expect_refusal(file_with("<?xml version='1.0' encoding='ISO-8859-1'?>\n<l t='\xE9'/>"),
		       NULL, "ISO-8859-1", "UTF-8");
	expect_refusal(file_with_bytes("input.xml", utf16, sizeof(utf16) - 1), NULL, "line 1",
		       "UTF-8");
	expect_refusal(file_with("<?xml version='1.0' encoding='UTF-8'?>\n<l t='\xE9'/>"), NULL,
		       "line 2", "UTF-8");
}

static void a_file_of_20_mb_is_refused_before_it_is_read(void)
{
	size_t count = 20 * 1000 * 1000;
	char *bytes = malloc(count);

	CU_ASSERT_FATAL(bytes != NULL);
	memset(bytes, ' ', count);
	memcpy(bytes, "<l>", 3);
	memcpy(bytes + count - 4, "</l>", 4);
	expect_refusal(file_with_bytes("large.xml", bytes, count), NULL, "line 1", "16 MiB");
	remove(path);
	free(bytes);
}

static void what_is_no_xml_is_refused(void)
{
	static const char with_nul[] = "<l>\n\0</l>";
	char deep[3 * 400 + 1] = "";

	expect_refusal(file_with(""), NULL, "line 1", "not XML");
	expect_refusal(file_with("volts = 120\n"), NULL, "line 1", "not XML");
	expect_refusal(file_with("<l>\n<m>\n</l>"), NULL, "line 3", "mismatch");
	expect_refusal(file_with_bytes("input.xml", with_nul, sizeof(with_nul) - 1), NULL, "line 2",
		       "");
	for (int i = 0; i < 400; i++) {
		strcat(deep, "<a>");
	}
	expect_refusal(file_with(deep), NULL, "line 1", "depth");
	expect_refusal(scratch_folder(), NULL, "plain file", "");
	expect_refusal("no/such/file.xml", NULL, "cannot be opened", "");
}

static void a_wrong_value_names_line_attribute_and_text(void)
{
	use_schema();
	expect_refusal(
		file_with("<box xmlns='urn:t'>\n<item volts='120 V'/>\n<item volts='120A'/></box>"),
		"box.xsd", "line 3", "volts=\"120A\" is not written as it has to be");
	expect_refusal(file_with("<box xmlns='urn:t'>\n<item/></box>"), "box.xsd", "line 2",
		       "'volts' is required");
	expect_refusal(file_with("<box xmlns='urn:t'>\n<item volts='1 V' w='1'/></box>"), "box.xsd",
		       "line 2", "'w' is not allowed");
	expect_refusal(file_with("<box xmlns='urn:t'>\n<thing/></box>"), "box.xsd", "line 2",
		       "( item )");
	expect_refusal(file_with("<thing/>"), "box.xsd", "line 1", "not the kind of file");
}

static void a_line_above_65535_is_reported_rightly(void)
{
	size_t lines = 70000;
	char *text = malloc(lines + 200);

	use_schema();
	CU_ASSERT_FATAL(text != NULL);
	strcpy(text, "<box xmlns='urn:t'>");
	size_t start = strlen(text);
	memset(text + start, '\n', lines);
	strcpy(text + start + lines, "<item volts='120A'/></box>");
	expect_refusal(file_with(text), "box.xsd", "line 70001", "120A");
	free(text);
}

static void a_file_that_fits_its_schema_is_accepted(void)
{
	xmlDocPtr document;

	use_schema();
	CU_ASSERT_EQUAL_FATAL(
		xml_document_load(file_with("<box xmlns='urn:t'><item volts='120 V'/></box>"),
				  "box.xsd", &document),
		STATUS_OK);
	xmlFreeDoc(document);
}

static void only_decimal_numbers_are_numbers(void)
{
	static const char *const wrong[] = {"",	   " 1", "0x10",  "nan", "inf",
					    "1,5", "1e", "1e999", "--1", "12 V"};
	double number;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char text[64];
		xmlDocPtr document;

		snprintf(text, sizeof(text), "<l>\n<m n='%s'/></l>", wrong[i]);
		CU_ASSERT_EQUAL_FATAL(xml_document_load(file_with(text), NULL, &document),
				      STATUS_OK);
		xmlNode *element = xml_child(xmlDocGetRootElement(document), NULL);
		CU_ASSERT_EQUAL(xml_number(element, "n", &number), STATUS_BAD_INPUT);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "line 2: n=\""));
		CU_ASSERT_EQUAL(xml_number(element, "absent", &number), STATUS_BAD_INPUT);
		xmlFreeDoc(document);
	}
}

/* FIPS 180-2, appendix B.1. */
static void a_hash_is_the_published_one(void)
{
	char hash[65];

	CU_ASSERT_EQUAL(file_hash(file_with("abc"), hash), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(hash,
			       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	CU_ASSERT_EQUAL(file_hash("no/such/file", hash), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL(file_hash(scratch_folder(), hash), STATUS_BAD_INPUT);
}

const char *const suite_name = "xml_document";
const struct suite_case suite_cases[] = {
	CASE(attributes_and_elements_are_found_in_order),
	CASE(billion_laughs_are_refused_at_the_doctype),
	CASE(an_external_entity_is_refused_not_read_as_empty),
	CASE(an_external_dtd_is_refused),
	CASE(an_unknown_entity_is_refused_with_its_line),
	CASE(other_encodings_are_refused),
	CASE(a_file_of_20_mb_is_refused_before_it_is_read),
	CASE(what_is_no_xml_is_refused),
	CASE(a_wrong_value_names_line_attribute_and_text),
	CASE(a_line_above_65535_is_reported_rightly),
	CASE(a_file_that_fits_its_schema_is_accepted),
	CASE(only_decimal_numbers_are_numbers),
	CASE(a_hash_is_the_published_one),
	CASES_END,
};

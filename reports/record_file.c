/*
 * The archival XML: one element per entry, named by its kind; attributes `entry` (its number),
 * `hash` and the fields in their order. Values are escaped as in the hash (procedures/RECORD.md),
 * so the chain can be computed from the file alone. Nothing is written that is not in the record,
 * so equal records give equal bytes.
 */
#include "reports/report.h"

#include <errno.h>
#include <inttypes.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/xml_document.h"
#include "reports/whole_file.h"

#define RECORD_NAMESPACE "urn:mcbench:record:1"

static const char *const xml_names[] = {
	['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;"};

static void write_value(FILE *file, const char *value)
{
	char piece[5];

	while (record_escape_next(&value, piece)) {
		unsigned char first = (unsigned char)piece[0];
		bool is_named =
			first < sizeof(xml_names) / sizeof(xml_names[0]) && xml_names[first];

		fputs(is_named ? xml_names[first] : piece, file);
	}
}

static void write_entry(FILE *file, const struct record_entry *entry)
{
	fprintf(file, "<%s entry=\"%" PRId64 "\" hash=\"%s\"", entry->kind, entry->number,
		entry->hash);
	for (size_t i = 0; i < entry->field_count; i++) {
		fprintf(file, "\n\t%s=\"", entry->fields[i].name);
		write_value(file, entry->fields[i].value);
		fputc('"', file);
	}
	fputs("/>\n", file);
}

enum status report_write_xml(const struct run_record *record, const char *path)
{
	struct whole_file whole;
	enum status status = run_record_check_chain(record);

	if (!status) {
		status = whole_file_open(&whole, path);
	}
	if (status) {
		return status;
	}
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	      "<record xmlns=\"" RECORD_NAMESPACE "\" format=\"1\"\n"
	      "\txmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
	      "\txsi:schemaLocation=\"" RECORD_NAMESPACE " record.xsd\">\n",
	      whole.stream);
	for (size_t i = 0; i < record->count; i++) {
		write_entry(whole.stream, &record->entries[i]);
	}
	fputs("</record>\n", whole.stream);
	return whole_file_close(&whole);
}

/* The fields of one element: every attribute but `entry` and `hash`. Values are unescaped copies,
 * freed by the caller. */
struct element_fields {
	size_t count;
	struct record_field *fields;
};

static void free_fields(struct element_fields *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free((char *)list->fields[i].value);
	}
	free(list->fields);
}

static size_t count_attributes(const xmlNode *element)
{
	size_t count = 0;

	for (const xmlAttr *attribute = element->properties; attribute;
	     attribute = attribute->next) {
		count++;
	}
	return count;
}

static enum status read_field(const xmlNode *element, const char *name, struct element_fields *list)
{
	const char *text = xml_attribute(element, name);
	char *value = text ? strdup(text) : NULL;

	if (!value) {
		return status_fail(STATUS_IO, "record: no memory");
	}
	list->fields[list->count++] = (struct record_field){name, value};
	if (!record_unescape(value)) {
		return xml_fail(element, "field %s is not escaped as a record's values are", name);
	}
	return STATUS_OK;
}

static enum status read_fields(const xmlNode *element, struct element_fields *list)
{
	list->count = 0;
	list->fields = calloc(count_attributes(element) + 1, sizeof(*list->fields));
	if (!list->fields) {
		return status_fail(STATUS_IO, "record: no memory");
	}
	for (const xmlAttr *attribute = element->properties; attribute;
	     attribute = attribute->next) {
		const char *name = (const char *)attribute->name;

		if (strcmp(name, "entry") != 0 && strcmp(name, "hash") != 0) {
			enum status status = read_field(element, name, list);
			if (status) {
				return status;
			}
		}
	}
	return STATUS_OK;
}

static enum status read_entry(const xmlNode *element, struct run_record *record)
{
	const char *number = xml_attribute(element, "entry");
	const char *hash = xml_attribute(element, "hash");
	struct element_fields list = {0};

	if (!number || !hash || strlen(hash) != 64) {
		return xml_fail(element, "entry %s needs its number and a hash of 64 digits",
				(const char *)element->name);
	}
	enum status status = read_fields(element, &list);
	if (!status) {
		status = run_record_append(record, strtoll(number, NULL, 10),
					   (const char *)element->name, list.fields, list.count,
					   hash);
	}
	free_fields(&list);
	return status;
}

enum status report_read_xml(const char *path, struct run_record *record)
{
	xmlDocPtr document;
	enum status status = xml_document_load(path, "reports/record.xsd", &document);

	run_record_init(record);
	if (status) {
		return status;
	}
	const xmlNode *root = xmlDocGetRootElement(document);
	for (const xmlNode *element = xml_child(root, NULL); element && !status;
	     element = xml_next(element, NULL)) {
		status = read_entry(element, record);
	}
	xmlFreeDoc(document);
	if (!status) {
		status = run_record_check_chain(record);
		if (status) {
			status_prefix(status, "%s: ", path);
		}
	}
	if (status) {
		run_record_free(record);
	}
	return status;
}

/*
 * XML from a file that nobody trusts: read by ourselves up to 16 MiB, no DOCTYPE, no entities, no
 * network, validated against one of our schemas. Every error is one sentence with file and line,
 * status STATUS_BAD_INPUT.
 */
#ifndef PROCEDURES_XML_DOCUMENT_H
#define PROCEDURES_XML_DOCUMENT_H

#include <libxml/tree.h>

#include "reference_source/status.h"

/* `schema` is relative to the data folder ("procedures/procedure.xsd"); NULL: only well-formedness
 * and safety. */
enum status xml_document_load(const char *path, const char *schema, xmlDocPtr *document);

/* Attribute text, NULL when absent; belongs to the document (no copy, plain text nodes only). */
const char *xml_attribute(const xmlNode *element, const char *name);

/* First child element / next sibling element with this name (NULL: any). */
xmlNode *xml_child(const xmlNode *parent, const char *name);
xmlNode *xml_next(const xmlNode *element, const char *name);

/* Fails with "<file> line <n>: <sentence>". */
enum status xml_fail(const xmlNode *element, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Number of an attribute; fails with file and line when it is no number. */
enum status xml_number(const xmlNode *element, const char *name, double *number);

/* SHA-256 of a file as 64 hex digits. */
enum status file_hash(const char *path, char hash[65]);

#endif

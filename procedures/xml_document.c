/* Reads, checks and walks XML files with libxml2; the sentences of its errors are turned into ours
 * here. */
#include "procedures/xml_document.h"

#include <assert.h>
#include <errno.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <nettle/sha2.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "procedures/data_folder.h"

#define FILE_SIZE_MAXIMUM ((size_t)16 * 1024 * 1024)
#define SENTENCE 400

/* Up to 2.11 the library hands its errors to a function of a writable struct, later of a constant
 * one. */
#if LIBXML_VERSION >= 21200
typedef const xmlError *library_error;
#else
typedef xmlErrorPtr library_error;
#endif

struct first_error {
	bool is_set;
	long line;
	char sentence[SENTENCE];
};

struct file_bytes {
	uint8_t *bytes;
	size_t count;
};

static enum status read_file(const char *path, struct file_bytes *file)
{
	struct stat state;
	FILE *stream = fopen(path, "rb");

	*file = (struct file_bytes){NULL, 0};
	if (!stream) {
		return status_fail(STATUS_BAD_INPUT, "%s: cannot be opened: %s", path,
				   strerror(errno));
	}
	enum status status = STATUS_OK;
	if (fstat(fileno(stream), &state) || !S_ISREG(state.st_mode)) {
		status = status_fail(STATUS_BAD_INPUT, "%s: is not a plain file", path);
	} else if ((uintmax_t)state.st_size > FILE_SIZE_MAXIMUM) {
		status = status_fail(STATUS_BAD_INPUT,
				     "%s line 1: %.1f MiB are more than the 16 MiB that are read",
				     path, (double)state.st_size / 1048576);
	} else if (!(file->bytes = malloc((size_t)state.st_size + 1))) {
		status = status_fail(STATUS_IO, "%s: no memory to read it", path);
	} else {
		file->count = fread(file->bytes, 1, (size_t)state.st_size, stream);
		if (ferror(stream)) {
			status = status_fail(STATUS_IO, "%s: cannot be read: %s", path,
					     strerror(errno));
		}
	}
	fclose(stream);
	if (status) {
		free(file->bytes);
	}
	return status;
}

/* Leaves out "{namespace}" and line feeds of a message of the library. */
static void plain_message(const char *message, char *text, size_t size)
{
	size_t length = 0;
	bool in_namespace = false;

	for (const char *at = message; *at && length + 1 < size; at++) {
		if (*at == '{') {
			in_namespace = true;
		} else if (*at == '}' && in_namespace) {
			in_namespace = false;
		} else if (!in_namespace) {
			text[length++] = *at == '\n' ? ' ' : *at;
		}
	}
	while (length && strchr(" .", text[length - 1])) {
		length--;
	}
	text[length] = '\0';
	char *advice_to_programmers = strstr(text, " use XML_PARSE_HUGE");
	if (advice_to_programmers) {
		*advice_to_programmers = '\0';
	}
}

/* What a schema's error means to the person who wrote the file. */
static const struct {
	int code;
	const char *advice;
} schema_advice[] = {
	{XML_SCHEMAV_CVC_PATTERN_VALID, "is not written as it has to be here"},
	{XML_SCHEMAV_CVC_ENUMERATION_VALID, "is none of the words that are known here"},
	{XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1, "is not the kind of value that belongs here"},
	{XML_SCHEMAV_CVC_MININCLUSIVE_VALID, "is too small"},
	{XML_SCHEMAV_CVC_MINEXCLUSIVE_VALID, "is too small"},
	{XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID, "is too large"},
	{XML_SCHEMAV_CVC_MAXEXCLUSIVE_VALID, "is too large"},
	{XML_SCHEMAV_CVC_MINLENGTH_VALID, "is too short"},
	{XML_SCHEMAV_CVC_MAXLENGTH_VALID, "is too long"},
	{XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1, "is not an attribute of this element"},
	{XML_SCHEMAV_CVC_COMPLEX_TYPE_4, "a compulsory attribute is missing"},
	{XML_SCHEMAV_ELEMENT_CONTENT, "this element does not belong here or another is missing"},
	{XML_SCHEMAV_CVC_ELT_1, "this is not the kind of file that is expected here"},
};

static const char *advice_for(int code)
{
	for (size_t i = 0; i < sizeof(schema_advice) / sizeof(schema_advice[0]); i++) {
		if (schema_advice[i].code == code) {
			return schema_advice[i].advice;
		}
	}
	return NULL;
}

static const char *attribute_text(const xmlAttr *attribute)
{
	const xmlNode *text = attribute->children;

	if (!text) {
		return "";
	}
	return text->type == XML_TEXT_NODE && !text->next ? (const char *)text->content : "";
}

/* The library gives the element and names the attribute only in its sentence: "Element 'a',
 * attribute 'b': ...". */
static const xmlAttr *attribute_meant(const xmlNode *element, const char *message)
{
	const char *name = strstr(message, "', attribute '");

	if (!name) {
		return NULL;
	}
	name += strlen("', attribute '");
	size_t length = strcspn(name, "'");
	for (const xmlAttr *attribute = element->properties; attribute;
	     attribute = attribute->next) {
		if (strlen((const char *)attribute->name) == length &&
		    !strncmp((const char *)attribute->name, name, length)) {
			return attribute;
		}
	}
	return NULL;
}

static void keep_first_error(void *context, library_error error)
{
	struct first_error *first = context;
	char message[SENTENCE];

	if (first->is_set || error->level < XML_ERR_ERROR) {
		return;
	}
	plain_message(error->message ? error->message : "unknown error", message, sizeof(message));
	const xmlNode *element = error->domain == XML_FROM_SCHEMASV ? error->node : NULL;
	const char *advice = element ? advice_for(error->code) : NULL;
	*first = (struct first_error){.is_set = true,
				      .line = element ? xmlGetLineNo(element) : error->line};
	if (!advice) {
		snprintf(first->sentence, SENTENCE, "%.390s", message);
		return;
	}
	const xmlAttr *attribute = attribute_meant(element, message);
	if (attribute) {
		snprintf(first->sentence, SENTENCE, "%.40s=\"%.80s\" %s (%.200s)",
			 (const char *)attribute->name, attribute_text(attribute), advice, message);
	} else {
		snprintf(first->sentence, SENTENCE, "<%.40s>: %s (%.250s)",
			 (const char *)element->name, advice, message);
	}
}

static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external,
			   const xmlChar *system)
{
	xmlParserCtxtPtr parser = context;
	struct first_error *first = parser->_private;

	(void)name;
	(void)external;
	(void)system;
	if (!first->is_set) {
		*first = (struct first_error){.is_set = true, .line = parser->input->line};
		snprintf(first->sentence, SENTENCE,
			 "a DOCTYPE (and with it entities) is not accepted; take it out of the "
			 "file");
	}
	xmlStopParser(parser);
}

static enum status fail_at(const char *path, const struct first_error *first)
{
	if (!first->is_set) {
		return status_fail(STATUS_BAD_INPUT, "%s line 1: is not XML", path);
	}
	return status_fail(STATUS_BAD_INPUT, "%s line %ld: %s", path, first->line, first->sentence);
}

/* UTF-16, UTF-32, EBCDIC and files that are no text at all, before the library guesses. */
static bool looks_like_utf8_xml(const struct file_bytes *file)
{
	size_t start = file->count >= 3 && !memcmp(file->bytes, "\xEF\xBB\xBF", 3) ? 3 : 0;

	while (start < file->count && strchr(" \t\r\n", file->bytes[start]) && file->bytes[start]) {
		start++;
	}
	return start + 1 < file->count && file->bytes[start] == '<' && file->bytes[start + 1];
}

static bool is_utf8(const char *encoding)
{
	return !encoding || !xmlStrcasecmp((const xmlChar *)encoding, (const xmlChar *)"UTF-8") ||
	       !xmlStrcasecmp((const xmlChar *)encoding, (const xmlChar *)"US-ASCII");
}

static enum status parse(const char *path, const struct file_bytes *file, xmlDocPtr *document)
{
	struct first_error first = {.is_set = false};
	xmlParserCtxtPtr parser = xmlNewParserCtxt();

	*document = NULL;
	if (!parser) {
		return status_fail(STATUS_IO, "%s: no memory to read it", path);
	}
	parser->_private = &first;
	parser->sax->internalSubset = refuse_doctype;
	xmlSetStructuredErrorFunc(&first, keep_first_error);
	xmlDocPtr found = xmlCtxtReadMemory(parser, (const char *)file->bytes, (int)file->count,
					    path, NULL, XML_PARSE_NONET | XML_PARSE_BIG_LINES);
	xmlSetStructuredErrorFunc(NULL, NULL);
	xmlFreeParserCtxt(parser);
	if (!found || first.is_set || found->intSubset || !xmlDocGetRootElement(found)) {
		xmlFreeDoc(found);
		return fail_at(path, &first);
	}
	if (!is_utf8((const char *)found->encoding)) {
		enum status status = status_fail(STATUS_BAD_INPUT,
						 "%s line 1: is written in %.40s; save it as UTF-8",
						 path, (const char *)found->encoding);
		xmlFreeDoc(found);
		return status;
	}
	xmlFree((void *)(uintptr_t)found->URL); /* the library's is escaped */
	found->URL = xmlStrdup((const xmlChar *)path);
	*document = found;
	return STATUS_OK;
}

static enum status compile_schema(const char *name, xmlSchemaPtr *schema)
{
	char path[1200];
	struct first_error first = {.is_set = false};

	data_folder_path(path, sizeof(path), name);
	xmlSetExternalEntityLoader(xmlNoNetExternalEntityLoader);
	xmlSetStructuredErrorFunc(&first, keep_first_error);
	xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(path);
	*schema = parser ? xmlSchemaParse(parser) : NULL;
	xmlSchemaFreeParserCtxt(parser);
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (!*schema) {
		return status_fail(STATUS_BAD_INPUT, "schema %s line %ld: cannot be used: %s", path,
				   first.line, first.is_set ? first.sentence : "no reason given");
	}
	return STATUS_OK;
}

static enum status validate(xmlDocPtr document, const char *schema_name)
{
	struct first_error first = {.is_set = false};
	xmlSchemaPtr schema;
	enum status status = compile_schema(schema_name, &schema);

	if (status) {
		return status;
	}
	xmlSchemaValidCtxtPtr validator = xmlSchemaNewValidCtxt(schema);
	if (!validator) {
		xmlSchemaFree(schema);
		return status_fail(STATUS_IO, "%s: no memory to check it",
				   (const char *)document->URL);
	}
	xmlSchemaSetValidStructuredErrors(validator, keep_first_error, &first);
	if (xmlSchemaValidateDoc(validator, document)) {
		status = fail_at((const char *)document->URL, &first);
	}
	xmlSchemaFreeValidCtxt(validator);
	xmlSchemaFree(schema);
	return status;
}

enum status xml_document_load(const char *path, const char *schema, xmlDocPtr *document)
{
	struct file_bytes file;
	enum status status = read_file(path, &file);

	*document = NULL;
	if (status) {
		return status;
	}
	if (looks_like_utf8_xml(&file)) {
		status = parse(path, &file, document);
	} else {
		status = status_fail(STATUS_BAD_INPUT,
				     "%s line 1: is not XML in UTF-8 (it has to begin with \"<\")",
				     path);
	}
	free(file.bytes);
	if (!status && schema) {
		status = validate(*document, schema);
		if (status) {
			xmlFreeDoc(*document);
			*document = NULL;
		}
	}
	return status;
}

const char *xml_attribute(const xmlNode *element, const char *name)
{
	for (const xmlAttr *attribute = element->properties; attribute;
	     attribute = attribute->next) {
		if (!attribute->ns && !strcmp((const char *)attribute->name, name)) {
			return attribute_text(attribute);
		}
	}
	return NULL;
}

static xmlNode *element_from(xmlNode *node, const char *name)
{
	while (node && (node->type != XML_ELEMENT_NODE ||
			(name && strcmp((const char *)node->name, name)))) {
		node = node->next;
	}
	return node;
}

xmlNode *xml_child(const xmlNode *parent, const char *name)
{
	return element_from(parent->children, name);
}

xmlNode *xml_next(const xmlNode *element, const char *name)
{
	return element_from(element->next, name);
}

enum status xml_fail(const xmlNode *element, const char *format, ...)
{
	char sentence[SENTENCE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	const char *file =
		element->doc && element->doc->URL ? (const char *)element->doc->URL : "XML";
	return status_fail(STATUS_BAD_INPUT, "%s line %ld: %s", file, xmlGetLineNo(element),
			   sentence);
}

enum status xml_number(const xmlNode *element, const char *name, double *number)
{
	const char *text = xml_attribute(element, name);
	char *end;

	if (!text) {
		return xml_fail(element, "<%s> has no attribute %s", (const char *)element->name,
				name);
	}
	/* strtod alone would also take hexadecimal numbers, "nan", "inf" and leading blanks. */
	if (!*text || strspn(text, "+-.0123456789eE") != strlen(text)) {
		return xml_fail(element, "%s=\"%.60s\" is not a number", name, text);
	}
	*number = strtod(text, &end);
	if (*end || !(*number > -1e300 && *number < 1e300)) {
		return xml_fail(element, "%s=\"%.60s\" is not a number", name, text);
	}
	return STATUS_OK;
}

enum status file_hash(const char *path, char hash[65])
{
	struct sha256_ctx context;
	uint8_t bytes[4096];
	uint8_t digest[SHA256_DIGEST_SIZE];
	FILE *stream = fopen(path, "rb");

	if (!stream) {
		return status_fail(STATUS_BAD_INPUT, "%s: cannot be opened: %s", path,
				   strerror(errno));
	}
	sha256_init(&context);
	for (size_t count; (count = fread(bytes, 1, sizeof(bytes), stream)) > 0;) {
		sha256_update(&context, count, bytes);
	}
	bool failed = ferror(stream) != 0;
	fclose(stream);
	if (failed) {
		return status_fail(STATUS_BAD_INPUT, "%s: cannot be read (is it a plain file?)",
				   path);
	}
	sha256_digest(&context, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		snprintf(hash + 2 * i, 3, "%02x", digest[i]);
	}
	return STATUS_OK;
}

#include "xml/schema.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct kept { char name[40]; xmlSchemaPtr schema; };
struct shelf { struct kept kept[XML_SCHEMA_KEPT]; size_t n; };

static pthread_key_t shelf_key;
static pthread_once_t shelf_once = PTHREAD_ONCE_INIT;

static void
free_shelf(void *p)
{
	struct shelf *s = p;
	for (size_t i = 0; i < s->n; i++)
		xmlSchemaFree(s->kept[i].schema);
	free(s);
}

static void
make_key(void)
{
	xmlInitParser();
	pthread_key_create(&shelf_key, free_shelf);
}

/* The first complaint, without libxml2's own line end. */
struct complaint { char text[200]; int line; };

static void
first_complaint(void *ctx, xmlErrorPtr e)
{
	struct complaint *c = ctx;
	if (c->text[0] != '\0' || e->message == NULL)
		return;
	snprintf(c->text, sizeof c->text, "%s", e->message);
	c->text[strcspn(c->text, "\n")] = '\0';
	c->line = e->line;
}

static xmlSchemaPtr
compile(struct hb_bytes xsd, struct complaint *c)
{
	xmlSchemaParserCtxtPtr p = xmlSchemaNewMemParserCtxt((const char *)xsd.p, (int)xsd.n);
	if (p == NULL)
		return NULL;
	xmlSchemaSetParserStructuredErrors(p, first_complaint, c);
	xmlSchemaPtr s = xmlSchemaParse(p);
	xmlSchemaFreeParserCtxt(p);
	return s;
}

static enum hb_code
find_schema(const char *name, struct hb_bytes xsd, xmlSchemaPtr *ret, struct hb_err *err)
{
	struct complaint c = { 0 };
	pthread_once(&shelf_once, make_key);
	struct shelf *shelf = pthread_getspecific(shelf_key);
	if (shelf == NULL) {
		shelf = calloc(1, sizeof *shelf);
		if (shelf == NULL || pthread_setspecific(shelf_key, shelf) != 0) {
			free(shelf);
			return hb_full(err);
		}
	}
	for (size_t i = 0; i < shelf->n; i++)
		if (strcmp(shelf->kept[i].name, name) == 0) {
			*ret = shelf->kept[i].schema;
			return HB_OK;
		}
	if (shelf->n == XML_SCHEMA_KEPT || strlen(name) >= sizeof shelf->kept[0].name)
		return hb_bug(err, "schema %s: no place for it", name);
	xmlSchemaPtr s = compile(xsd, &c);
	if (s == NULL)
		return hb_bug(err, "schema %s: %s", name, c.text);
	struct kept *k = &shelf->kept[shelf->n++];
	snprintf(k->name, sizeof k->name, "%s", name);
	*ret = k->schema = s;
	return HB_OK;
}

enum hb_code
xml_schema_check(const char *name, struct hb_bytes xsd, struct hb_bytes bytes, struct hb_err *err)
{
	xmlSchemaPtr schema = NULL;
	struct complaint c = { 0 };
	enum hb_code code = find_schema(name, xsd, &schema, err);
	if (code != HB_OK)
		return code;
	xmlDocPtr doc = xmlReadMemory((const char *)bytes.p, (int)bytes.n, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlSchemaValidCtxtPtr v = doc == NULL ? NULL : xmlSchemaNewValidCtxt(schema);
	int result = -1;
	if (v != NULL) {
		xmlSchemaSetValidStructuredErrors(v, first_complaint, &c);
		result = xmlSchemaValidateDoc(v, doc);
		xmlSchemaFreeValidCtxt(v);
	}
	xmlFreeDoc(doc);
	if (result == 0)
		return HB_OK;
	return hb_fail(err, HB_E_INPUT, "xml.saiMau", "dòng %d: %s", c.line, c.text[0] == '\0' ? "không đọc được" : c.text);
}

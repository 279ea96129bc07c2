/* Finding elements in a tree. */
#include "xml/xml.h"

#include <stdlib.h>
#include <string.h>

static bool
same(const char *a, const char *b)
{
	return a == b || (a[0] == b[0] && strcmp(a, b) == 0);
}

bool
xml_is(const struct xml_node *n, const char *ns, const char *local)
{
	return n != NULL && n->type == XML_ELEMENT && same(n->local, local) && (ns == NULL || same(n->ns, ns));
}

struct xml_node *
xml_child(const struct xml_node *n, const char *ns, const char *local)
{
	struct xml_node *c = n == NULL ? NULL : n->first;
	while (c != NULL && !xml_is(c, ns, local))
		c = c->next;
	return c;
}

struct xml_node *
xml_next_same(const struct xml_node *n)
{
	struct xml_node *c = n->next;
	while (c != NULL && !xml_is(c, n->ns, n->local))
		c = c->next;
	return c;
}

struct xml_node *
xml_next_element(const struct xml_node *n)
{
	struct xml_node *c = n->next;
	while (c != NULL && c->type != XML_ELEMENT)
		c = c->next;
	return c;
}

struct xml_node *
xml_first_element(const struct xml_node *n)
{
	struct xml_node *c = n == NULL ? NULL : n->first;
	while (c != NULL && c->type != XML_ELEMENT)
		c = c->next;
	return c;
}

struct xml_node *
xml_walk(const struct xml_node *top, const struct xml_node *n)
{
	if (n == NULL)
		return (struct xml_node *)top;
	if (n->first != NULL)
		return n->first;
	while (n != top && n->next == NULL)
		n = n->parent;
	return n == top ? NULL : n->next;
}

bool
xml_inside(const struct xml_node *n, const struct xml_node *ancestor)
{
	while (n != NULL && n != ancestor)
		n = n->parent;
	return n != NULL;
}

const struct xml_attr *
xml_attr_of(const struct xml_node *n, const char *name)
{
	const struct xml_attr *x = n->attrs;
	while (x != NULL && (x->prefix_no != 0 || strcmp(x->name, name) != 0))
		x = x->next;
	return x;
}

const char *
xml_attr(const struct xml_node *n, const char *name)
{
	const struct xml_attr *x = n == NULL ? NULL : xml_attr_of(n, name);
	return x == NULL ? NULL : (const char *)x->value.p;
}

const char *
xml_text(const struct xml_node *n, struct hb_arena *a)
{
	size_t total = 0;
	for (const struct xml_node *x = n; x != NULL; x = xml_walk(n, x))
		total += x->type == XML_TEXT ? x->text.n : 0;
	if (total == 0)
		return "";
	char *s = hb_alloc(a, total + 1), *w = s;
	for (const struct xml_node *x = n; s != NULL && x != NULL; x = xml_walk(n, x)) {
		if (x->type != XML_TEXT || x->text.n == 0)
			continue;
		memcpy(w, x->text.p, x->text.n);
		w += x->text.n;
	}
	return s;
}

/* The first entry whose value is not below id. */
static size_t
first_of(const struct xml_doc *doc, const char *id)
{
	size_t low = 0, high = doc->n_ids;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(doc->by_value[middle]->value, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct xml_node *
xml_by_id(const struct xml_doc *doc, const char *id, unsigned *ret_matches)
{
	const struct xml_node *found = NULL;
	unsigned matches = 0;
	for (size_t i = first_of(doc, id); i < doc->n_ids && strcmp(doc->by_value[i]->value, id) == 0; i++) {
		/* one element with Id and id of the same value is one element */
		if (doc->by_value[i]->node != found)
			matches++;
		if (found == NULL)
			found = doc->by_value[i]->node;
	}
	if (ret_matches != NULL)
		*ret_matches = matches;
	return (struct xml_node *)found;
}

/* ---- paths --------------------------------------------------------------------------------------------- */

/* One step of a path, pointing into its text. */
struct step {
	const char *name;
	size_t      name_n;
	struct { const char *name, *value; size_t name_n, value_n; } tests[4];
	unsigned    n_tests;
	unsigned    position;        /* 0: any */
};

/* Parse the step at *p (after '/'); false when it is not one. */
static bool
parse_step(const char **p, struct step *s)
{
	*s = (struct step){ .name = *p, .name_n = strcspn(*p, "/[") };
	*p += s->name_n;
	while (**p == '[') {
		const char *close;
		++*p;
		if (**p == '@') {
			size_t n = strcspn(*p, "=");
			if (s->n_tests == 4 || (*p)[n] != '=' || (*p)[n + 1] != '\''
			    || (close = strchr(*p + n + 2, '\'')) == NULL || close[1] != ']')
				return false;
			s->tests[s->n_tests].name = *p + 1;
			s->tests[s->n_tests].name_n = n - 1;
			s->tests[s->n_tests].value = *p + n + 2;
			s->tests[s->n_tests++].value_n = (size_t)(close - (*p + n + 2));
			*p = close + 2;
		} else {
			char *end;
			s->position = (unsigned)strtoul(*p, &end, 10);
			if (end == *p || *end != ']' || s->position == 0)
				return false;
			*p = end + 1;
		}
	}
	return s->name_n > 0 && (**p == '/' || **p == '\0');
}

static bool
fits(const struct xml_node *n, const struct step *s)
{
	if (n->type != XML_ELEMENT || strncmp(n->local, s->name, s->name_n) != 0 || n->local[s->name_n] != '\0')
		return false;
	for (unsigned i = 0; i < s->n_tests; i++) {
		const struct xml_attr *x = n->attrs;
		while (x != NULL && (x->prefix_no != 0 || strncmp(x->name, s->tests[i].name, s->tests[i].name_n) != 0
		    || x->name[s->tests[i].name_n] != '\0'))
			x = x->next;
		if (x == NULL || x->value.n != s->tests[i].value_n
		    || strncmp((const char *)x->value.p, s->tests[i].value, x->value.n) != 0)
			return false;
	}
	return true;
}

static struct xml_node *
only_child(const struct xml_node *parent, const struct step *s)
{
	struct xml_node *found = NULL;
	unsigned seen = 0;
	for (struct xml_node *c = parent->first; c != NULL; c = c->next) {
		if (!fits(c, s))
			continue;
		seen++;
		if (s->position == 0 || seen == s->position)
			found = c;
	}
	return s->position == 0 && seen != 1 ? NULL : found;
}

struct xml_node *
xml_path(const struct xml_doc *doc, const char *path)
{
	const struct xml_node *n = doc->document;
	struct step s;
	while (n != NULL && *path == '/') {
		path++;
		if (!parse_step(&path, &s))
			return NULL;
		n = only_child(n, &s);
	}
	return *path == '\0' && n != doc->document ? (struct xml_node *)n : NULL;
}

char *
xml_path_of(const struct xml_node *n, struct hb_arena *a)
{
	char *path = hb_strdup(a, "");
	for (; path != NULL && n != NULL && n->type == XML_ELEMENT; n = n->parent) {
		unsigned position = 1;
		for (const struct xml_node *c = n->parent->first; c != n; c = c->next)
			position += c->type == XML_ELEMENT && strcmp(c->local, n->local) == 0;
		path = hb_printf(a, "/%s[%u]%s", n->local, position, path);
	}
	return path;
}

/* Canonical XML 1.0 and exclusive canonical XML 1.0 of a subtree, without node sets and without recursion.
 *
 * What the output's ancestors have declared is a table by prefix number; an undo list says what each element changed.
 * Elements the reader marked verbatim go out as they stand in the file: most of a school record does. */
#include "xml/xml.h"

#include <stdlib.h>
#include <string.h>

struct change { const struct xml_node *at; const char *before; uint8_t prefix_no; };

struct canon {
	const struct xml_doc       *doc;
	const struct xml_node      *apex;
	const struct xml_c14n_spec *spec;
	struct xml_sink             sink;
	bool                        exclusive, comments, failed;
	const char                 *shown[XML_MAX_PREFIXES];   /* declared in the output here, or NULL */
	struct change              *changes;
	size_t                      n_changes, cap;
	size_t                      held;
	char                        hold[2048];
};

/* ---- output -------------------------------------------------------------------------------------------- */

static void
flush(struct canon *c)
{
	if (c->held > 0)
		c->sink.put(c->sink.ctx, c->hold, c->held);
	c->held = 0;
}

static void
put(struct canon *c, const void *p, size_t n)
{
	if (n > sizeof c->hold - c->held) {
		flush(c);
		if (n > sizeof c->hold) {
			c->sink.put(c->sink.ctx, p, n);
			return;
		}
	}
	memcpy(c->hold + c->held, p, n);
	c->held += n;
}

static void
put_str(struct canon *c, const char *s)
{
	put(c, s, strlen(s));
}

static void
put_text(struct canon *c, struct hb_bytes t, bool attr)
{
	const uint8_t *from = t.p, *end = t.p + t.n;
	for (const uint8_t *p = from; p < end; p++) {
		const char *as = NULL;
		if (*p == '&')
			as = "&amp;";
		else if (*p == '<')
			as = "&lt;";
		else if (*p == '\r')
			as = "&#xD;";
		else if (*p == '>' && !attr)
			as = "&gt;";
		else if (*p == '"' && attr)
			as = "&quot;";
		else if (*p == '\t' && attr)
			as = "&#x9;";
		else if (*p == '\n' && attr)
			as = "&#xA;";
		if (as == NULL)
			continue;
		put(c, from, (size_t)(p - from));
		put_str(c, as);
		from = p + 1;
	}
	put(c, from, (size_t)(end - from));
}

/* ---- namespaces ---------------------------------------------------------------------------------------- */

struct declaration { const char *prefix, *uri; uint8_t prefix_no; };
struct declarations { struct declaration d[XML_MAX_PREFIXES]; unsigned n; };

/* Note the declaration unless the output already has it; an undone default is written only over another default. */
static void
want(struct canon *c, const struct xml_node *n, struct declarations *ds, const char *prefix, uint8_t no, const char *uri)
{
	const char *now = c->shown[no] == NULL ? "" : c->shown[no];
	if (strcmp(now, uri) == 0 || strcmp(prefix, "xml") == 0)
		return;
	if (c->n_changes == c->cap) {
		size_t cap = c->cap == 0 ? 64 : c->cap * 2;
		struct change *more = realloc(c->changes, cap * sizeof *more);
		if (more == NULL) {
			c->failed = true;
			return;
		}
		c->changes = more;
		c->cap = cap;
	}
	c->changes[c->n_changes++] = (struct change){ n, c->shown[no], no };
	c->shown[no] = uri;
	unsigned i = ds->n++;
	for (; i > 0 && strcmp(ds->d[i - 1].prefix, prefix) > 0; i--)
		ds->d[i] = ds->d[i - 1];
	ds->d[i] = (struct declaration){ prefix, uri, no };
}

/* Is this prefix ("" = default) in the blank-separated PrefixList? */
static bool
listed(const struct canon *c, const char *prefix)
{
	const char *p = c->spec->inclusive_prefixes;
	const char *name = prefix[0] == '\0' ? "#default" : prefix;
	size_t n = strlen(name);
	while (p != NULL && *p != '\0') {
		p += strspn(p, " \t\r\n");
		size_t k = strcspn(p, " \t\r\n");
		if (k == n && strncmp(p, name, n) == 0)
			return true;
		p += k;
	}
	return false;
}

/* Declarations treated inclusively: all of them, or those of the PrefixList. */
static void
want_declared(struct canon *c, const struct xml_node *n, const struct xml_node *from, struct declarations *ds,
    uint64_t *seen)
{
	for (const struct xml_nsdecl *d = from->decls; d != NULL; d = d->next) {
		if (*seen >> d->prefix_no & 1)
			continue;
		*seen |= (uint64_t)1 << d->prefix_no;
		if (!c->exclusive || listed(c, d->prefix))
			want(c, n, ds, d->prefix, d->prefix_no, d->uri);
	}
}

static void
put_namespaces(struct canon *c, const struct xml_node *n)
{
	struct declarations ds;
	uint64_t seen = 0;
	ds.n = 0;
	if (!c->exclusive || c->spec->inclusive_prefixes != NULL) {
		want_declared(c, n, n, &ds, &seen);
		for (const struct xml_node *up = n->parent; n == c->apex && up != NULL; up = up->parent)
			want_declared(c, n, up, &ds, &seen);
	}
	if (c->exclusive) {
		want(c, n, &ds, n->prefix, n->prefix_no, n->ns);
		for (const struct xml_attr *x = n->attrs; x != NULL; x = x->next)
			if (x->prefix_no != 0)
				want(c, n, &ds, x->prefix, x->prefix_no, x->ns);
	}
	for (unsigned i = 0; i < ds.n; i++) {
		put_str(c, ds.d[i].prefix[0] == '\0' ? " xmlns" : " xmlns:");
		put_str(c, ds.d[i].prefix);
		put(c, "=\"", 2);
		put_text(c, HB_STR(ds.d[i].uri), true);
		put(c, "\"", 1);
	}
}

/* ---- attributes ---------------------------------------------------------------------------------------- */

struct attrs { const struct xml_attr *x[XML_MAX_ATTRS * 2]; unsigned n; };

static int
order(const struct xml_attr *x, const struct xml_attr *y)
{
	int k = x->ns == y->ns ? 0 : strcmp(x->ns, y->ns);
	return k != 0 ? k : strcmp(x->local, y->local);
}

static void
insert(struct canon *c, struct attrs *s, const struct xml_attr *x)
{
	if (s->n == sizeof s->x / sizeof s->x[0]) {
		c->failed = true;
		return;
	}
	unsigned i = s->n++;
	for (; i > 0 && order(s->x[i - 1], x) > 0; i--)
		s->x[i] = s->x[i - 1];
	s->x[i] = x;
}

static bool
is_xml_attr(const struct xml_attr *x)
{
	return strcmp(x->prefix, "xml") == 0;
}

/* Inclusive: the apex takes xml:lang, xml:space … from the ancestors that are left out; the nearest wins. */
static void
inherit(struct canon *c, struct attrs *s)
{
	for (const struct xml_node *up = c->apex->parent; up != NULL; up = up->parent)
		for (const struct xml_attr *x = up->attrs; x != NULL; x = x->next) {
			bool have = !is_xml_attr(x);
			for (unsigned i = 0; !have && i < s->n; i++)
				have = is_xml_attr(s->x[i]) && strcmp(s->x[i]->local, x->local) == 0;
			if (!have)
				insert(c, s, x);
		}
}

static void
put_attrs(struct canon *c, const struct xml_node *n)
{
	struct attrs s;
	s.n = 0;
	for (const struct xml_attr *x = n->attrs; x != NULL; x = x->next)
		insert(c, &s, x);
	if (!c->exclusive && n == c->apex)
		inherit(c, &s);
	for (unsigned i = 0; i < s.n; i++) {
		put(c, " ", 1);
		put_str(c, s.x[i]->name);
		put(c, "=\"", 2);
		if (s.x[i]->plain)
			put(c, s.x[i]->value.p, s.x[i]->value.n);
		else
			put_text(c, s.x[i]->value, true);
		put(c, "\"", 1);
	}
}

/* ---- nodes --------------------------------------------------------------------------------------------- */

/* Comments and PIs outside the root stand on lines of their own. */
static void
put_aside(struct canon *c, const struct xml_node *n)
{
	bool outside = n->parent->type == XML_DOCUMENT && n != c->apex, after = outside && n->start > c->doc->root->start;
	if (n->type == XML_COMMENT && !c->comments)
		return;
	if (after)
		put(c, "\n", 1);
	if (n->type == XML_COMMENT) {
		put_str(c, "<!--");
		put(c, n->text.p, n->text.n);
		put_str(c, "-->");
	} else {
		put_str(c, "<?");
		put_str(c, n->name);
		if (n->text.n > 0)
			put(c, " ", 1);
		put(c, n->text.p, n->text.n);
		put_str(c, "?>");
	}
	if (outside && !after)
		put(c, "\n", 1);
}

static void
put_span(struct canon *c, size_t from, size_t to)
{
	put(c, c->doc->bytes.p + from, to - from);
}

/* Nothing between these offsets is left out. */
static bool
whole(const struct canon *c, size_t from, size_t to)
{
	const struct xml_node *w = c->spec->without;
	return w == NULL || w->start < from || w->start >= to;
}

/* The file's own bytes serve: no prefix or declaration inside, and the default namespace already stands above. */
static bool
as_it_stands(const struct canon *c, const struct xml_node *n)
{
	return n->verbatim && n != c->apex && strcmp(c->shown[0] == NULL ? "" : c->shown[0], n->ns) == 0
	    && whole(c, n->start, n->end);
}

static void
put_start(struct canon *c, const struct xml_node *n)
{
	put(c, "<", 1);
	put_str(c, n->name);
	put_namespaces(c, n);
	put_attrs(c, n);
	put(c, ">", 1);
}

static void
put_end(struct canon *c, const struct xml_node *n)
{
	put(c, "</", 2);
	put_str(c, n->name);
	put(c, ">", 1);
	for (; c->n_changes > 0 && c->changes[c->n_changes - 1].at == n; c->n_changes--)
		c->shown[c->changes[c->n_changes - 1].prefix_no] = c->changes[c->n_changes - 1].before;
}

/* Write n, or its start tag; true when its children are to follow. */
static bool
enter(struct canon *c, const struct xml_node *n)
{
	if (n == c->spec->without)
		return false;
	switch ((enum xml_type)n->type) {
	case XML_DOCUMENT:
		return true;
	case XML_TEXT:
		if (n->plain)
			put(c, n->text.p, n->text.n);
		else
			put_text(c, n->text, false);
		return false;
	case XML_COMMENT:
	case XML_PI:
		put_aside(c, n);
		return false;
	case XML_ELEMENT:
		break;
	}
	if (as_it_stands(c, n)) {
		put_span(c, n->start, n->end);
		return false;
	}
	put_start(c, n);
	if (n->verbatim_inside && n->prefix_no == 0 && whole(c, n->inner, n->inner_end)) {
		put_span(c, n->inner, n->inner_end);
		put_end(c, n);
		return false;
	}
	if (n->first == NULL)
		put_end(c, n);
	return n->first != NULL;
}

enum hb_code
xml_c14n(const struct xml_doc *doc, const struct xml_node *apex, const struct xml_c14n_spec *spec, struct xml_sink sink,
    struct hb_err *err)
{
	struct canon c = { .doc = doc, .apex = apex, .spec = spec, .sink = sink,
		.exclusive = spec->method == XML_C14N_EXCLUSIVE || spec->method == XML_C14N_EXCLUSIVE_COMMENTS,
		.comments = spec->method == XML_C14N_EXCLUSIVE_COMMENTS || spec->method == XML_C14N_INCLUSIVE_COMMENTS };
	/* the document's own root is where inclusive declarations begin */
	if (apex->type == XML_DOCUMENT)
		c.apex = doc->root;
	const struct xml_node *n = apex;
	while (n != NULL && !c.failed) {
		if (enter(&c, n)) {
			n = n->first;
			continue;
		}
		while (n != apex && n->next == NULL) {
			n = n->parent;
			if (n->type == XML_ELEMENT)
				put_end(&c, n);
		}
		n = n == apex ? NULL : n->next;
	}
	flush(&c);
	free(c.changes);
	return c.failed ? hb_full(err) : HB_OK;
}

static void
collect(void *ctx, const void *p, size_t n)
{
	hb_put(ctx, p, n);
}

enum hb_code
xml_c14n_bytes(const struct xml_doc *doc, const struct xml_node *apex, const struct xml_c14n_spec *spec,
    struct hb_arena *a, struct hb_bytes *ret_bytes, struct hb_err *err)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, HB_BUF_MAX);
	enum hb_code code = xml_c14n(doc, apex, spec, (struct xml_sink){ collect, &b }, err);
	if (code != HB_OK)
		return code;
	char *p = hb_buf_take(&b, a);
	if (p == NULL)
		return hb_full(err);
	*ret_bytes = HB_BYTES(p, b.len);
	return HB_OK;
}

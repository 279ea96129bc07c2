#include "json/flat.h"

#include <string.h>

struct scan { const uint8_t *p, *end; };

static void
blanks(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

static bool
take(struct scan *s, uint8_t c)
{
	blanks(s);
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

/* Up to the next quote, every byte printable ASCII and no backslash. */
static bool
string(struct scan *s, struct hb_bytes *ret_value)
{
	if (!take(s, '"'))
		return false;
	const uint8_t *quote = memchr(s->p, '"', (size_t)(s->end - s->p));
	if (quote == NULL)
		return false;
	bool plain = true;
	for (const uint8_t *p = s->p; p < quote; p++)
		plain &= *p >= 0x20 && *p < 0x7f && *p != '\\';
	*ret_value = HB_BYTES(s->p, (size_t)(quote - s->p));
	s->p = quote + 1;
	return plain;
}

static bool
number(struct scan *s, struct hb_bytes *ret_value)
{
	enum { DIGITS_MAX = 15 };
	const uint8_t *start = s->p;
	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	*ret_value = HB_BYTES(start, (size_t)(s->p - start));
	return ret_value->n > 0 && ret_value->n <= DIGITS_MAX && (ret_value->n == 1 || *start != '0');
}

static bool
has(const struct json_flat *f, struct hb_bytes name)
{
	for (unsigned i = 0; i < f->n; i++)
		if (f->members[i].name.n == name.n && memcmp(f->members[i].name.p, name.p, name.n) == 0)
			return true;
	return false;
}

static bool
member(struct scan *s, struct json_flat *f)
{
	struct json_flat_member m;
	if (f->n == JSON_FLAT_MAX || !string(s, &m.name) || has(f, m.name) || !take(s, ':'))
		return false;
	blanks(s);
	m.is_string = s->p < s->end && *s->p == '"';
	if (!(m.is_string ? string(s, &m.value) : number(s, &m.value)))
		return false;
	f->members[f->n++] = m;
	return true;
}

bool
json_flat(struct hb_bytes text, struct json_flat *ret_flat)
{
	struct scan s = { text.p, text.p + text.n };
	ret_flat->n = 0;
	if (!take(&s, '{'))
		return false;
	do {
		if (!member(&s, ret_flat))
			return false;
	} while (take(&s, ','));
	if (!take(&s, '}'))
		return false;
	blanks(&s);
	return s.p == s.end;
}

static const struct json_flat_member *
find(const struct json_flat *f, const char *name, bool is_string)
{
	for (unsigned i = 0; i < f->n; i++)
		if (f->members[i].is_string == is_string && f->members[i].name.n == strlen(name)
		    && memcmp(f->members[i].name.p, name, f->members[i].name.n) == 0)
			return &f->members[i];
	return NULL;
}

bool
json_flat_str(const struct json_flat *f, const char *name, struct hb_bytes *ret_value)
{
	const struct json_flat_member *m = find(f, name, true);
	if (m != NULL)
		*ret_value = m->value;
	return m != NULL;
}

bool
json_flat_int(const struct json_flat *f, const char *name, int64_t *ret_v)
{
	const struct json_flat_member *m = find(f, name, false);
	int64_t v = 0;
	for (size_t i = 0; m != NULL && i < m->value.n; i++)
		v = v * 10 + (m->value.p[i] - '0');
	if (m != NULL)
		*ret_v = v;
	return m != NULL;
}

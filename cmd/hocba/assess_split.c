/* Cutting a class document into its pupils, by quotes and brackets alone. */
#include "assess.h"

#include <stdlib.h>
#include <string.h>

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static const char *
skip_blank(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

/* p at the opening quote; past the closing one, or end. */
static const char *
skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p + 1 : end;
}

/* Past one value: to the comma or closing bracket of the level it stands on, or end. */
static const char *
skip_value(const char *p, const char *end)
{
	int depth = 0;
	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if (depth == 0 && (*p == ',' || *p == '}' || *p == ']'))
			return p;
		else if (*p == '}' || *p == ']')
			depth--;
		p++;
	}
	return end;
}

/* The value of the top-level member "students", or NULL. */
static const char *
find_students(const char *p, const char *end)
{
	static const char key[] = "\"students\"";
	p = skip_blank(p, end);
	if (p == end || *p++ != '{')
		return NULL;
	while ((p = skip_blank(p, end)) < end && *p == '"') {
		const char *name = p;
		p = skip_string(p, end);
		bool found = (size_t)(p - name) == sizeof key - 1 && memcmp(name, key, sizeof key - 1) == 0;
		p = skip_blank(p, end);
		if (p == end || *p++ != ':')
			return NULL;
		p = skip_blank(p, end);
		if (found)
			return p < end && *p == '[' ? p : NULL;
		p = skip_value(p, end);
		if (p < end && *p == ',')
			p++;
	}
	return NULL;
}

static bool
add_piece(struct assess_pieces *p, const char *from, const char *to)
{
	if (p->n == p->cap) {
		size_t cap = p->cap == 0 ? 1024 : p->cap * 2;
		struct hb_bytes *v = realloc(p->pupils, cap * sizeof *v);
		if (v == NULL)
			return false;
		p->pupils = v;
		p->cap = cap;
	}
	p->pupils[p->n++] = HB_BYTES(from, (size_t)(to - from));
	return true;
}

/* p behind '['; at the closing bracket afterwards, or NULL when the array never closes.  An empty piece stands where a
 * value is wanting ("[1,,2]", "[1,]"), and its reader refuses it. */
static const char *
cut_elements(const char *p, const char *end, struct assess_pieces *pieces, bool *ret_memory)
{
	p = skip_blank(p, end);
	if (p < end && *p == ']')
		return p;
	for (;;) {
		const char *from = p;
		p = skip_value(p, end);
		if (p == end || *p == '}')
			return NULL;
		*ret_memory = add_piece(pieces, from, p);
		if (!*ret_memory)
			return NULL;
		if (*p == ']')
			return p;
		p++;
	}
}

bool
assess_split(struct hb_bytes text, struct hb_arena *a, struct assess_pieces *ret_pieces)
{
	const char *start = (const char *)text.p, *end = start + text.n;
	bool memory = true;
	*ret_pieces = (struct assess_pieces){ .head = text };
	const char *open = find_students(start, end);
	if (open == NULL)
		return true;
	const char *close = cut_elements(open + 1, end, ret_pieces, &memory);
	if (close == NULL) {
		ret_pieces->n = 0;
		return memory;
	}
	size_t before = (size_t)(open + 1 - start), after = (size_t)(end - close);
	char *head = hb_alloc(a, before + after + 1);
	if (head == NULL)
		return false;
	memcpy(head, start, before);
	memcpy(head + before, close, after);
	ret_pieces->head = HB_BYTES(head, before + after);
	return true;
}

void
assess_pieces_fini(struct assess_pieces *p)
{
	free(p->pupils);
	p->pupils = NULL;
	p->n = p->cap = 0;
}

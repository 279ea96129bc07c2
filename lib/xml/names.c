/* Names kept once a document. */
#include "xml/read_int.h"

#include "base/id.h"

#include <string.h>

enum { FIRST_SLOTS = 128 };

enum hb_code
xml_atoms_init(struct xml_atoms *t, struct hb_arena *a, struct hb_err *err)
{
	/* A secret start keeps a hostile file from choosing names that all collide. */
	static uint64_t seed;
	uint64_t s = __atomic_load_n(&seed, __ATOMIC_RELAXED);
	if (s == 0) {
		hb_random(&s, sizeof s);
		s |= 1;
		__atomic_store_n(&seed, s, __ATOMIC_RELAXED);
	}
	*t = (struct xml_atoms){ .a = a, .cap = FIRST_SLOTS, .seed = s };
	t->slots = HB_NEWN(a, struct xml_atom *, t->cap);
	return t->slots == NULL ? hb_full(err) : HB_OK;
}

static uint64_t
hash_of(const struct xml_atoms *t, const uint8_t *p, size_t n)
{
	uint64_t h = t->seed ^ n;
	for (; n >= 8; p += 8, n -= 8) {
		uint64_t w;
		memcpy(&w, p, 8);
		h = (h ^ w) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	for (; n > 0; p++, n--)
		h = (h ^ *p) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

static bool
grow(struct xml_atoms *t)
{
	size_t cap = t->cap * 2;
	struct xml_atom **slots = HB_NEWN(t->a, struct xml_atom *, cap);
	if (slots == NULL)
		return false;
	for (size_t i = 0; i < t->cap; i++) {
		if (t->slots[i] == NULL)
			continue;
		size_t k = t->slots[i]->hash & (cap - 1);
		while (slots[k] != NULL)
			k = (k + 1) & (cap - 1);
		slots[k] = t->slots[i];
	}
	t->slots = slots;
	t->cap = cap;
	return true;
}

struct xml_atom *
xml_atom(struct xml_atoms *t, const uint8_t *p, size_t n)
{
	uint64_t h = hash_of(t, p, n);
	size_t k = h & (t->cap - 1);
	for (; t->slots[k] != NULL; k = (k + 1) & (t->cap - 1)) {
		struct xml_atom *x = t->slots[k];
		if (x->hash == h && x->length == n && memcmp(x->text, p, n) == 0)
			return x;
	}
	if (t->n >= XML_MAX_NAMES)
		return NULL;
	struct xml_atom *x = HB_NEW(t->a, struct xml_atom);
	if (x == NULL || (x->text = hb_strndup(t->a, (const char *)p, n)) == NULL)
		return NULL;
	x->hash = h;
	x->length = (uint32_t)n;
	t->slots[k] = x;
	if (++t->n * 2 > t->cap && !grow(t))
		return NULL;
	return x;
}

bool
xml_atom_split(struct xml_atoms *t, struct xml_atom *name)
{
	if (name->split)
		return name->qname;
	const char *colon = strchr(name->text, ':');
	size_t prefix = colon == NULL ? 0 : (size_t)(colon - name->text);
	const char *local = colon == NULL ? name->text : colon + 1;
	name->split = true;
	name->qname = colon == NULL
	    || (prefix > 0 && strchr(local, ':') == NULL && xml_name_length((const uint8_t *)local) > 0);
	name->local = local;
	name->prefix = xml_atom(t, (const uint8_t *)name->text, prefix);
	return name->qname && name->prefix != NULL && xml_atom_number(t, name->prefix);
}

bool
xml_atom_number(struct xml_atoms *t, struct xml_atom *prefix)
{
	if (!prefix->numbered) {
		if (t->n_prefixes >= XML_MAX_PREFIXES)
			return false;
		prefix->numbered = true;
		prefix->number = (uint8_t)t->n_prefixes++;
	}
	return true;
}

/* Comparing a written subject name with a certificate's: the text is never shown, only checked (D9.2). */
#include "sign/pki_int.h"
#include "base/text.h"

#include <ctype.h>
#include <openssl/objects.h>
#include <strings.h>

enum { MAX_ATTRIBUTES = 40, MAX_TEXT = 4096 };

struct attribute { int nid; const char *value; };
struct attributes { struct attribute v[MAX_ATTRIBUTES]; size_t n; };

/* Names that .NET and other tools write where RFC 2253 would not. */
static const struct { const char *name; int nid; } spellings[] = {
	{ "S", NID_stateOrProvinceName }, { "E", NID_pkcs9_emailAddress }, { "EMAIL", NID_pkcs9_emailAddress },
	{ "T", NID_title }, { "G", NID_givenName }, { "SERIALNUMBER", NID_serialNumber }, { "PHONE", NID_telephoneNumber },
	{ "CN", NID_commonName }, { "O", NID_organizationName }, { "OU", NID_organizationalUnitName },
	{ "C", NID_countryName }, { "L", NID_localityName }, { "ST", NID_stateOrProvinceName }, { "UID", NID_userId },
	{ "SN", NID_surname }, { "DC", NID_domainComponent }, { "STREET", NID_streetAddress },
	{ "EMAILADDRESS", NID_pkcs9_emailAddress },
};

static int
nid_of(const char *name)
{
	for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
		if (strcasecmp(spellings[i].name, name) == 0)
			return spellings[i].nid;
	if (strncasecmp(name, "OID.", 4) == 0)
		name += 4;
	return OBJ_txt2nid(name);
}

/* One value up to an unescaped separator; *p is left on the separator or the end. */
static const char *
read_value(const char **p, const char *end, struct hb_arena *a)
{
	char *out = hb_alloc(a, (size_t)(end - *p) + 1);
	const char *s = *p;
	bool quoted = s < end && *s == '"';
	size_t n = 0;

	if (out == NULL)
		return NULL;
	for (s += quoted ? 1 : 0; s < end; s++) {
		if (quoted ? *s == '"' : strchr(",;+", *s) != NULL)
			break;
		if (*s == '\\' && s + 2 < end && isxdigit((unsigned char)s[1]) && isxdigit((unsigned char)s[2])) {
			char hex[3] = { s[1], s[2], 0 };

			out[n++] = (char)strtol(hex, NULL, 16);
			s += 2;
		} else if (*s == '\\' && s + 1 < end) {
			out[n++] = *++s;
		} else {
			out[n++] = *s;
		}
	}
	if (quoted) {
		if (s >= end)
			return NULL;
		for (s++; s < end && *s == ' '; s++)
			continue;
	}
	*p = s;
	return hb_trim(a, out);
}

static bool
parse_text(struct hb_bytes text, struct hb_arena *a, struct attributes *list)
{
	const char *p = (const char *)text.p, *end = p + text.n;

	while (p < end && list->n < MAX_ATTRIBUTES) {
		struct attribute *at = &list->v[list->n];
		const char *eq = memchr(p, '=', (size_t)(end - p)), *name;

		if (eq == NULL || (name = hb_strndup(a, p, (size_t)(eq - p))) == NULL || (name = hb_trim(a, name)) == NULL)
			return false;
		for (p = eq + 1; p < end && *p == ' '; p++)
			continue;
		at->nid = nid_of(name);
		at->value = read_value(&p, end, a);
		if (at->nid == NID_undef || at->value == NULL || (p < end && strchr(",;+", *p) == NULL))
			return false;
		list->n++;
		if (p < end)
			p++;
	}
	return p == end;
}

static bool
read_name(const X509_NAME *name, struct hb_arena *a, struct attributes *list)
{
	int n = X509_NAME_entry_count(name);

	if (n > MAX_ATTRIBUTES)
		return false;
	for (int i = 0; i < n; i++) {
		X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
		unsigned char *utf8 = NULL;
		int len = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
		const char *value = len >= 0 ? hb_strndup(a, (char *)utf8, (size_t)len) : NULL;

		OPENSSL_free(utf8);
		list->v[i].nid = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));
		if (value == NULL || (list->v[i].value = hb_trim(a, value)) == NULL)
			return false;
	}
	list->n = (size_t)n;
	return true;
}

static bool
same_order(const struct attributes *x, const struct attributes *y, bool reversed)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct attribute *p = &x->v[i], *q = &y->v[reversed ? y->n - 1 - i : i];

		if (p->nid != q->nid || strcmp(p->value, q->value) != 0)
			return false;
	}
	return true;
}

bool
pki_subject_is(const struct pki_cert *c, struct hb_bytes text)
{
	struct attributes written = { .n = 0 }, real = { .n = 0 };
	HB_SCOPED_ARENA a;

	hb_arena_init(&a, (size_t)1 << 20);
	if (text.n == 0 || text.n > MAX_TEXT || !hb_utf8_valid(text))
		return false;
	/* RFC 2253 writes the last attribute first; .NET and OpenSSL's oneline write them as they stand. */
	return parse_text(text, &a, &written) && read_name(X509_get_subject_name(c->x509), &a, &real) &&
	    written.n == real.n && (same_order(&written, &real, true) || same_order(&written, &real, false));
}

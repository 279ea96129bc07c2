/* One token a signer: a SoftHSM2 folder of his own, a key made inside it, a certificate of the test PKI. */
#include "play.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"

struct play_signer *
tokens_find(struct play *p, const char *code)
{
	for (struct play_signer *s = p->signers; s != NULL; s = s->next)
		if (strcmp(s->code, code) == 0)
			return s;
	return NULL;
}

/* Teachers of public schools hold certificates of either CA; heads and seals those of the government's (domain facts §6.3). */
static enum testpki_ca
issuer(const char *position, size_t i)
{
	return strcmp(position, "GV") == 0 && i % 2 == 1 ? TESTPKI_PUBLIC : TESTPKI_GOVERNMENT;
}

static enum hb_code
token(struct play *p, const struct testpki_subject *subject, const char *school, const char *owner, const char *code, struct hb_err *err)
{
	struct play_signer *s = HB_NEW(&p->a, struct play_signer);
	char *dir = play_path(p, "tokens/%s", code), *pem = play_path(p, "tokens/%s/certificate.der", code);
	struct pki_cert *cert;
	enum hb_code c = HB_OK;
	if (s == NULL || dir == NULL || pem == NULL)
		return hb_full(err);
	*s = (struct play_signer){ p->signers, owner, code, school, subject->name, dir, { 0 } };
	if (hb_file_exists(pem)) {
		c = hb_file_read(pem, PKI_DER_MAX, &p->a, &s->cert, err);
	} else {
		struct testpki_person person = { .subject = *subject, .dir = dir, .label = code, .pin = PLAY_PIN, .rsa_bits = 2048 };
		c = testpki_person(p->pki, &person, &p->a, &cert, err);
		if (c == HB_OK) {
			s->cert = cert->der;
			c = hb_file_write(pem, s->cert, 0600, err);
		}
	}
	if (c == HB_OK)
		p->signers = s;
	return c;
}

enum hb_code
tokens_make(struct play *p, struct play_school *s, struct hb_err *err)
{
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < json_array_size(s->staff) && c == HB_OK; i++) {
		const json_t *who = json_array_get(s->staff, i);
		const char *position = play_str(who, "position");
		if (strcmp(position, "QTV") == 0 || strcmp(position, "HV") == 0)
			continue;                /* they sign nothing */
		char *id = hb_printf(&p->a, "CCCD:%s", play_str(who, "personal_id"));
		struct testpki_subject subject = { .ca = issuer(position, i), .name = play_str(who, "name"), .organisation = s->name,
			.place = play_str(s->info, "province"), .id = id };
		c = id == NULL ? hb_full(err) : token(p, &subject, s->code, play_str(who, "id"), play_str(who, "code"), err);
	}
	char *tax = hb_printf(&p->a, "MST:%s", play_str(s->info, "tax_code"));
	struct testpki_subject seal = { .ca = TESTPKI_GOVERNMENT, .name = s->name, .organisation = s->name,
		.place = play_str(s->info, "province"), .id = tax };
	if (c == HB_OK)
		c = tax == NULL ? hb_full(err) : token(p, &seal, s->code, s->id, s->code, err);
	return c;
}

enum hb_code
tokens_foreign(struct play *p, const json_t *event, struct hb_err *err)
{
	char *person = hb_printf(&p->a, "CCCD:%s", play_str(event, "head_id")), *unit = hb_printf(&p->a, "MST:%s", play_str(event, "tax_code"));
	const char *from = play_str(event, "from");
	struct testpki_subject head = { .ca = TESTPKI_PUBLIC, .name = play_str(event, "head"), .organisation = from, .id = person };
	struct testpki_subject seal = { .ca = TESTPKI_PUBLIC, .name = from, .organisation = from, .id = unit };
	if (person == NULL || unit == NULL)
		return hb_full(err);
	enum hb_code c = token(p, &head, "", "", "truong-khac-hieu-truong", err);
	return c == HB_OK ? token(p, &seal, "", "", "truong-khac-don-vi", err) : c;
}

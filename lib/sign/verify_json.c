/* The contract of `hocba verify --json` (architecture §7): one object of "files". */
#include "json/write.h"
#include "sign/verify.h"

static const char *const form_words[] = { "B", "T", "LT", "LTA" };
static const char *const level_words[] = { "fail", "warn", "info" };
static const char *const status_words[] = { "unknown", "good", "revoked", "expired" };

static void
put_certificate(struct jw *w, const struct verify_signature *s)
{
	if (s->certificate == NULL) {
		jw_null(w, "certificate");
		return;
	}
	jw_object(w, "certificate");
	jw_str(w, "serial", s->certificate->serial);
	jw_time(w, "not_before", s->certificate->not_before);
	jw_time(w, "not_after", s->certificate->not_after);
	jw_str(w, "status_at_signing", status_words[s->status_at_signing]);
	jw_str(w, "status_now", status_words[s->status_now]);
	jw_end(w);
}

static void
put_signature(struct jw *w, const struct verify_signature *s)
{
	jw_object(w, NULL);
	jw_str(w, "id", s->id);
	jw_str(w, "role", s->role);
	jw_str(w, "signer", s->signer);
	jw_str(w, "issuer", s->issuer);
	if (s->has_time)
		jw_time(w, "signing_time", s->signing_time);
	else
		jw_null(w, "signing_time");
	jw_bool(w, "time_protected", s->time_protected);
	jw_str(w, "level", form_words[s->form]);
	put_certificate(w, s);
	jw_array(w, "covers");
	for (size_t i = 0; i < s->n_covers; i++)
		jw_str(w, NULL, s->covers[i]);
	jw_end(w);
	jw_str(w, "verdict", verify_verdict_word(s->verdict));
	jw_str(w, "indication", s->indication);
	jw_str(w, "sub_indication", s->sub_indication);
	jw_end(w);
}

enum hb_code
verify_json(const struct verify_report *r, const char *file, struct hb_buf *out, struct hb_err *err)
{
	struct jw w = jw_start(out);
	jw_object(&w, NULL);
	jw_str(&w, "file", file);
	jw_str(&w, "verdict", verify_verdict_word(r->verdict));
	jw_str(&w, "kind", verify_kind_word(r->kind));
	jw_array(&w, "signatures");
	for (size_t i = 0; i < r->n_signatures; i++)
		put_signature(&w, &r->signatures[i]);
	jw_end(&w);
	jw_array(&w, "findings");
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct verify_finding *f = &r->findings[i];
		jw_object(&w, NULL);
		jw_str(&w, "key", f->key);
		jw_str(&w, "clause", f->clause);
		jw_str(&w, "level", level_words[f->level]);
		jw_str(&w, "signature", f->signature);
		jw_str(&w, "text", f->text);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return jw_done(&w) ? HB_OK : hb_full(err);
}

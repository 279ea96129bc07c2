/* hocba-sign list: tokens and certificates. */
#include "agent.h"
#include "json/write.h"

#include <stdio.h>

static void
put_cert(struct jw *w, const struct pki_cert *c)
{
	jw_object(w, NULL);
	jw_str(w, "name", c->name);
	jw_str(w, "subject", c->subject);
	jw_str(w, "issuer", c->issuer_name);
	jw_str(w, "serial", c->serial);
	jw_str(w, "kind", c->kind == PKI_KIND_PERSONAL ? "personal" : c->kind == PKI_KIND_UNIT ? "unit" : "other");
	jw_time(w, "not_before", c->not_before);
	jw_time(w, "not_after", c->not_after);
	jw_base64(w, "certificate", c->der);
	jw_end(w);
}

static void
show_cert(const struct pki_cert *c)
{
	char from[HB_DATE_LEN], to[HB_DATE_LEN], from_vi[HB_DATE_LEN], to_vi[HB_DATE_LEN];

	hb_vn_date(c->not_before, from);
	hb_vn_date(c->not_after, to);
	hb_date_vi(from, from_vi);
	hb_date_vi(to, to_vi);
	printf("  %s\n    %s; %s cấp; từ %s đến %s%s\n    số %s\n", c->name, pki_kind_vi(c->kind), c->issuer_name, from_vi, to_vi,
	    c->not_after < hb_now() ? " (đã hết hạn)" : "", c->serial);
}

/* Certificates of one token, without its PIN. */
static enum hb_code
list_token(const struct agent_options *o, const char *label, struct jw *w, struct hb_err *err)
{
	struct key_options options = o->key;
	struct pki_cert *const *certs;
	struct key_source *key;
	enum hb_code code;
	size_t n;

	options.token = label;
	code = key_open(&options, &key, err);
	if (code != HB_OK)
		return code;
	certs = key_certs(key, &n);
	jw_object(w, NULL);
	jw_str(w, "token", label);
	jw_array(w, "certificates");
	if (!o->json)
		printf("%s\n", label != NULL ? label : o->key.p12);
	for (size_t i = 0; i < n; i++) {
		put_cert(w, certs[i]);
		if (!o->json)
			show_cert(certs[i]);
	}
	jw_end(w);
	jw_end(w);
	key_close(key);
	return HB_OK;
}

static enum hb_code
list_tokens(const struct agent_options *o, struct hb_arena *a, struct jw *w, struct hb_err *err)
{
	struct p11_token *tokens;
	struct p11_module *m;
	size_t n;
	enum hb_code code = p11_open(o->key.module != NULL ? o->key.module : P11_MODULE_DEFAULT, &m, err);

	if (code != HB_OK)
		return code;
	code = p11_tokens(m, a, &tokens, &n, err);
	p11_close(m);
	for (size_t i = 0; code == HB_OK && i < n; i++)
		code = list_token(o, tokens[i].label, w, err);
	if (code == HB_OK && n == 0)
		code = hb_fail(err, HB_E_NOTFOUND, "token.khongThay", "không thấy thiết bị ký nào được cắm");
	return code;
}

int
agent_list(const struct agent_options *o)
{
	struct hb_err err = HB_ERR_INIT;
	HB_SCOPED_ARENA a;
	HB_SCOPED_BUF out;
	struct jw w;
	enum hb_code code;

	hb_arena_init(&a, HB_ARENA_DEFAULT);
	hb_buf_init(&out, HB_BUF_MAX);
	w = jw_start(&out);
	jw_object(&w, NULL);
	jw_array(&w, "tokens");
	if (o->key.p12 != NULL || o->key.token != NULL)
		code = list_token(o, o->key.token, &w, &err);
	else
		code = list_tokens(o, &a, &w, &err);
	jw_end(&w);
	jw_end(&w);
	if (code != HB_OK) {
		agent_tell(&err);
		return AGENT_USAGE;
	}
	if (o->json && jw_done(&w))
		printf("%s\n", out.p);
	return AGENT_OK;
}

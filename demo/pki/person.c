/* A person's token: one SoftHSM2 folder each, as each signer has a device of his own. */
#include "demo/pki/testpki_int.h"
#include "base/file.h"
#include "sign/p11.h"

#include <stdlib.h>
#include <string.h>

#define SO_PIN "so-pin-thu-nghiem"

static enum hb_code
write_config(const struct testpki_person *p, struct hb_arena *a, const char **ret_conf, struct hb_err *err)
{
	char *tokens = hb_printf(a, "%s/tokens", p->dir), *conf = hb_printf(a, "%s/softhsm2.conf", p->dir);
	char *text = hb_printf(a, "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", tokens);
	enum hb_code code;

	if (tokens == NULL || conf == NULL || text == NULL)
		return hb_full(err);
	code = hb_mkdirs(tokens, 0700, err);
	if (code == HB_OK)
		code = hb_file_write(conf, HB_STR(text), 0600, err);
	if (code == HB_OK)
		*ret_conf = conf;
	return code;
}

static enum hb_code
enrol(struct testpki *pki, const struct testpki_person *p, struct p11_module *m, struct hb_arena *a, struct pki_cert **ret_cert,
    struct hb_err *err)
{
	struct p11_session *session = NULL;
	struct hb_bytes spki;
	struct pki_cert *cert;
	enum hb_code code = p11_init_token(m, p->label, SO_PIN, p->pin, err);

	if (code == HB_OK)
		code = p11_login(m, p->label, p->pin, &session, err);
	if (code == HB_OK)
		code = p11_generate(session, p->label, p->rsa_bits, a, &spki, err);
	if (code == HB_OK)
		code = testpki_issue(pki, &p->subject, spki, a, &cert, err);
	if (code == HB_OK)
		code = p11_store_cert(session, p->label, cert, err);
	p11_logout(session);
	if (code == HB_OK)
		*ret_cert = cert;
	return code;
}

enum hb_code
testpki_person(struct testpki *pki, const struct testpki_person *p, struct hb_arena *a, struct pki_cert **ret_cert,
    struct hb_err *err)
{
	const char *before = getenv("SOFTHSM2_CONF"), *conf = NULL;
	char *kept = before != NULL ? strdup(before) : NULL;
	struct p11_module *m = NULL;
	enum hb_code code = write_config(p, a, &conf, err);

	if (code == HB_OK) {
		setenv("SOFTHSM2_CONF", conf, 1);
		code = p11_open(p->module != NULL ? p->module : P11_MODULE_DEFAULT, &m, err);
		if (code == HB_OK)
			code = enrol(pki, p, m, a, ret_cert, err);
		p11_close(m);
		if (kept != NULL)
			setenv("SOFTHSM2_CONF", kept, 1);
		else
			unsetenv("SOFTHSM2_CONF");
	}
	free(kept);
	return code;
}

/* The register of certificates, and whether one may sign now. */
#include "signing/signing_int.h"
#include "db/audit.h"

#include <string.h>

static bool
is_unit_owner(const char *school, const char *owner)
{
	return strcmp(school, owner) == 0;
}

static enum hb_code
check_kind(const struct pki_cert *cert, bool for_unit, struct hb_err *err)
{
	enum pki_kind wants = for_unit ? PKI_KIND_UNIT : PKI_KIND_PERSONAL;

	if (cert->kind == wants)
		return HB_OK;
	hb_fail(err, HB_E_RULE, "ky.saiLoai", "cần %s, nhưng đây là %s (%s)", pki_kind_vi(wants), pki_kind_vi(cert->kind), cert->name);
	return hb_clause(err, "D7.2");
}

static void
warn(struct signing_warnings *w, const char *text)
{
	if (w != NULL && text != NULL && w->n < SIGNING_WARNINGS_MAX)
		w->text[w->n++] = text;
}

static enum hb_code
check_dates(const struct pki_cert *cert, hb_time now, struct hb_arena *a, struct signing_warnings *w, struct hb_err *err)
{
	char iso[HB_DATE_LEN], date[HB_DATE_LEN];
	bool late = now > cert->not_after;

	hb_vn_date(now < cert->not_before ? cert->not_before : cert->not_after, iso);
	hb_date_vi(iso, date);
	if (late || now < cert->not_before) {
		hb_fail(err, HB_E_RULE, late ? "ky.hetHan" : "ky.chuaHieuLuc", late ? "chứng thư số của %s đã hết hạn ngày %s" :
		    "chứng thư số của %s đến ngày %s mới có hiệu lực", cert->name, date);
		return hb_clause(err, "D7.1");
	}
	if (cert->not_after - now < (hb_time)SIGNING_WARN_DAYS * 86400)
		warn(w, hb_printf(a, "Chứng thư số sắp hết hạn: ngày %s. Xin gia hạn sớm.", date));
	return HB_OK;
}

static enum hb_code
check_revocation(const struct signing_room *room, const struct pki_chain *chain, hb_time now, struct hb_arena *a,
    struct signing_warnings *w, struct hb_err *err)
{
	struct pki_cert *cert = chain->certs[0], *issuer = chain->certs[1];
	struct pki_revocation r = { .state = PKI_REV_UNKNOWN };
	struct hb_err silent = HB_ERR_INIT;
	struct hb_bytes der;

	if (pki_ocsp_fetch(room->net, cert, issuer, 0, a, &der, &silent) == HB_OK)
		pki_ocsp_check(der, cert, issuer, NULL, 0, now, a, &r);
	if (r.state == PKI_REV_REVOKED) {
		hb_fail(err, HB_E_RULE, "ky.daThuHoi", "chứng thư số của %s đã bị thu hồi", cert->name);
		return hb_clause(err, "D7.1");
	}
	/* Silence does not stop signing: the evidence before the end of the file asks again. */
	if (r.state != PKI_REV_GOOD)
		warn(w, hb_printf(a, "Chưa kiểm tra được chứng thư số có bị thu hồi không: %s.", r.why != NULL ? r.why : silent.msg));
	return HB_OK;
}

enum hb_code
signing_check_cert(const struct signing_room *room, struct pki_cert *cert, struct hb_arena *a, struct pki_chain *ret_chain,
    struct signing_warnings *warnings, struct hb_err *err)
{
	struct pki_cert *pool[SIGNING_CAS_MAX];
	size_t n = room->n_cas < SIGNING_CAS_MAX ? room->n_cas : SIGNING_CAS_MAX;
	struct pki_chain chain;
	hb_time now = hb_now();
	enum hb_code code = check_dates(cert, now, a, warnings, err);

	if (n > 0)
		memcpy(pool, room->cas, n * sizeof *pool);
	if (code == HB_OK)
		code = evidence_chain(room->trust, room->net, cert, pool, &n, SIGNING_CAS_MAX, PKI_FOR_SIGNING, now, a, &chain, err);
	if (code != HB_OK)
		return code;
	if (chain.status != PKI_OK || chain.n < 2 || chain.ca_class == PKI_CA_UNKNOWN) {
		const char *why = chain.status != PKI_OK ? pki_status_vi(chain.status) : pki_ca_class_vi(chain.ca_class);

		hb_fail(err, HB_E_RULE, chain.status == PKI_OK || chain.status == PKI_NO_CHAIN ? "ky.caLa" : "ky.khongDung",
		    "chứng thư số của %s do %s cấp không dùng được: %s", cert->name, cert->issuer_name, why);
		return hb_clause(err, "D7.2");
	}
	code = check_revocation(room, &chain, now, a, warnings, err);
	if (code == HB_OK && ret_chain != NULL)
		*ret_chain = chain;
	return code;
}

/* --- the tables --- */

struct put {
	struct hb_id            id;
	const char             *school, *owner;
	const struct pki_cert  *cert;
	const struct auth_person *by;
	const char             *reason;      /* withdrawing */
	struct hb_arena        *a;
};

static enum hb_code
write_audit(struct db_tx *tx, const struct put *p, const char *action, struct hb_err *err)
{
	char object[64];
	struct audit_entry e = { .school = p->school, .actor = p->by->account.s, .action = action, .object = object };

	snprintf(object, sizeof object, "certificate/%s", p->id.s);
	return audit_write(tx, &e, err);
}

static enum hb_code
put_certificate(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct put *p = ctx;
	const char *fingerprint = hb_hex(p->a, HB_BYTES(p->cert->fingerprint.b, HB_SHA256_LEN));
	struct db_rows rows;
	enum hb_code code = db_rows(tx, &signing_certificate_in_use, DB_ARGS(DB_ID(p->school), DB_TEXT(fingerprint)), p->a, &rows, err);

	if (code != HB_OK)
		return code;
	for (size_t i = 0; i < rows.n; i++) {
		struct hb_id owner = db_id(&rows, i, SIGNING_CERTIFICATE_IN_USE_OWNER);

		if (strcmp(owner.s, p->owner) != 0)
			return hb_fail(err, HB_E_CONFLICT, "ky.daDangKy", "chứng thư số này đã đăng ký cho người khác");
		p->id = db_id(&rows, i, SIGNING_CERTIFICATE_IN_USE_ID);
		return HB_OK;
	}
	code = db_run(tx, &signing_certificate_put, DB_ARGS(DB_ID(p->school), DB_ID(p->id.s), DB_ID(p->owner),
	    DB_TEXT(is_unit_owner(p->school, p->owner) ? "unit" : "personal"), DB_TEXT(fingerprint), DB_BYTES(p->cert->der),
	    DB_TIME(p->cert->not_after), DB_TIME(hb_now()), DB_ID(p->by->person.s)), NULL, err);
	return code == HB_OK ? write_audit(tx, p, "certificate.register", err) : code;
}

enum hb_code
signing_register(const struct signing_room *room, const struct auth_person *by, const char *school, const char *owner,
    struct hb_bytes der, struct hb_arena *a, struct hb_id *ret_id, struct hb_err *err)
{
	struct put p = { .id = hb_id_new(), .school = school, .owner = owner, .by = by, .a = a };
	struct pki_cert *cert;
	enum hb_code code = pki_cert_parse(der, a, &cert, err);

	if (code == HB_OK)
		code = check_kind(cert, is_unit_owner(school, owner), err);
	if (code == HB_OK)
		code = signing_check_cert(room, cert, a, NULL, NULL, err);
	if (code != HB_OK)
		return code;
	p.cert = cert;
	code = db_write(room->db, put_certificate, &p, err);
	if (code == HB_OK)
		*ret_id = p.id;
	return code;
}

static enum hb_code
put_withdrawal(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct put *p = ctx;
	enum hb_code code = db_run(tx, &signing_certificate_withdraw, DB_ARGS(DB_ID(p->school), DB_ID(p->id.s), DB_TIME(hb_now()),
	    DB_ID(p->by->person.s), DB_TEXT(p->reason)), NULL, err);

	return code == HB_OK ? write_audit(tx, p, "certificate.withdraw", err) : code;
}

enum hb_code
signing_withdraw(const struct signing_room *room, const struct auth_person *by, const char *school, const char *id,
    const char *reason, struct hb_err *err)
{
	struct put p = { .school = school, .by = by, .reason = reason };

	if (!hb_id_valid(id))
		return hb_fail(err, HB_E_NOTFOUND, "ky.khongThay", "không có chứng thư số này trong sổ đăng ký");
	snprintf(p.id.s, sizeof p.id.s, "%s", id);
	return db_write(room->db, put_withdrawal, &p, err);
}

struct query { const char *school, *owner, *fingerprint; struct hb_arena *a; struct db_rows rows; };

static enum hb_code
read_list(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct query *q = ctx;

	if (q->owner == NULL)
		return db_rows(tx, &signing_certificate_list, DB_ARGS(DB_ID(q->school)), q->a, &q->rows, err);
	return db_rows(tx, &signing_certificate_of_owner, DB_ARGS(DB_ID(q->school), DB_ID(q->owner)), q->a, &q->rows, err);
}

enum hb_code
signing_certs(const struct signing_room *room, const char *school, const char *owner, struct hb_arena *a,
    struct signing_cert **ret_certs, size_t *ret_n, struct hb_err *err)
{
	struct query q = { .school = school, .owner = owner, .a = a };
	struct signing_cert *list;
	enum hb_code code = db_read(room->db, read_list, &q, err);

	if (code != HB_OK)
		return code;
	list = HB_NEWN(a, struct signing_cert, q.rows.n + 1);
	if (list == NULL)
		return hb_full(err);
	for (size_t i = 0; code == HB_OK && i < q.rows.n; i++) {
		list[i].id = db_id(&q.rows, i, SIGNING_CERTIFICATE_LIST_ID);
		list[i].owner = db_id(&q.rows, i, SIGNING_CERTIFICATE_LIST_OWNER);
		list[i].registered = db_time(&q.rows, i, SIGNING_CERTIFICATE_LIST_REGISTERED);
		list[i].withdrawn = db_is_null(&q.rows, i, SIGNING_CERTIFICATE_LIST_WITHDRAWN) ? 0 :
		    db_time(&q.rows, i, SIGNING_CERTIFICATE_LIST_WITHDRAWN);
		code = pki_cert_parse(db_bytes(&q.rows, i, SIGNING_CERTIFICATE_LIST_DER), a, &list[i].cert, err);
	}
	if (code != HB_OK)
		return code;
	*ret_certs = list;
	*ret_n = q.rows.n;
	return HB_OK;
}

static enum hb_code
read_in_use(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct query *q = ctx;

	return db_rows(tx, &signing_certificate_in_use, DB_ARGS(DB_ID(q->school), DB_TEXT(q->fingerprint)), q->a, &q->rows, err);
}

enum hb_code
signing_find_cert(const struct signing_room *room, const struct auth_person *who, const struct pki_cert *cert,
    struct hb_arena *a, struct hb_id *ret_id, struct hb_err *err)
{
	struct query q = { .school = who->school.s, .a = a,
		.fingerprint = hb_hex(a, HB_BYTES(cert->fingerprint.b, HB_SHA256_LEN)) };
	enum hb_code code = q.fingerprint != NULL ? db_read(room->db, read_in_use, &q, err) : hb_full(err);

	if (code != HB_OK)
		return code;
	for (size_t i = 0; i < q.rows.n; i++) {
		struct hb_id owner = db_id(&q.rows, i, SIGNING_CERTIFICATE_IN_USE_OWNER);

		if (strcmp(owner.s, who->person.s) == 0 || strcmp(owner.s, who->school.s) == 0) {
			*ret_id = db_id(&q.rows, i, SIGNING_CERTIFICATE_IN_USE_ID);
			return HB_OK;
		}
	}
	if (q.rows.n > 0)
		return hb_fail(err, HB_E_DENIED, "ky.khongPhaiCuaBan", "chứng thư số của %s đăng ký cho người khác", cert->name);
	hb_fail(err, HB_E_DENIED, "ky.chuaDangKy", "chứng thư số của %s chưa đăng ký với nhà trường", cert->name);
	return hb_hint(err, "Đăng ký chứng thư số ở trang cá nhân rồi ký lại.");
}

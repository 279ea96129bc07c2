#include "batch.h"

#include <string.h>

enum { KEEP_EVERY = 16 };

struct batch {
	struct hb_arena        arena;
	struct packet          packet;
	struct checked        *checked;
	struct packet_result  *results;
	struct pki_cert       *mine;
	struct key_source     *key;
	const struct batch_hooks *hooks;
	struct hb_buf         *out;
};

static void
fail_item(struct batch *b, size_t i, const struct hb_err *err)
{
	struct packet_result *r = &b->results[i];

	r->failed = true;
	r->done = false;
	r->key = err->key;
	r->text = hb_strdup(&b->arena, err->msg);
}

/* The certificate the packet names, or the only one there is. */
static enum hb_code
choose_cert(struct batch *b, struct hb_err *err)
{
	size_t n;
	struct pki_cert *const *certs = key_certs(b->key, &n);
	enum hb_code code;

	if (b->packet.certificate.n != 0) {
		code = pki_cert_parse(b->packet.certificate, &b->arena, &b->mine, err);
		if (code != HB_OK)
			return code;
	} else if (n == 1) {
		b->mine = certs[0];
	} else {
		return hb_fail(err, HB_E_NOTFOUND, "token.nhieu", "thiết bị ký có %zu chứng thư số và gói ký không nói dùng chứng thư số nào", n);
	}
	return key_choose(b->key, b->mine, err);
}

/* Digests of everything, before anything is signed: the person sees the whole, and a bad document is told first.
 * Each document is checked in an arena of its own: a batch of PDFs would not fit in one. */
static enum hb_code
check_all(struct batch *b, struct hb_err *err)
{
	for (size_t i = 0; i < b->packet.n; i++) {
		struct hb_err why = HB_ERR_INIT;
		struct checked c;
		HB_SCOPED_ARENA scratch;
		char *hex;

		hb_arena_init(&scratch, (size_t)1 << 30);
		if (check_document(&b->packet.documents[i], b->mine, &scratch, &c, &why) != HB_OK) {
			fail_item(b, i, &why);
			continue;
		}
		hex = hb_hex(&scratch, HB_BYTES(c.digest.b, HB_SHA256_LEN));
		b->checked[i] = (struct checked){ .digest = c.digest, .kind = c.kind, .class_name = hb_strdup(&b->arena, c.class_name),
			.subject = hb_strdup(&b->arena, c.subject), .year = hb_strdup(&b->arena, c.year),
			.pupil = hb_strdup(&b->arena, c.pupil), .role = hb_strdup(&b->arena, c.role) };
		if (hex == NULL || b->arena.full)
			return hb_full(err);
		/* What an earlier run signed counts only for the same bytes. */
		if (b->results[i].done && strcmp(b->results[i].digest, hex) != 0)
			b->results[i].done = false;
		memcpy(b->results[i].digest, hex, 2 * HB_SHA256_LEN + 1);
	}
	return HB_OK;
}

static bool
same_group(const struct checked *x, const struct checked *y)
{
	return strcmp(x->kind, y->kind) == 0 && strcmp(x->class_name, y->class_name) == 0 && strcmp(x->subject, y->subject) == 0 &&
	    strcmp(x->year, y->year) == 0 && strcmp(x->role, y->role) == 0;
}

static void
put_group(const struct batch *b, size_t first, size_t count, struct hb_buf *text)
{
	const struct checked *c = &b->checked[first];
	const struct packet_document *d = &b->packet.documents[first];

	hb_putf(text, "  %zu %s", count, c->kind);
	if (c->class_name[0] != '\0')
		hb_putf(text, ", lớp %s", c->class_name);
	if (c->year[0] != '\0')
		hb_putf(text, ", năm học %s", c->year);
	if (c->subject[0] != '\0')
		hb_putf(text, ", môn %s", c->subject);
	if (c->role[0] != '\0')
		hb_putf(text, ", vai trò %s", check_role_vi(c->role));
	if (count == 1 && c->pupil[0] != '\0')
		hb_putf(text, ", học sinh %s", c->pupil);
	hb_putc(text, '\n');
	if (d->title != NULL)
		hb_putf(text, "      máy chủ ghi: %s%s\n", d->title, count > 1 ? ", …" : "");
	if (d->changes != NULL)
		hb_putf(text, "      thay đổi so với lần ký trước (theo máy chủ): %s\n", d->changes);
}

/* What is signed, by kind, class, subject and role, with counts; computed, not told. */
static void
describe(const struct batch *b, struct hb_buf *text)
{
	char until[HB_DATE_LEN], shown[HB_DATE_LEN];
	size_t bad = 0;

	hb_vn_date(b->mine->not_after, until);
	hb_date_vi(until, shown);
	hb_putf(text, "Chứng thư số: %s (%s cấp, dùng đến %s)\nSẽ ký:\n", b->mine->name, b->mine->issuer_name, shown);
	for (size_t i = 0; i < b->packet.n; i++) {
		size_t first = i, count = 0;

		if (b->results[i].failed) {
			bad++;
			continue;
		}
		for (size_t k = 0; k < i && first == i; k++)
			if (!b->results[k].failed && same_group(&b->checked[k], &b->checked[i]))
				first = k;
		for (size_t k = i; first == i && k < b->packet.n; k++)
			if (!b->results[k].failed && same_group(&b->checked[k], &b->checked[i]))
				count++;
		if (first == i)
			put_group(b, i, count, text);
	}
	if (bad > 0)
		hb_putf(text, "Không ký %zu tài liệu vì không đúng:\n", bad);
	for (size_t i = 0; i < b->packet.n; i++)
		if (b->results[i].failed)
			hb_putf(text, "  %s: %s\n", b->packet.documents[i].id, b->results[i].text);
}

static enum hb_code
write_answer(struct batch *b, bool keep, struct hb_err *err)
{
	enum hb_code code;

	hb_buf_reset(b->out);
	code = packet_answer(&b->packet, b->mine->der, b->results, b->out, err);
	if (code == HB_OK && keep && b->hooks->keep != NULL)
		code = b->hooks->keep(b->hooks->context, hb_buf_bytes(b->out), err);
	return code;
}

/* A token that went away fails everything still open; another failure only its own document. */
static enum hb_code
sign_all(struct batch *b, struct hb_err *err)
{
	struct hb_err why = HB_ERR_INIT;
	enum hb_code code = HB_OK;
	size_t since = 0;
	bool gone = false;

	for (size_t i = 0; code == HB_OK && i < b->packet.n; i++) {
		struct packet_result *r = &b->results[i];

		if (r->done || r->failed)
			continue;
		if (!gone) {
			why = HB_ERR_INIT;
			r->done = key_sign(b->key, &b->checked[i].digest, &b->arena, &r->value, &why) == HB_OK;
			gone = why.code == HB_E_UPSTREAM;
		}
		if (!r->done)
			fail_item(b, i, &why);
		else if (++since % KEEP_EVERY == 0)
			code = write_answer(b, true, err);
	}
	return code;
}

static enum hb_code
run(struct batch *b, struct hb_bytes before, struct batch_outcome *ret, struct hb_err *err)
{
	enum hb_code code = choose_cert(b, err);
	HB_SCOPED_BUF text;

	hb_buf_init(&text, (size_t)1 << 20);
	b->checked = HB_NEWN(&b->arena, struct checked, b->packet.n + 1);
	b->results = HB_NEWN(&b->arena, struct packet_result, b->packet.n + 1);
	if (code == HB_OK && (b->checked == NULL || b->results == NULL))
		return hb_full(err);
	if (code == HB_OK && before.n != 0)
		code = packet_resume(before, &b->packet, b->results, &b->arena, err);
	if (code == HB_OK)
		code = check_all(b, err);
	if (code != HB_OK)
		return code;
	describe(b, &text);
	if (!b->hooks->consent(b->hooks->context, text.p != NULL ? text.p : ""))
		ret->refused = true;
	else
		code = sign_all(b, err);
	return code == HB_OK ? write_answer(b, true, err) : code;
}

enum hb_code
batch_run(struct hb_bytes packet, struct hb_bytes before, struct key_source *key, const struct batch_hooks *hooks,
    struct hb_buf *out, struct batch_outcome *ret, struct hb_err *err)
{
	struct batch b = { .key = key, .hooks = hooks, .out = out };
	struct batch_outcome o = { .done = 0 };
	enum hb_code code;

	hb_arena_init(&b.arena, (size_t)1 << 30);
	code = packet_read(packet, &b.arena, &b.packet, err);
	if (code == HB_OK)
		code = run(&b, before, &o, err);
	for (size_t i = 0; code == HB_OK && i < b.packet.n; i++) {
		o.done += b.results[i].done;
		o.failed += b.results[i].failed;
	}
	o.total = b.packet.n;
	hb_arena_fini(&b.arena);
	if (code == HB_OK)
		*ret = o;
	return code;
}

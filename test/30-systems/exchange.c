/* lib/exchange: two systems in one process, a network that loses, and letters that are not what they say. */
#include "tap.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "exchange/exchange.h"
#include "exchange/exchange_sql.h"

enum fault { F_NONE, F_LOST_REQUEST, F_LOST_REPLY, F_CRASH, F_BROKEN_RECEIVER };
struct side {
	const char *name;
	char folder[64], db_path[96], key_path[96], members_path[96];
	struct exchange_key key;
	struct db *db;
	struct exchange *x;
	struct side *peer;
	enum fault fault;                            /* of the network on the way to the peer */
	int stored, receipts, posts;
	bool refuse_next, fail_next;
};
static struct side town = { .name = "city" }, hall = { .name = "transcript" };
static struct exchange_key authority;
static const struct db_module *const modules[] = { &exchange_sql, NULL };
static int64_t serial;

/* -- two systems ----------------------------------------------------------------------------------------- */

static enum hb_code
network(void *ctx, const char *address, struct hb_bytes body, struct hb_arena *a, int *ret_status, struct hb_bytes *ret_reply,
    struct hb_err *err)
{
	struct side *s = ctx;
	enum fault f = s->fault;
	s->posts++;
	if (f == F_LOST_REQUEST || strcmp(address, "unix:/nowhere") == 0)
		return hb_fail(err, HB_E_UPSTREAM, "http.khongTraLoi", "mất yêu cầu");
	enum hb_code rc = exchange_receive(s->peer->x, body, a, ret_reply, err);
	if (f == F_LOST_REPLY)
		return hb_fail(err, HB_E_UPSTREAM, "http.khongTraLoi", "mất trả lời");
	if (f == F_CRASH)
		_exit(7);                        /* stored over there; nothing recorded here */
	*ret_status = rc == HB_OK ? 200 : hb_http_status(rc);
	if (rc != HB_OK)
		*ret_reply = HB_STR("{\"title\":\"không nhận\"}");
	return HB_OK;
}

static enum hb_code
check(const struct exchange_msg *m, void *ctx, struct hb_arena *a, void **ret_work, struct exchange_answer *ans, struct hb_err *err)
{
	struct side *s = ctx;
	if (s->fail_next) {
		s->fail_next = false;
		return hb_fail(err, HB_E_INTERNAL, "heThong.loi", "hỏng");
	}
	if (m->payload.n > 0 && m->payload.p[0] == '!')
		exchange_error(ans, "HS-07", "mau.loi", "thiếu chữ ký");
	*ret_work = hb_strndup(a, (const char *)m->payload.p, m->payload.n);
	return *ret_work == NULL ? hb_full(err) : HB_OK;
}

static enum hb_code
apply(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans, struct hb_err *err)
{
	struct side *s = ctx;
	(void)tx, (void)m;
	if (s->refuse_next) {
		s->refuse_next = false;
		return hb_fail(err, HB_E_CONFLICT, "mau.cuHon", "bản cũ hơn bản đã nhận");
	}
	s->stored++;
	exchange_result(ans, json_pack("{s:s}", "text", (const char *)work));
	return HB_OK;
}
static const struct exchange_handler deposit = { 4, "deposit", check, apply };

static enum hb_code
on_receipt(struct db_tx *tx, const struct exchange_receipt *r, void *ctx, struct hb_err *err)
{
	(void)tx, (void)r, (void)err;
	((struct side *)ctx)->receipts++;
	return HB_OK;
}

static void
write_members(const char *path, hb_time town_ends, bool with_hall)
{
	hb_time now = hb_now();
	struct exchange_member m[2] = {
		{ "city", "Sở GDĐT mẫu", "unix:/somewhere", { { town.key.pub, now - 86400, town_ends } }, 1 },
		{ "transcript", "Trường mẫu", "unix:/elsewhere", { { hall.key.pub, now - 86400, now + 86400 } }, 1 },
	};
	struct exchange_members all = { ++serial, m, with_hall ? 2 : 1 };
	struct hb_err err = HB_ERR_INIT;
	if (exchange_members_write(path, &all, &authority, &err) != HB_OK)
		ok(false, "the directory is written: %s", err.msg);
}

static void
open_side(struct side *s, struct side *peer)
{
	struct db_config cfg = { .system = s->name, .path = s->db_path };
	struct hb_err err = HB_ERR_INIT;
	s->peer = peer;
	struct exchange_config x = { s->name, s->key_path, s->members_path, authority.pub, network, s };
	if (db_open(&cfg, modules, &s->db, &err) != HB_OK || exchange_open(s->db, &x, &s->x, &err) != HB_OK) {
		ok(false, "%s opens: %s %s", s->name, err.msg, err.log);
		exit(tap_done());
	}
	exchange_on(s->x, &deposit, s);
	exchange_on_receipt(s->x, 4, "deposit", on_receipt, s);
}

static void
close_side(struct side *s)
{
	exchange_close(s->x);
	db_close(s->db);
}

static void
make_side(struct side *s, const char *folder)
{
	snprintf(s->folder, sizeof s->folder, "%s", folder);
	snprintf(s->db_path, sizeof s->db_path, "%s/%s.db", folder, s->name);
	snprintf(s->key_path, sizeof s->key_path, "%s/%s.key", folder, s->name);
	snprintf(s->members_path, sizeof s->members_path, "%s/members.json", folder);
	struct db_config cfg = { .system = s->name, .path = s->db_path };
	ok(db_init(&cfg, modules, NULL) == HB_OK && exchange_key_create(s->key_path, &s->key, NULL) == HB_OK, "system %s", s->name);
}

/* -- sending --------------------------------------------------------------------------------------------- */

struct out { struct side *s; const char *text; struct hb_id id; bool fail; enum exchange_state state; struct exchange_receipt r;
	struct hb_arena *a; };

static enum hb_code
send_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct out *o = ctx;
	struct exchange_out m = { o->s->peer->name, 4, "deposit", "application/json", HB_STR(o->text) };
	enum hb_code rc = exchange_send(o->s->x, tx, &m, &o->id, err);
	return rc == HB_OK && o->fail ? hb_fail(err, HB_E_RULE, "mau.thoi", "thôi") : rc;
}

static struct hb_id
post(struct side *s, const char *text)
{
	struct out o = { .s = s, .text = text };
	ok(db_write(s->db, send_fn, &o, NULL) == HB_OK, "staged: %s", text);
	return o.id;
}

static enum hb_code
state_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct out *o = ctx;
	return exchange_sent(o->s->x, tx, o->id.s, o->a, &o->state, &o->r, err);
}

static enum exchange_state
state_of(struct side *s, struct hb_id id, struct hb_arena *a, struct exchange_receipt *ret_r)
{
	struct out o = { .s = s, .id = id, .a = a };
	if (db_read(s->db, state_fn, &o, NULL) != HB_OK)
		return EXCHANGE_UNKNOWN;
	*ret_r = o.r;
	return o.state;
}

static int64_t
deliver_at(struct side *s, hb_time now)
{
	int64_t left = -1;
	struct hb_err err = HB_ERR_INIT;
	if (exchange_deliver(s->x, now, &left, &err) != HB_OK)
		ok(false, "a pass: %s %s", err.msg, err.log);
	return left;
}

static int64_t
deliver(struct side *s, hb_time later)
{
	return deliver_at(s, hb_now() + later);
}

/* -- the table of faults: each ends with exactly one copy (architecture §11) ------------------------------ */

static void
crash_pass(struct side *s)
{
	close_side(&town);                           /* connections do not cross a fork */
	close_side(&hall);
	pid_t child = fork();
	if (child == 0) {
		open_side(&town, &hall);
		open_side(&hall, &town);
		exchange_deliver(s->x, hb_now(), NULL, NULL);
		_exit(0);
	}
	int status = 0;
	waitpid(child, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 7, "the sender dies after the other side stored");
	open_side(&town, &hall);
	open_side(&hall, &town);
}

static int64_t
rows(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	int64_t n = -1;
	sqlite3_open(path, &db);
	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}

static void
faults(struct hb_arena *a)
{
	static const struct { const char *name; enum fault f; int copies; enum exchange_state after; } t[] = {
		{ "clean", F_NONE, 1, EXCHANGE_ACCEPTED },
		{ "request lost", F_LOST_REQUEST, 0, EXCHANGE_WAITING },
		{ "stored but reply lost", F_LOST_REPLY, 1, EXCHANGE_WAITING },
		{ "crash before recording", F_CRASH, 1, EXCHANGE_WAITING },
	};
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct exchange_receipt r;
		struct hb_id id = post(&hall, t[i].name);
		int64_t before = rows(town.db_path, "SELECT count(*) FROM exchange_inbox");
		hall.fault = t[i].f;
		if (t[i].f == F_CRASH)
			crash_pass(&hall);
		else
			deliver(&hall, 0);
		hall.fault = F_NONE;
		ok(rows(town.db_path, "SELECT count(*) FROM exchange_inbox") == before + t[i].copies
		    && state_of(&hall, id, a, &r) == t[i].after, "%s: %d copies, state %d", t[i].name, t[i].copies, t[i].after);
		ok(deliver(&hall, 3600) == 0 && state_of(&hall, id, a, &r) == EXCHANGE_ACCEPTED, "%s: the next pass finishes", t[i].name);
		ok(rows(town.db_path, "SELECT count(*) FROM exchange_inbox") == before + 1, "%s: exactly one copy", t[i].name);
		is(json_string_value(json_object_get(r.result, "text")), t[i].name, "the receipt carries the result");
	}
	ok(hall.receipts == 4 && town.stored == 3, "receipts handled once each, changes stored once each (one in the process that died): %d, %d",
	    hall.receipts, town.stored);
}

static void
order(void)
{
	int posts = hall.posts;
	post(&hall, "một");
	post(&hall, "hai");
	hb_time now = hb_now();
	hall.fault = F_LOST_REQUEST;
	ok(deliver_at(&hall, now) == 2 && hall.posts == posts + 1, "a message that must wait holds up the next");
	ok(deliver_at(&hall, now) == 2 && hall.posts == posts + 1, "and is not tried before its pause is over");
	ok(deliver_at(&hall, now + 2) == 2 && hall.posts == posts + 2, "then it is");
	hall.fault = F_NONE;
	ok(deliver(&hall, 3600) == 0, "both arrive");
	struct out o = { .s = &hall, .text = "không gửi", .fail = true };
	ok(db_write(hall.db, send_fn, &o, NULL) == HB_E_RULE && deliver(&hall, 0) == 0, "no change, no message");
}

static void
refusals(struct hb_arena *a)
{
	struct exchange_receipt r;
	int stored = town.stored;
	struct hb_id id = post(&hall, "!hỏng");
	ok(deliver(&hall, 0) == 0 && state_of(&hall, id, a, &r) == EXCHANGE_REFUSED, "errors found by check are a refusal");
	ok(json_array_size(r.errors) == 1 && !strcmp(json_string_value(json_object_get(json_array_get(r.errors, 0), "subject")), "HS-07"),
	    "the receipt names the pupil");
	town.refuse_next = true;
	id = post(&hall, "cũ");
	ok(deliver(&hall, 0) == 0 && state_of(&hall, id, a, &r) == EXCHANGE_REFUSED && town.stored == stored, "so is a failure of apply");
	town.fail_next = true;
	id = post(&hall, "lại");
	ok(deliver(&hall, 0) == 1 && state_of(&hall, id, a, &r) == EXCHANGE_WAITING, "a broken receiver is no answer");
	ok(deliver(&hall, 3600) == 0 && state_of(&hall, id, a, &r) == EXCHANGE_ACCEPTED, "and the sender tries again");
}

/* -- letters that are not what they say ------------------------------------------------------------------- */

static struct hb_bytes
letter(struct hb_arena *a, const struct exchange_key *key, const char *id, const char *from, const char *to, hb_time created,
    const char *payload, const char *signed_payload)
{
	char when[HB_RFC3339_LEN];
	hb_rfc3339(created, when);
	struct hb_sha256 h = hb_sha256(HB_STR(signed_payload));
	char *header = hb_printf(a, "{\"v\":1,\"id\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"flow\":4,\"kind\":\"deposit\",\"created\":\"%s\","
	    "\"payload_sha256\":\"%s\",\"payload_type\":\"text/plain\"}", id, from, to, when, hb_hex(a, HB_BYTES(h.b, 32)));
	struct exchange_sig sig = exchange_sign(key, HB_STR(header));
	char *body = hb_printf(a, "{\"header\":\"%s\",\"payload\":\"%s\",\"signature\":\"%s\"}", hb_base64url(a, HB_STR(header)),
	    hb_base64(a, HB_STR(payload)), hb_base64(a, HB_BYTES(sig.b, sizeof sig.b)));
	return HB_STR(body);
}

static void
hostile(struct hb_arena *a)
{
	struct exchange_key stranger;
	char path[96];
	hb_time now = hb_now();
	snprintf(path, sizeof path, "%s/stranger.key", hall.folder);
	ok(exchange_key_create(path, &stranger, NULL) == HB_OK, "a key nobody listed");
	char id[37], id2[37];
	snprintf(id, sizeof id, "%s", hb_id_new().s);
	snprintf(id2, sizeof id2, "%s", hb_id_new().s);
	const struct { const char *name, *key; enum hb_code code; struct hb_bytes body; } t[] = {
		{ "forged", "lienThong.saiChuKy", HB_E_AUTH, letter(a, &stranger, id, "transcript", "city", now, "x", "x") },
		{ "of another sender", "lienThong.saiChuKy", HB_E_AUTH, letter(a, &hall.key, id, "city", "city", now, "x", "x") },
		{ "of no member", "lienThong.laThanhVien", HB_E_DENIED, letter(a, &stranger, id, "stranger", "city", now, "x", "x") },
		{ "for another receiver", "lienThong.saiNoiNhan", HB_E_DENIED, letter(a, &hall.key, id, "transcript", "ministry", now, "x", "x") },
		{ "with altered payload", "lienThong.saiMaBam", HB_E_AUTH, letter(a, &hall.key, id, "transcript", "city", now, "y", "x") },
		{ "from before the key", "lienThong.saiChuKy", HB_E_AUTH, letter(a, &hall.key, id, "transcript", "city", now - 172800, "x", "x") },
		{ "from the future", "lienThong.lechGio", HB_E_AUTH, letter(a, &hall.key, id, "transcript", "city", now + 3600, "x", "x") },
		{ "with a bad id", "lienThong.thuSaiDang", HB_E_INPUT, letter(a, &hall.key, "1", "transcript", "city", now, "x", "x") },
		{ "that is no JSON", "json.saiDang", HB_E_INPUT, HB_STR("<?xml version=\"1.0\"?>") },
		{ "without members", "json.thieuTruong", HB_E_INPUT, HB_STR("{}") },
		{ "with rubbish inside", "json.saiDang", HB_E_INPUT, HB_STR("{\"header\":\"AAAA\",\"payload\":\"\",\"signature\":\"\"}") },
	};
	int64_t before = rows(town.db_path, "SELECT count(*) FROM exchange_inbox");
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct hb_err err = HB_ERR_INIT;
		struct hb_bytes reply;
		enum hb_code rc = exchange_receive(town.x, t[i].body, a, &reply, &err);
		ok(rc == t[i].code && err.key != NULL && !strcmp(err.key, t[i].key), "a letter %s: %s: %s", t[i].name, err.key, err.msg);
	}
	ok(rows(town.db_path, "SELECT count(*) FROM exchange_inbox") == before, "leaves no trace in the inbox");
	struct hb_bytes first = { 0 }, again = { 0 }, other = { 0 };
	ok(exchange_receive(town.x, letter(a, &hall.key, id2, "transcript", "city", now, "bản một", "bản một"), a, &first, NULL) == HB_OK
	    && exchange_receive(town.x, letter(a, &hall.key, id2, "transcript", "city", now, "bản một", "bản một"), a, &again, NULL) == HB_OK
	    && first.n == again.n && memcmp(first.p, again.p, first.n) == 0, "the same bytes again: the same receipt, to the byte");
	struct exchange_receipt r;
	ok(exchange_receive(town.x, letter(a, &hall.key, id2, "transcript", "city", now, "bản hai", "bản hai"), a, &other, NULL) == HB_OK
	    && rows(town.db_path, "SELECT count(*) FROM exchange_dispute") == 1
	    && rows(town.db_path, "SELECT count(*) FROM exchange_inbox") == before + 1, "other bytes under the id wait for a person");
	(void)r;
	exchange_key_wipe(&stranger);
}

/* -- directory and keys ------------------------------------------------------------------------------------ */

static void
directory(struct hb_arena *a)
{
	struct hb_bytes reply;
	struct hb_err err = HB_ERR_INIT;
	hb_time now = hb_now();
	char id[37], old[96], copy[96];
	struct hb_bytes bytes;
	snprintf(id, sizeof id, "%s", hb_id_new().s);
	snprintf(old, sizeof old, "%s/members.json", hall.folder);
	snprintf(copy, sizeof copy, "%s/other.key", hall.folder);
	ok(hb_file_read(old, HB_FILE_MAX, a, &bytes, NULL) == HB_OK, "the directory of before");
	write_members(old, now + 86400, false);
	ok(exchange_receive(town.x, letter(a, &hall.key, id, "transcript", "city", now, "x", "x"), a, &reply, &err) == HB_E_DENIED
	    && !strcmp(err.key, "lienThong.laThanhVien"), "a member struck from the list is a stranger at once");
	ok(hb_file_write(old, bytes, 0644, NULL) == HB_OK, "somebody puts the old file back");
	err = HB_ERR_INIT;
	ok(exchange_receive(town.x, letter(a, &hall.key, id, "transcript", "city", now, "x", "x"), a, &reply, &err) == HB_E_CONFLICT
	    && !strcmp(err.key, "lienThong.danhBaCu"), "an older directory is refused");
	write_members(old, now - 10, true);
	post(&hall, "người nhận hết hạn");
	ok(deliver(&hall, 0) == 1, "a receipt under an expired key is no receipt (D8c, D8d)");
	write_members(old, now + 86400, true);
	ok(deliver(&hall, 3600) == 0, "with a key in force it is");
	struct exchange_key other;
	struct exchange_members m;
	ok(exchange_key_create(copy, &other, NULL) == HB_OK && exchange_members_load(old, &other.pub, a, &m, NULL) == HB_E_INPUT,
	    "a directory of another authority is refused");
	ok(exchange_key_create(copy, &other, NULL) == HB_E_CONFLICT, "a key is never overwritten");
	struct stat st;
	ok(stat(copy, &st) == 0 && (st.st_mode & 0777) == 0600, "a key is for its owner only");
	err = HB_ERR_INIT;
	ok(chmod(copy, 0644) == 0 && exchange_key_load(copy, &other, &err) == HB_E_DENIED && !strcmp(err.key, "lienThong.khoaHo"),
	    "a key others may read is refused");
}

static void
worker(struct hb_arena *a)
{
	struct exchange_receipt r;
	ok(exchange_start(hall.x, NULL) == HB_OK, "the worker starts");
	struct hb_id id = post(&hall, "nền");
	ok(exchange_drain(hall.x, 3000, NULL) == HB_OK && state_of(&hall, id, a, &r) == EXCHANGE_ACCEPTED, "and delivers by itself");
	hall.fault = F_LOST_REQUEST;
	post(&hall, "kẹt");
	struct hb_err err = HB_ERR_INIT;
	ok(exchange_drain(hall.x, 200, &err) == HB_E_UPSTREAM, "%s", err.msg);
	hall.fault = F_NONE;
	ok(exchange_drain(hall.x, 6000, NULL) == HB_OK, "after its pause it goes by itself");
}

static void
keeping(void)
{
	int64_t n = -1;
	ok(exchange_purge(hall.x, hb_now() + 34 * 86400, &n, NULL) == HB_OK && n == 0, "after 34 days everything is still there");
	ok(exchange_purge(hall.x, hb_now() + 36 * 86400, &n, NULL) == HB_OK && n > 0, "after 36 the payloads go");
	ok(rows(hall.db_path, "SELECT count(*) FROM exchange_receipt") == rows(hall.db_path, "SELECT count(*) FROM exchange_outbox"),
	    "the receipts stay");
}

int
main(void)
{
	char folder[] = "/tmp/hocba-exchange-XXXXXX", key[96];
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(key, sizeof key, "%s/authority.key", folder);
	ok(exchange_key_create(key, &authority, NULL) == HB_OK, "the authority of the directory");
	make_side(&town, folder);
	make_side(&hall, folder);
	write_members(town.members_path, hb_now() + 86400, true);
	open_side(&town, &hall);
	open_side(&hall, &town);
	faults(&a);
	order();
	refusals(&a);
	hostile(&a);
	directory(&a);
	worker(&a);
	keeping();
	close_side(&hall);
	close_side(&town);
	return tap_done();
}

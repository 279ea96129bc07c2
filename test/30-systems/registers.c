/* city and ministry as the program runs them: founded from their settings, their routes walked by scripts, checked by fsck. */
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "city/city.h"
#include "city/city_sql.h"
#include "city/system.h"
#include "exchange/exchange.h"
#include "http/server.h"
#include "ministry/system.h"
#include "script/script.h"

#define SECRET "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#define UNIT "0190d1a0-0000-7000-8000-00000000c001"
static char folder[] = "/tmp/hocba-registers-XXXXXX";
static struct hb_arena arena;
static char code[26];
static const char *authority_hex;
static struct exchange_key authority;

#define must(what, call) do { struct hb_err e_ = HB_ERR_INIT; (void)e_; if ((call) != HB_OK) { \
	printf("Bail out! %s: %s %s %s\n", what, e_.key, e_.msg, e_.log); exit(1); } } while (0)

static void
report(bool good, const char *file, int line, const char *what)
{
	tap_ok(file, line, good, "%s", what);
}

static const char *
config_of(const char *system, const char *officers, const char *more)
{
	char *path = hb_printf(&arena, "%s/%s", folder, system);
	char *text = hb_printf(&arena, "{\"system\":\"%s\",\"profile\":\"demo\",\"origin\":\"http://127.0.0.1:8080\",\"socket\":\"../%s.sock\","
	    "\"database\":{\"path\":\"system.db\"},\"exchange\":{\"self\":\"%s\",\"members\":\"../members.json\",\"authority\":\"%s\"},"
	    "\"settings\":{\"unit\":\"" UNIT "\",\"trust\":[],\"decision\":{\"number\":\"1/QĐ\",\"date\":\"2025-08-01\"},\"officers\":[%s],%s}}",
	    system, system, system, authority_hex, officers, more);
	must("folder", hb_mkdirs(path, 0700, &e_));
	path = hb_printf(&arena, "%s/%s/config.json", folder, system);
	must("config", hb_file_write(path, HB_STR(text), 0600, &e_));
	return path;
}

static const char *
officer(const char *login, const char *role)
{
	return hb_printf(&arena, "{\"login\":\"%s\",\"name\":\"Cán bộ\",\"password\":\"Mat-khau-demo-1\",\"role\":\"%s\",\"secret\":\"" SECRET
	    "\",\"keep_password\":true}", login, role);
}

static const char *
token_of(struct runtime *rt, const char *login)
{
	char digits[7];
	struct auth_entry entry;
	must("code", auth_totp(SECRET, hb_now(), digits, &e_));
	const struct auth_attempt try = { UNIT, login, "Mat-khau-demo-1", digits, NULL, "", "r" };
	must(login, auth_enter(rt->auth, &try, &arena, &entry, &e_));
	return entry.token;
}

/* The script with the sessions of its people before it. */
static void
run(struct runtime *rt, const char *name, const char *before)
{
	struct api_system host;
	struct auth_hooks hooks;
	struct hb_bytes script;
	char *path = hb_printf(&arena, "%s/%s.http", folder, name);
	must("script", hb_file_read(hb_printf(&arena, SCRIPTS "/%s.http", name), HB_FILE_MAX, &arena, &script, &e_));
	char *text = hb_printf(&arena, "%s%.*s", before, (int)script.n, (const char *)script.p);
	for (char *at; (at = strstr(text, "${code}")) != NULL; )
		text = hb_printf(&arena, "%.*s%s%s", (int)(at - text), text, code, at + strlen("${code}"));
	must("script", hb_file_write(path, HB_STR(text), 0600, &e_));
	runtime_host(rt, &host, &hooks);
	struct script_target here = { .origin = host.origin, .host = &host };
	ok(script_run(path, &here, report), "the script of %s", name);
}

/* What the school's message would have put there: a certificate that waits, and a code. */
static enum hb_code
waiting(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx;
	struct hb_id cert = hb_id_new(), code_id = hb_id_new();
	const struct city_event asked = { CITY_CERTIFICATE, cert.s, CITY_REQUESTED, "system:transcript", "" },
	    reserved = { CITY_CODE, code_id.s, CITY_RESERVED, "system:transcript", "" };
	enum hb_code rc = db_run(tx, &city_certificate_put, DB_ARGS(DB_TEXT("79-760-03"), DB_ID(cert.s),
	    DB_TEXT("5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"), DB_BYTES(HB_STR("der")), DB_TEXT("CN=Trường"),
	    DB_TEXT("CN=CA"), DB_TEXT("01"), DB_TIME(1), DB_TIME(2), DB_TEXT("2025-08-01"), DB_TEXT("2027-08-01"), DB_TEXT("12/QĐ-UBND"),
	    DB_TEXT("2010-06-01"), DB_TEXT("UBND")), NULL, err);
	if (rc == HB_OK)
		rc = city_event_add(tx, &asked, err);
	if (rc == HB_OK)
		rc = db_run(tx, &city_code_put, DB_ARGS(DB_ID(code_id.s), DB_TEXT(code), DB_TEXT("79-760-03"), DB_TEXT("THCS"), DB_TIME(1)),
		    NULL, err);
	return rc == HB_OK ? city_event_add(tx, &reserved, err) : rc;
}

/* Keys and the directory of both, before either is founded. */
static void
make_members(void)
{
	static const char *const names[] = { "city", "ministry", "transcript" };
	struct exchange_key keys[3];
	struct exchange_member m[3];
	must("authority", exchange_key_create(hb_printf(&arena, "%s/authority.key", folder), &authority, &e_));
	authority_hex = hb_hex(&arena, HB_BYTES(authority.pub.b, sizeof authority.pub.b));
	for (int i = 0; i < 3; i++) {
		must("folder", hb_mkdirs(hb_printf(&arena, "%s/%s", folder, names[i]), 0700, &e_));
		must("key", exchange_key_create(hb_printf(&arena, "%s/%s/system.key", folder, names[i]), &keys[i], &e_));
		m[i] = (struct exchange_member){ names[i], names[i], hb_printf(&arena, "unix:%s/%s.sock", folder, names[i]), { { keys[i].pub, 0, hb_now() + 86400 } }, 1 };
	}
	const struct exchange_members all = { 1, m, 3 };
	must("members", exchange_members_write(hb_printf(&arena, "%s/members.json", folder), &all, &authority, &e_));
}

/* -- a message over the socket ------------------------------------------------------------------------------ */

struct asking { struct exchange *x; struct hb_id id; enum exchange_state state; struct exchange_receipt r; };

static enum hb_code
send_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct asking *q = ctx;
	char *payload = hb_printf(&arena, "{\"v\":1,\"school\":\"79-760-03\",\"codes\":[\"%s\"]}", code);
	const struct exchange_out m = { "city", 3, "codes-check", "application/json", HB_STR(payload) };
	return exchange_send(q->x, tx, &m, &q->id, err);
}

static enum hb_code
state_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct asking *q = ctx;
	return exchange_sent(q->x, tx, q->id.s, &arena, &q->state, &q->r, err);
}

/* A school's software asks the running city: outbox, HTTP, front door, handler, receipt. */
static void
over_the_socket(struct runtime *rt)
{
	static const struct db_module *const modules[] = { &exchange_sql, NULL };
	struct api_system host;
	struct auth_hooks hooks;
	struct api_server *server;
	struct db *db;
	struct asking q = { 0 };
	struct db_config where = { .system = "transcript", .path = hb_printf(&arena, "%s/transcript/system.db", folder) };
	struct exchange_config cfg = { .self = "transcript", .key_path = hb_printf(&arena, "%s/transcript/system.key", folder),
		.members_path = hb_printf(&arena, "%s/members.json", folder), .authority = authority.pub };
	must("database", db_init(&where, modules, &e_));
	must("database", db_open(&where, modules, &db, &e_));
	must("exchange", exchange_open(db, &cfg, &q.x, &e_));
	runtime_host(rt, &host, &hooks);
	must("worker", exchange_start(q.x, &e_));
	must("send", db_write(db, send_fn, &q, &e_));
	usleep(100000);
	must("state", db_read(db, state_fn, &q, &e_));
	ok(q.state == EXCHANGE_WAITING, "while the city is not there the message waits");
	must("server", api_server_start(&host, hb_printf(&arena, "%s/city.sock", folder), &server, &e_));
	struct hb_err err = HB_ERR_INIT;
	ok(exchange_drain(q.x, 8000, &err) == HB_OK, "and goes by itself when it is: %s", err.msg);
	must("state", db_read(db, state_fn, &q, &e_));
	const json_t *item = json_array_get(json_object_get(q.r.result, "codes"), 0);
	ok(q.state == EXCHANGE_ACCEPTED && !strcmp(json_string_value(json_object_get(item, "state")), "RESERVED"), "the receipt has the answer");
	exchange_close(q.x);
	api_server_stop(server);
	db_close(db);
}

static void
start(const struct hb_system *system, const char *file, struct run_config *config, struct runtime *rt)
{
	must("config", run_config_read(file, &arena, config, &e_));
	must("init", runtime_init(system, config, &arena, &e_));
	must("open", runtime_open(system, config, true, &arena, rt, &e_));
}

static void
finish(const struct hb_system *system, struct runtime *rt)
{
	int64_t n = -1;
	struct hb_err err = HB_ERR_INIT;
	ok(system->fsck(rt, &n, &err) == HB_OK && n == 0, "fsck of %s: %s", system->name, err.msg);
	runtime_close(rt);
}

static void
city(void)
{
	struct run_config config;
	struct runtime rt = { 0 };
	start(&city_system, config_of("city", hb_printf(&arena, "%s,%s", officer("lanhdao", "city_head"), officer("canbo", "city_officer")),
	    "\"province\":\"79\",\"ministry\":\"ministry\",\"schools\":[{\"code\":\"79-760-03\",\"name\":\"Trường THCS\",\"member\":\"transcript\"}]"),
	    &config, &rt);
	must("waiting", db_write(rt.db, waiting, NULL, &e_));
	run(&rt, "city", hb_printf(&arena, "as head\ntoken %s\nas officer\ntoken %s\n", token_of(&rt, "lanhdao"), token_of(&rt, "canbo")));
	over_the_socket(&rt);
	finish(&city_system, &rt);
}

static void
ministry(void)
{
	struct run_config config;
	struct runtime rt = { 0 };
	start(&ministry_system, config_of("ministry", officer("bo", "ministry_officer"), "\"cities\":[{\"member\":\"city\",\"name\":\"Sở GDĐT\"}]"),
	    &config, &rt);
	run(&rt, "ministry", hb_printf(&arena, "as officer\ntoken %s\n", token_of(&rt, "bo")));
	finish(&ministry_system, &rt);
}

int
main(void)
{
	hb_arena_init(&arena, HB_ARENA_DEFAULT * 2);
	hb_log_setup("registers", HB_LOG_ERROR);
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(code, sizeof code, "%s", hb_record_code_new().s);
	make_members();
	city();
	ministry();
	hb_arena_fini(&arena);
	return tap_done();
}

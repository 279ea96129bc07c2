/* The world of the demo: folders, configurations, keys, the members' directory, the PKI's services, the systems as processes. */
#include "play.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "exchange/members.h"

const char *const play_system_names[PLAY_SYSTEM__MAX] = { "school", "sector", "gradebook", "transcript", "city", "ministry" };
static const char *const titles[PLAY_SYSTEM__MAX] = { "Phần mềm quản lí nhà trường", "CSDL dùng chung ngành GDĐT",
	"Hệ thống theo dõi và đánh giá học sinh", "Phần mềm quản lí học bạ số", "Hệ thống dữ liệu học bạ số của Sở GDĐT",
	"Hệ thống học bạ số của Bộ GDĐT" };
static const char *const accounts[PLAY_SYSTEM__MAX] = { NULL, "city", "school", "school", NULL, NULL };

/* ---- settings of each system ---------------------------------------------------------------------------- */

/* An id that the first call draws and later calls keep. */
static const char *
kept_id(struct play *p, const char *key)
{
	const char *have = journal_get(p, key);
	if (have == NULL && journal_put(p, key, hb_id_new().s, NULL) == HB_OK)
		have = journal_get(p, key);
	return have == NULL ? "" : have;
}

static json_t *
officer(const char *login, const char *name, const char *role)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "login", login, "name", name, "password", PLAY_PASSWORD, "role", role, "secret",
	    play_founder_secret, "keep_password", 1);
}

static json_t *
trust_files(void)
{
	return json_pack("[s]", "../pki/root.pem");
}

static json_t *
ca_files(void)
{
	return json_pack("[s,s,s]", "../pki/government.pem", "../pki/public.pem", "../pki/tsa.pem");
}

static json_t *
pki_settings(const struct play *p)
{
	return json_pack("{s:o, s:o, s:s}", "trust", trust_files(), "cas", ca_files(), "tsa_url", testpki_tsa_url(p->pki));
}

static json_t *
office(struct play *p, enum play_system s)
{
	bool city = s == PLAY_CITY;
	json_t *officers = city ? json_pack("[o,o]", officer("chuyenvien.so", "Chuyên viên Sở", "city_officer"),
	    officer("giamdoc.so", "Giám đốc Sở", "city_head")) : json_pack("[o]", officer("chuyenvien.bo", "Chuyên viên Bộ", "ministry_officer"));
	json_t *settings = json_pack("{s:s, s:o, s:{s:s,s:s}, s:s, s:s, s:o, s:o}", "unit", kept_id(p, city ? "unit/city" : "unit/ministry"),
	    "officers", officers, "decision", "number", "01/QĐ", "date", "2025-01-02", "province", play_str(p->plan, "so_code"), "ministry", "ministry",
	    "trust", trust_files(), "cas", ca_files());
	if (!city)                            /* who may report to the Ministry (flow 5) */
		json_object_set_new(settings, "cities", json_pack("[{s:s, s:s}]", "member", "city", "name", titles[PLAY_CITY]));
	return settings;
}

static json_t *
school_settings(struct play *p, enum play_system system)
{
	json_t *list = json_array();
	for (size_t i = 0; i < p->n_schools; i++) {
		const struct play_school *s = &p->schools[i];
		json_t *one = json_deep_copy(s->info), *founders = json_object_get(one, "founders");
		json_object_del(one, "events");
		for (size_t k = 0; k < json_array_size(founders); k++) {
			json_t *f = json_array_get(founders, k);
			json_object_set_new(f, "login", json_string(play_str(f, "code")));
			json_object_set_new(f, "password", json_string(PLAY_PASSWORD));
			json_object_set_new(f, "secret", json_string(play_founder_secret));
		}
		json_object_set_new(one, "superior", json_string("Sở Giáo dục và Đào tạo Thành phố Hồ Chí Minh"));
		json_object_set_new(one, "signs_from", json_string(p->year));
		json_object_set_new(one, "teachers_sign", json_false());
		json_object_set_new(one, "id", json_string(s->id));
		json_object_set_new(one, "so_code", json_string(play_str(p->plan, "so_code")));
		json_object_set_new(one, "member", json_string("school"));
		json_object_set_new(one, "gradebook", json_string("gradebook"));
		json_object_set_new(one, "reports_from", json_string("sector"));
		json_object_set_new(one, "transcript", json_string("transcript"));
		json_array_append_new(list, one);
	}
	json_t *settings = json_pack("{s:o}", "schools", list);
	if (system == PLAY_GRADEBOOK || system == PLAY_TRANSCRIPT || system == PLAY_SCHOOL)
		json_object_set_new(settings, "pki", pki_settings(p));
	if (system == PLAY_TRANSCRIPT) {
		json_object_set_new(settings, "city", json_string("city"));
		json_object_set_new(settings, "gradebook", json_string("gradebook"));
		json_object_set_new(settings, "portal", json_string("http://127.0.0.1:8080/tra-cuu/"));
	}
	if (system == PLAY_SCHOOL)
		json_object_set_new(settings, "sector", json_string("sector"));
	return settings;
}

/* ---- configuration files -------------------------------------------------------------------------------- */

static enum hb_code
write_json(const char *path, json_t *o, struct hb_err *err)
{
	char *text = json_dumps(o, JSON_INDENT(1));
	json_decref(o);
	if (text == NULL)
		return hb_full(err);
	enum hb_code c = hb_file_write(path, HB_STR(text), 0600, err);
	free(text);
	return c;
}

static enum hb_code
configure(struct play *p, enum play_system s, const char *authority, struct hb_err *err)
{
	const char *name = play_system_names[s];
	char *folder = play_path(p, "%s", name), *path = play_path(p, "%s/config.json", name);
	char socket[64], ask[64];
	if (folder == NULL || path == NULL)
		return hb_full(err);
	snprintf(socket, sizeof socket, "../run/%s.sock", name);
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:{s:s}, s:{s:s,s:s,s:s}, s:s, s:s, s:o}", "system", name, "profile", "demo", "origin",
	    "http://127.0.0.1:8080", "socket", socket, "database", "path", "system.db", "exchange", "self", name, "members",
	    "../members.json", "authority", authority, "clock", "../clock", "log", "warn", "settings",
	    s == PLAY_CITY || s == PLAY_MINISTRY ? office(p, s) : school_settings(p, s));
	if (accounts[s] != NULL) {
		snprintf(ask, sizeof ask, "../run/%s.sock", accounts[s]);
		json_object_set_new(o, "accounts", json_string(ask));
		if (strcmp(accounts[s], "school") != 0) {
			snprintf(ask, sizeof ask, "/api/%s/v1/session", accounts[s]);
			json_object_set_new(o, "accounts_path", json_string(ask));
		}
	}
	enum hb_code c = hb_mkdirs(folder, 0700, err);
	return c == HB_OK ? write_json(path, o, err) : c;
}

static enum hb_code
init_system(struct play *p, enum play_system s, struct hb_err *err)
{
	char *config = play_path(p, "%s/config.json", play_system_names[s]), *db = play_path(p, "%s/system.db", play_system_names[s]);
	char *log = play_path(p, "log/%s.log", play_system_names[s]);
	if (config == NULL || db == NULL || log == NULL)
		return hb_full(err);
	if (hb_file_exists(db))
		return HB_OK;
	const char *argv[] = { "/proc/self/exe", play_system_names[s], "init", "--config", config, NULL };
	int status = 0;
	enum hb_code c = process_run(argv, NULL, log, NULL, &status, err);
	return c == HB_OK && status != 0 ? hb_fail(err, HB_E_INTERNAL, "demo.khongTao", "không tạo được dữ liệu của hệ thống %s; xem %s",
	    play_system_names[s], log) : c;
}

/* ---- the members' directory ------------------------------------------------------------------------------- */

static enum hb_code
authority_key(struct play *p, struct exchange_key *ret_key, struct hb_err *err)
{
	char *path = play_path(p, "demo/authority.key");
	if (path == NULL)
		return hb_full(err);
	return hb_file_exists(path) ? exchange_key_load(path, ret_key, err) : exchange_key_create(path, ret_key, err);
}

static enum hb_code
write_members(struct play *p, const struct exchange_key *authority, struct hb_err *err)
{
	struct exchange_member list[PLAY_SYSTEM__MAX] = { 0 };
	for (int s = 0; s < PLAY_SYSTEM__MAX; s++) {
		struct exchange_key key;
		char *path = play_path(p, "%s/system.key", play_system_names[s]);
		char *address = hb_printf(&p->a, "unix:%s", p->sockets[s]);
		if (path == NULL || address == NULL)
			return hb_full(err);
		enum hb_code c = exchange_key_load(path, &key, err);
		if (c != HB_OK)
			return c;
		list[s] = (struct exchange_member){ .id = play_system_names[s], .name = titles[s], .address = address, .n_keys = 1,
			.keys = { { key.pub, hb_now() - 86400, hb_now() + (hb_time)5 * 365 * 86400 } } };
		exchange_key_wipe(&key);
	}
	char *path = play_path(p, "members.json");
	const struct exchange_members m = { .serial = 1, .list = list, .n = PLAY_SYSTEM__MAX };
	return path == NULL ? hb_full(err) : exchange_members_write(path, &m, authority, err);
}

/* ---- all of it ---------------------------------------------------------------------------------------------- */

static enum hb_code
folders(struct play *p, struct hb_err *err)
{
	static const char *const names[] = { "run", "log", "demo", "tokens" };
	enum hb_code c = hb_mkdirs(p->data, 0700, err);
	for (size_t i = 0; i < sizeof names / sizeof names[0] && c == HB_OK; i++)
		c = hb_mkdirs(play_path(p, "%s", names[i]), 0700, err);
	return c;
}

enum hb_code
world_make(struct play *p, struct hb_err *err)
{
	struct exchange_key authority;
	char *pki = play_path(p, "pki");
	enum hb_code c = folders(p, err);
	if (c == HB_OK)
		c = journal_open(p, err);
	if (c == HB_OK)
		c = testpki_open(pki, 0, &p->pki, err);
	for (size_t i = 0; i < p->n_schools && c == HB_OK; i++)
		p->schools[i].id = kept_id(p, hb_printf(&p->a, "school/%s", p->schools[i].code));
	if (c == HB_OK)
		c = authority_key(p, &authority, err);
	if (c != HB_OK)
		return c;
	char *hex = hb_hex(&p->a, HB_BYTES(authority.pub.b, sizeof authority.pub.b));
	bool fresh = !journal_has(p, "world");
	for (int s = 0; s < PLAY_SYSTEM__MAX && c == HB_OK && fresh; s++) {
		c = configure(p, s, hex, err);
		if (c == HB_OK)
			c = init_system(p, s, err);
	}
	if (c == HB_OK && fresh)
		c = write_members(p, &authority, err);
	exchange_key_wipe(&authority);
	return c == HB_OK && fresh ? journal_done(p, "world", err) : c;
}

enum hb_code
world_clock(struct play *p, const char *date, struct hb_err *err)
{
	char text[40];
	char *path = play_path(p, "clock");
	snprintf(text, sizeof text, "%sT03:00:00Z\n", date);
	return path == NULL ? hb_full(err) : hb_file_write(path, HB_STR(text), 0644, err);
}

enum hb_code
world_start(struct play *p, struct hb_err *err)
{
	enum hb_code c = testpki_serve(p->pki, &p->services, err);
	for (int s = 0; s < PLAY_SYSTEM__MAX && c == HB_OK; s++) {
		char *config = play_path(p, "%s/config.json", play_system_names[s]), *log = play_path(p, "log/%s.log", play_system_names[s]);
		const char *argv[] = { "hocba", play_system_names[s], "serve", "--config", config, NULL };
		c = process_start(&p->children[s], play_system_names[s], argv, log, err);
	}
	for (int s = 0; s < PLAY_SYSTEM__MAX && c == HB_OK; s++)
		c = process_ready(&p->children[s], p->sockets[s], play_path(p, "log/%s.log", play_system_names[s]), err);
	return c;
}

void
world_stop(struct play *p)
{
	for (int s = PLAY_SYSTEM__MAX - 1; s >= 0; s--)
		process_stop(&p->children[s]);
	testpki_stop(p->services);
	testpki_close(p->pki);
}

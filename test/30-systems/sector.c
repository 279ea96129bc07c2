/* systems/sector: class reports in, frozen files out, and the table of a report's states. */
#include "net.h"

#include "exchange/exchange_sql.h"
#include "json/read.h"
#include "record_book.h"
#include "reply_fits.h"
#include "sector/report.h"
#include "sector/sector_api.h"
#include "sector/sector_sql.h"

static struct sector sector;
static struct net_side *school, *hall, *gradebook;
static struct { int taken; bool refuse; struct hb_bytes xml; struct hb_arena *a; } received;

/* ---- The table of states ---- */
static void
states(void)
{
	size_t n;
	const struct sector_move *m = sector_moves(&n);
	bool reached[SECTOR_STATE__MAX] = { [SECTOR_NONE] = true };
	int exits = 0, twice = 0;
	for (int pass = 0; pass < SECTOR_STATE__MAX; pass++)
		for (size_t i = 0; i < n; i++)
			reached[m[i].to] |= reached[m[i].from];
	for (int s = 0; s < SECTOR_STATE__MAX; s++)
		ok(reached[s], "state %s can be reached", sector_state_code((enum sector_state)s));
	for (size_t i = 0; i < n; i++) {
		exits += m[i].from == SECTOR_REPLACED;
		for (size_t k = i + 1; k < n; k++)
			twice += m[i].from == m[k].from && m[i].event == m[k].event;
	}
	ok(exits == 0, "a replaced report stays so");
	ok(twice == 0, "one event from one state has one outcome");
	enum sector_state to;
	ok(sector_step(SECTOR_TAKEN, SECTOR_E_FREEZE, &to, NULL) == HB_E_CONFLICT, "what is not in the table is refused");
	for (int s = SECTOR_REPORTED; s < SECTOR_STATE__MAX; s++)
		ok((int)sector_state_parse(sector_state_code((enum sector_state)s)) == s, "code of state %d reads back", s);
}

/* ---- A gradebook that only takes ---- */
static enum hb_code
take(struct db_tx *tx, const struct exchange_msg *m, void *work, void *ctx, struct exchange_answer *ans,
    struct hb_err *err)
{
	(void)tx, (void)work, (void)ctx, (void)err;
	if (received.refuse) {
		exchange_error(ans, "p-001", "so.khongKhop", "không khớp");
		return HB_OK;
	}
	received.taken++;
	received.xml = HB_BYTES(hb_memdup(received.a, m->payload.p, m->payload.n), m->payload.n);
	return HB_OK;
}
static const struct exchange_handler take_file = { SECTOR_FLOW_FILE, SECTOR_KIND_FILE, NULL, take };

/* ---- Looking into the sector ---- */
struct look { struct hb_arena *a; struct db_rows newest, progress, statistics; const char *class_id, *period; };

static enum hb_code
look_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct look *l = ctx;
	struct db_rows s;
	enum hb_code code = db_row(tx, &sector_school_by_code, DB_ARGS(DB_TEXT("79-760-03")), l->a, &s, err);
	if (code != HB_OK)
		return code;
	struct hb_id id = db_id(&s, 0, SECTOR_SCHOOL_BY_CODE_ID);
	code = db_rows(tx, &sector_report_newest, DB_ARGS(DB_ID(id.s), DB_TEXT("2025-2026"), DB_TEXT(l->period),
	    DB_TEXT(l->class_id)), l->a, &l->newest, err);
	if (code == HB_OK)
		code = db_rows(tx, &sector_progress, DB_ARGS(DB_TEXT("2025-2026"), DB_TEXT(l->period)), l->a, &l->progress, err);
	if (code == HB_OK)
		code = db_rows(tx, &sector_statistics, DB_ARGS(DB_TEXT("2025-2026"), DB_TEXT(l->period)), l->a, &l->statistics, err);
	return code;
}

static const char *
state_of(struct hb_arena *a, const char *class_id, const char *period)
{
	struct look l = { .a = a, .class_id = class_id, .period = period };
	struct hb_err err = HB_ERR_INIT;
	net_must(db_read(sector.db, look_fn, &l, &err), &err, "look");
	return l.newest.n == 0 ? "" : db_text(&l.newest, 0, SECTOR_REPORT_NEWEST_STATE);
}

static const char *
report(struct hb_arena *a, const struct record_class *cls)
{
	struct hb_bytes json;
	struct hb_err err = HB_ERR_INIT;
	net_must(record_class_to_json(cls, a, &json, &err), &err, "json");
	struct net_letter l = { .from = school, .a = a, .out = { "sector", SECTOR_FLOW_REPORT, SECTOR_KIND_REPORT,
		"application/json", json } };
	return net_answer(&l);
}

/* ---- Cases ---- */
static void
accepts(struct hb_arena *a)
{
	struct record_class *cls = book_lower(a, RECORD_CN, 12), *back;
	is(report(a, cls), "", "a whole class is accepted");
	is(state_of(a, cls->class_id, "CN"), "TAKEN", "frozen, sent and taken by gradebook");
	ok(received.taken == 1, "gradebook received one file");
	struct record_differences d;
	struct hb_err err = HB_ERR_INIT;
	net_must(record_class_from_xml(received.xml, a, &back, &err), &err, "frozen file reads");
	net_must(record_class_compare(cls, back, RECORD_ALL_CELLS, a, &d, &err), &err, "compare");
	ok(d.n == 0, "every mark, comment and absence of the report stands in the file (D4.1c, D11.1, D11.2)");
	is(report(a, cls), "", "the same report again is accepted");
	ok(received.taken == 1, "and sends nothing twice");
}

static void
refuses(struct hb_arena *a)
{
	struct record_class *cls = book_lower(a, RECORD_CN, 12);
	cls->counts.score_sum++;
	is(report(a, cls), "banGhi.saiSoLieu", "counts that are not what is inside (D12.2)");
	cls = book_lower(a, RECORD_CN, 12);
	cls->prepared_at = "2026-05-29T02:00:00Z";
	is(report(a, cls), "baoCao.phienBanCu", "other content under the same revision");
	cls->school.code = "79-760-99";
	is(report(a, cls), "baoCao.truongLa", "a school the Sở does not know");
	cls->school.code = "01-020-01";
	is(report(a, cls), "baoCao.khongPhaiTruong", "another member's school");
	struct net_letter l = { .from = school, .a = a, .out = { "sector", SECTOR_FLOW_REPORT, SECTOR_KIND_REPORT,
		"application/json", HB_STR("{\"version\":1}") } };
	is(net_answer(&l), "banGhi.saiDang", "a document that is no class");
	is(state_of(a, cls->class_id, "CN"), "TAKEN", "none of them changed anything");
}

static void
corrects(struct hb_arena *a)
{
	struct record_class *cls = book_lower(a, RECORD_CN, 12);
	cls->revision = 2;
	received.refuse = true;
	is(report(a, cls), "", "a later revision is accepted");
	is(state_of(a, cls->class_id, "CN"), "RETURNED", "gradebook's refusal comes back to it");
	received.refuse = false;
	cls->revision = 3;
	is(report(a, cls), "", "the next revision");
	is(state_of(a, cls->class_id, "CN"), "TAKEN", "takes its place");
	is(report(a, book_primary(a, RECORD_GK1, 8)), "baoCao.khongPhaiTruong", "a primary school of another member");
}

static void
counts(struct hb_arena *a)
{
	struct look l = { .a = a, .class_id = "lop-8A1", .period = "CN" };
	struct hb_err err = HB_ERR_INIT;
	int64_t n, pupils = 0;
	net_must(db_read(sector.db, look_fn, &l, &err), &err, "look");
	ok(l.progress.n == 1 && db_int(&l.progress, 0, SECTOR_PROGRESS_CLASSES) == 1, "progress counts the newest revision once");
	for (size_t i = 0; i < l.statistics.n; i++)
		pupils += db_int(&l.statistics, i, SECTOR_STATISTICS_PUPILS);
	ok(pupils == 12, "statistics count every pupil once (%d)", (int)pupils);
	enum hb_code code = sector_fsck(&sector, &n, &err);
	ok(code == HB_OK && n == 3, "fsck reads three reports and agrees %s", err.msg);
}

/* ---- The Sở's pages, without a socket ---- */
static struct auth_person officer = { .name = "Chuyên viên", .roles = ROLE_BIT(ROLE_CITY_OFFICER) };

static enum hb_code
session(const struct api_system *system, const char *token, struct hb_arena *a, const struct auth_person **ret_who,
    struct hb_err *err)
{
	(void)system, (void)a;
	if (strcmp(token, "officer") != 0)
		return hb_fail(err, HB_E_AUTH, "phien.chuaDangNhap", "chưa đăng nhập");
	*ret_who = &officer;
	return HB_OK;
}

static enum hb_code no_audit(struct api_req *r, enum hb_code code, struct hb_err *err) { (void)r, (void)code, (void)err; return HB_OK; }
static enum hb_code
replay_begin(struct api_req *r, bool *ret_known, struct api_reply *ret_reply, struct hb_err *err)
{
	(void)r, (void)ret_reply, (void)err;
	*ret_known = false;
	return HB_OK;
}
static enum hb_code replay_end(struct api_req *r, const struct api_reply *p, struct hb_err *err) { (void)r, (void)p, (void)err; return HB_OK; }
static void replay_forget(struct api_req *r) { (void)r; }
static const struct api_replays replays = { replay_begin, replay_end, replay_forget };

struct answer { int status; json_t *body; };

static struct answer
ask(struct hb_arena *a, const char *token, const char *method, const char *target, const char *body)
{
	const struct api_system host = { .name = "sector", .table = &sector_api, .context = &sector,
		.origin = "https://so.example", .session = session, .audit = no_audit, .replays = &replays };
	struct api_header h[] = { { "X-Hocba", "1" }, { "Origin", "https://so.example" }, { "Content-Type", "application/json" },
		{ "Idempotency-Key", "khoa-lap-000001" }, { "Cookie", hb_printf(a, API_COOKIE "=%s", token) } };
	struct api_wire wire = { .method = method, .target = target, .headers = h, .n_headers = token[0] == '\0' ? 4 : 5,
		.body = HB_STR(body) };
	struct api_reply reply;
	struct answer got = { 0 };
	api_loopback(&host, &wire, a, &reply);
	got.status = reply.status;
	if (reply.body.n > 0)
		(void)json_read(reply.body, 1 << 24, a, &got.body, NULL);
	if (got.status < 300)
		ok(reply_fits(&sector_api, method, target, got.status, got.body, a), "the reply of %s fits its schema", target);
	return got;
}

static void
pages(struct hb_arena *a)
{
	officer.person = officer.account = hb_id_new();
	struct answer r = ask(a, "officer", "GET", "/api/sector/v1/progress?year=2025-2026&period=CN", "");
	is(json_opt_str(json_array_get(json_object_get(r.body, "items"), 0), "state"), "TAKEN", "progress of a period");
	ok(ask(a, "officer", "GET", "/api/sector/v1/statistics?year=2025-2026&period=CN", "").status == 200, "statistics");
	r = ask(a, "officer", "GET", "/api/sector/v1/schools/79-760-03/reports?year=2025-2026&period=CN&limit=2", "");
	ok(json_array_size(json_object_get(r.body, "items")) == 2 && json_opt_str(r.body, "next") != NULL, "a page of reports");
	r = ask(a, "officer", "GET", hb_printf(a, "/api/sector/v1/schools/79-760-03/reports?year=2025-2026&period=CN&after=%s",
	    json_opt_str(r.body, "next")), "");
	ok(json_array_size(json_object_get(r.body, "items")) == 1, "and the rest");
	const char *id = json_opt_str(json_array_get(json_object_get(r.body, "items"), 0), "id");
	r = ask(a, "officer", "GET", hb_printf(a, "/api/sector/v1/schools/79-760-03/reports/%s", id), "");
	ok(json_array_size(json_object_get(r.body, "counts")) == SECTOR_COUNTS, "a report shows every count (D12.2)");
	r = ask(a, "officer", "GET", hb_printf(a, "/api/sector/v1/schools/01-020-01/reports/%s", id), "");
	ok(r.status == 404, "not under another school");
	r = ask(a, "officer", "PUT", "/api/sector/v1/schools/79-000-01",
	    "{\"name\":\"Trường mới\",\"commune\":\"Phường 1\",\"member\":\"school\",\"gradebook\":\"\"}");
	ok(r.status == 200 && json_integer_value(json_object_get(r.body, "version")) == 1, "a school is registered");
	r = ask(a, "officer", "GET", "/api/sector/v1/schools", "");
	ok(json_array_size(json_object_get(r.body, "items")) == 3, "and listed");
	ok(ask(a, "", "GET", "/api/sector/v1/codes/provinces", "").status == 200, "code lists are open");
	ok(ask(a, "", "GET", "/api/sector/v1/codes/secrets", "").status == 400, "no others");
	ok(ask(a, "", "GET", "/api/sector/v1/progress?year=2025-2026&period=CN", "").status == 401, "progress is not");
	officer.roles = ROLE_BIT(ROLE_COMMUNE_OFFICER);
	ok(ask(a, "officer", "GET", "/api/sector/v1/statistics?year=2025-2026&period=CN", "").status == 403,
	    "a commune's officer reads progress, not results");
}

static enum hb_code
schools(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	(void)ctx;
	const struct sector_school all[] = {
		{ "79-760-03", "Trường THCS và THPT Nguyễn Trãi", "Phường Xuân Hòa", "school", "gradebook" },
		{ "01-020-01", "Trường Tiểu học Đình Xuyên", "Xã Phù Đổng", "elsewhere", "" },
	};
	for (size_t i = 0; i < 2; i++) {
		enum hb_code code = sector_school_set(tx, &all[i], "test", err);
		if (code != HB_OK)
			return code;
	}
	return HB_OK;
}

int
main(void)
{
	static const struct db_module *const own[] = { &sector_sql, &exchange_sql, NULL };
	static const struct db_module *const none[] = { &exchange_sql, NULL };
	struct hb_err err = HB_ERR_INIT;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, (size_t)256 << 20);
	received.a = &a;
	states();
	school = net_side("school", none);
	hall = net_side("sector", own);
	gradebook = net_side("gradebook", none);
	net_members();
	net_open(school);
	net_open(hall);
	net_open(gradebook);
	sector = (struct sector){ .db = hall->db, .exchange = hall->x };
	sector_wire(&sector);
	exchange_on(gradebook->x, &take_file, NULL);
	net_must(db_write(sector.db, schools, NULL, &err), &err, "schools");
	accepts(&a);
	refuses(&a);
	corrects(&a);
	counts(&a);
	pages(&a);
	net_close();
	return tap_done();
}

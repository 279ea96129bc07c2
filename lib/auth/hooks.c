#include "auth/hooks.h"

#include <stdio.h>
#include <string.h>

#include "auth/replay/replay_sql.h"

static enum hb_code
session(const struct api_system *host, const char *token, struct hb_arena *a, const struct auth_person **ret_who,
    struct hb_err *err)
{
	struct auth_hooks *h = host->hooks;
	return h->local != NULL ? auth_session(h->local, token, a, ret_who, err)
	    : auth_remote_session(h->remote, token, a, ret_who, err);
}

/* --- scope ------------------------------------------------------------------------------------------------------ */
static enum hb_code
outside(const struct api_req *r, struct hb_err *err)
{
	hb_fail(err, HB_E_DENIED, "quyen.ngoaiPhamVi", "%s", hb_message("quyen.ngoaiPhamVi"));
	hb_clause(err, r->route->clause);
	return HB_E_DENIED;
}

static const char *
named(const struct api_req *r, const char *name, const char *today)
{
	if (strcmp(name, "school") == 0 || strcmp(name, "unit") == 0)
		return r->who->school.s;
	if (strcmp(name, "person") == 0)
		return r->who->person.s;
	if (strcmp(name, "account") == 0)
		return r->who->account.s;
	if (strcmp(name, "today") == 0)
		return today;
	const char *value = api_param(r, name);
	return value != NULL ? value : api_query(r, name);
}

enum { SCOPE_ARGS_MAX = 12 };
struct counting { const struct db_stmt *stmt; struct db_val args[SCOPE_ARGS_MAX + 1]; int64_t n; };

static enum hb_code
count(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct counting *k = ctx;
	return db_number(tx, k->stmt, k->args, &k->n, err);
}

static enum hb_code
ask(struct auth_hooks *h, const struct api_req *r, const struct db_stmt *stmt, struct hb_err *err)
{
	char today[HB_DATE_LEN];
	struct counting k = { .stmt = stmt };
	hb_vn_date(hb_business_now(), today);
	if (stmt->n_params > SCOPE_ARGS_MAX)
		return hb_bug(err, "scope %s has too many parameters", stmt->name);
	for (unsigned i = 0; i < stmt->n_params; i++) {
		const char *value = named(r, stmt->params[i].name, today);
		bool is_id = stmt->params[i].type == DB_T_ID;
		if (value != NULL && is_id && value[0] != '\0' && !hb_id_valid(value))
			return outside(r, err);
		k.args[i] = is_id ? DB_ID(value) : DB_TEXT(value);
	}
	k.args[stmt->n_params] = DB_END;
	enum hb_code c = db_read(h->db, count, &k, err);
	if (c != HB_OK)
		return c;
	return k.n > 0 ? HB_OK : outside(r, err);
}

/* A path may name the school or account, but only the session's own. */
static bool
own(const struct api_req *r, const char *param, const char *mine)
{
	const char *asked = api_param(r, param);
	return mine[0] != '\0' && (asked == NULL || strcmp(asked, mine) == 0);
}

static enum hb_code
scope(struct api_req *r, enum auth_role role, enum api_scope wanted, struct hb_err *err)
{
	struct auth_hooks *h = r->host->hooks;
	for (unsigned i = 0; i < h->n_scopes; i++) {
		const struct auth_scope_rule *rule = &h->scopes[i];
		if (rule->scope == wanted && (rule->role == ROLE__MAX || rule->role == role))
			return ask(h, r, rule->count, err);
	}
	if (wanted == SCOPE_SCHOOL)
		return own(r, "school", r->who->school.s) ? HB_OK : outside(r, err);
	if (wanted == SCOPE_UNIT)
		return own(r, "unit", r->who->school.s) ? HB_OK : outside(r, err);
	if (wanted == SCOPE_SELF)
		return own(r, "account", r->who->account.s) ? HB_OK : outside(r, err);
	return outside(r, err);
}

/* --- audit ------------------------------------------------------------------------------------------------------ */
static void
describe(const struct api_req *r, char *out, size_t n)
{
	size_t used = (size_t)snprintf(out, n, "%s", r->route->operation);
	for (unsigned i = 0; i < r->route->n_path && used < n; i++)
		used += (size_t)snprintf(out + used, n - used, "/%s/%s", r->route->path_params[i].name,
		    api_param(r, r->route->path_params[i].name));
}

static enum hb_code
audit(struct api_req *r, enum hb_code code, struct hb_err *err)
{
	struct auth_hooks *h = r->host->hooks;
	char object[512], action[96];
	describe(r, object, sizeof object);
	snprintf(action, sizeof action, code == HB_OK ? "read.%s" : "refused.%s", r->route->operation);
	struct audit_entry e = { .school = r->who != NULL && r->who->school.s[0] != '\0' ? r->who->school.s : NULL,
		.actor = r->who != NULL ? r->who->account.s : "unknown", .action = action, .object = object,
		.request = r->request_id };
	return audit_read(h->audit, &e, err);
}

/* --- replies of finished writes --------------------------------------------------------------------------------- */
static const char *
unit_of(const struct api_req *r)
{
	/* People of the Sở and the ministry have no school: their own account stands in as the shard. */
	return r->who->school.s[0] != '\0' ? r->who->school.s : r->who->account.s;
}

/* The slot of a write under way, or of a free place when free_place; NULL when there is none. */
static struct auth_running *
slot(struct auth_hooks *h, const struct api_req *r, bool free_place)
{
	for (size_t i = 0; i < sizeof h->running / sizeof h->running[0]; i++) {
		struct auth_running *s = &h->running[i];
		if (free_place ? s->key[0] == '\0' : strcmp(s->key, r->idempotency_key) == 0
		    && strcmp(s->account.s, r->who->account.s) == 0)
			return s;
	}
	return NULL;
}

static enum hb_code
claim(struct auth_hooks *h, const struct api_req *r, struct hb_err *err)
{
	enum hb_code c = HB_OK;
	pthread_mutex_lock(&h->lock);
	struct auth_running *s = slot(h, r, true);
	if (slot(h, r, false) != NULL)
		c = hb_fail(err, HB_E_CONFLICT, "lap.dangLam", "%s", hb_message("lap.dangLam"));
	else if (s == NULL)
		c = hb_fail(err, HB_E_LIMIT, "lap.quaTai", "%s", hb_message("lap.quaTai"));
	else {
		s->account = r->who->account;
		snprintf(s->key, sizeof s->key, "%s", r->idempotency_key);
	}
	pthread_mutex_unlock(&h->lock);
	return c;
}

static void
release(struct auth_hooks *h, const struct api_req *r)
{
	pthread_mutex_lock(&h->lock);
	struct auth_running *s = slot(h, r, false);
	if (s != NULL)
		*s = (struct auth_running){ .key = "" };
	pthread_mutex_unlock(&h->lock);
}

struct recalling { struct api_req *r; struct db_rows rows; };

static enum hb_code
recall(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct recalling *k = ctx;
	return db_rows(tx, &replay_get, DB_ARGS(DB_ID(unit_of(k->r)), DB_ID(k->r->who->account.s),
	    DB_TEXT(k->r->idempotency_key)), k->r->a, &k->rows, err);
}

static enum hb_code
replay_begin(struct api_req *r, bool *ret_known, struct api_reply *ret_reply, struct hb_err *err)
{
	struct auth_hooks *h = r->host->hooks;
	enum hb_code c = claim(h, r, err);
	if (c != HB_OK)
		return c;
	struct recalling k = { .r = r };
	c = db_read(h->db, recall, &k, err);
	if (c == HB_OK && k.rows.n == 0)
		return HB_OK;                           /* the claim is released by end or forget */
	if (c == HB_OK && strcmp(db_text(&k.rows, 0, REPLAY_GET_REQUEST), r->request_hash) != 0) {
		c = hb_fail(err, HB_E_CONFLICT, "lap.khacNoiDung", "%s", hb_message("lap.khacNoiDung"));
	} else if (c == HB_OK) {
		*ret_known = true;
		*ret_reply = (struct api_reply){ .status = (int)db_int(&k.rows, 0, REPLAY_GET_STATUS),
			.content_type = db_text(&k.rows, 0, REPLAY_GET_CONTENT_TYPE), .body = db_bytes(&k.rows, 0, REPLAY_GET_BODY) };
	}
	release(h, r);
	return c;
}

struct keeping { struct api_req *r; const struct api_reply *reply; };

static enum hb_code
keep(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	const struct keeping *k = ctx;
	struct api_req *r = k->r;
	enum hb_code c = db_run(tx, &replay_sweep, DB_ARGS(DB_TIME(hb_now() - REPLAY_KEEP_S)), NULL, err);
	return c != HB_OK ? c : db_run(tx, &replay_put, DB_ARGS(DB_ID(unit_of(r)), DB_ID(r->who->account.s),
	    DB_TEXT(r->idempotency_key), DB_TEXT(r->request_hash), DB_INT(k->reply->status), DB_TEXT(k->reply->content_type),
	    DB_BYTES(k->reply->body), DB_TIME(hb_now())), NULL, err);
}

static enum hb_code
replay_end(struct api_req *r, const struct api_reply *reply, struct hb_err *err)
{
	struct auth_hooks *h = r->host->hooks;
	struct keeping k = { r, reply };
	enum hb_code c = db_write(h->db, keep, &k, err);
	release(h, r);
	return c;
}

static void
replay_forget(struct api_req *r)
{
	release(r->host->hooks, r);
}

void
auth_plug(struct auth_hooks *hooks, struct api_system *host)
{
	static const struct api_replays replays = { replay_begin, replay_end, replay_forget };
	pthread_mutex_init(&hooks->lock, NULL);
	host->hooks = hooks;
	host->session = session;
	host->scope = scope;
	host->audit = audit;
	host->replays = &replays;
}

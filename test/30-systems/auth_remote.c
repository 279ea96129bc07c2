/* Sessions asked of another system: what it says is believed for a moment, what it does not say is nobody. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "auth/hooks.h"
#include "base/log.h"
#include "http/server.h"
#include "tap.h"

static const char *answer;      /* instead of the person; NULL for the person */
static int asked;

static enum hb_code
session(const struct api_system *host, const char *token, struct hb_arena *a, const struct auth_person **ret_who,
    struct hb_err *err)
{
	(void)host;
	struct auth_person *p = HB_NEW(a, struct auth_person);
	asked++;
	if (p == NULL || strcmp(token, "dead") == 0)
		return hb_fail(err, HB_E_AUTH, "phien.chuaDangNhap", "không có phiên");
	*p = (struct auth_person){ .account = { "0190a000-0000-7000-8000-000000000001" }, .school = { "0190a000-0000-7000-8000-000000000003" },
		.person = { "0190a000-0000-7000-8000-000000000002" }, .name = "Nguyễn Thị Ánh", .assurance = ASSURANCE_SECOND_FACTOR,
		.roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_SUBJECT_TEACHER), .expires = hb_now() + 3600 };
	*ret_who = p;
	return HB_OK;
}

static enum hb_code
show(struct api_req *r, struct hb_err *err)
{
	struct jw w = api_json(r);
	if (answer != NULL)
		jw_raw(&w, NULL, HB_STR(answer));
	else
		auth_person_write(&w, NULL, r->who);
	return api_json_end(r, &w, err);
}

static const struct api_route route = { .method = "GET", .path = "/api/school/v1/session", .operation = "session_get",
	.roles = ROLE_BIT(ROLE_HEAD), .clause = "D4.2c", .status = 200, .handler = show };
static const struct api_table table = { "school", &route, 1 };
static struct hb_arena arena;

static enum hb_code
ask(struct auth_remote *remote, const char *token, const struct auth_person **ret_who)
{
	return auth_remote_session(remote, token, &arena, ret_who, NULL);
}

static void
believes(struct auth_remote *remote)
{
	const struct auth_person *who = NULL;
	ok(ask(remote, "token-1", &who) == HB_OK && asked == 1, "a person comes over");
	is(who->name, "Nguyễn Thị Ánh", "with name");
	ok(who->roles == (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_SUBJECT_TEACHER)) && who->assurance == ASSURANCE_SECOND_FACTOR
	    && strcmp(who->account.s, "0190a000-0000-7000-8000-000000000001") == 0
	    && strcmp(who->person.s, "0190a000-0000-7000-8000-000000000002") == 0
	    && strcmp(who->school.s, "0190a000-0000-7000-8000-000000000003") == 0, "roles, assurance and ids");
	ok(ask(remote, "token-1", &who) == HB_OK && asked == 1, "and is remembered for a moment");
	ok(ask(remote, "token-2", &who) == HB_OK && asked == 2, "another token is asked for itself");
	ok(ask(remote, "dead", &who) == HB_E_AUTH && ask(remote, "dead", &who) == HB_E_AUTH && asked == 4, "a dead session is nobody, each time");
	ok(ask(remote, "a\r\nX-Hocba: 1", &who) == HB_E_AUTH && asked == 4, "a token that is none is not even sent");
}

static void
doubts(struct auth_remote *remote)
{
	static const struct { const char *what, *json; } bad[] = {
		{ "no account", "{\"person\":\"0190a000-0000-7000-8000-000000000002\",\"name\":\"x\",\"roles\":[],\"expires\":\"2099-01-01T00:00:00Z\"}" },
		{ "an account that is no id", "{\"account\":\"x\",\"person\":\"0190a000-0000-7000-8000-000000000002\",\"name\":\"x\",\"roles\":[],\"expires\":\"2099-01-01T00:00:00Z\"}" },
		{ "a past", "{\"account\":\"0190a000-0000-7000-8000-000000000001\",\"person\":\"0190a000-0000-7000-8000-000000000002\",\"name\":\"x\",\"roles\":[],\"expires\":\"2001-01-01T00:00:00Z\"}" },
		{ "no object", "[]" },
	};
	const struct auth_person *who = NULL;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char token[16];
		snprintf(token, sizeof token, "bad-%zu", i);
		answer = bad[i].json;
		ok(ask(remote, token, &who) != HB_OK, "an answer with %s is no person", bad[i].what);
	}
	answer = "{\"account\":\"0190a000-0000-7000-8000-000000000001\",\"person\":\"0190a000-0000-7000-8000-000000000002\",\"name\":\"x\","
	    "\"roles\":[\"emperor\",\"public\",\"system\",\"clerk\"],\"assurance\":\"blood\",\"expires\":\"2099-01-01T00:00:00Z\"}";
	ok(ask(remote, "odd", &who) == HB_OK && who->roles == ROLE_BIT(ROLE_CLERK) && who->assurance == ASSURANCE_NONE,
	    "a role or an assurance that is not known gives nothing");
	answer = NULL;
}

int
main(void)
{
	char folder[] = "/tmp/hocba-remote-XXXXXX", path[64];
	const struct auth_person *who;
	hb_arena_init(&arena, HB_ARENA_DEFAULT);
	hb_log_setup("test", HB_LOG_ERROR);
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/school.sock", folder);
	struct api_system host = { .name = "school", .table = &table, .session = session };
	struct api_server *server = NULL;
	struct auth_remote *remote = auth_remote_new(path, "/api/school/v1/session");
	ok(api_server_start(&host, path, &server, NULL) == HB_OK && remote != NULL, "the account system answers");
	believes(remote);
	doubts(remote);
	api_server_stop(server);
	ok(ask(remote, "token-1", &who) == HB_OK, "what was said a moment ago still holds when it is gone");
	ok(ask(remote, "token-9", &who) == HB_E_UPSTREAM, "a stranger then has to come again");
	auth_remote_free(remote);
	rmdir(folder);
	hb_arena_fini(&arena);
	return tap_done();
}

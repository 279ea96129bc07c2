/* test/net.h - several systems in one process, joined by the exchange without sockets.
 *
 *     struct net_side *sector = net_side("sector", "school", modules);      made in a temporary folder
 *     net_members();                         once, when all sides are made
 *     net_open(sector);                      database and exchange; then set handlers
 *     net_deliver();                         until nobody has anything to send
 * net_close() closes all and removes the folder.  A failure here ends the program: nothing could be tested. */
#ifndef NET_H
#define NET_H
#include <stdlib.h>

#include "exchange/exchange.h"
#include "tap.h"

enum { NET_SIDES = 6 };
struct net_side {
	const char *name;
	const struct db_module *const *modules;
	char db_path[128], key_path[128];
	struct exchange_key key;
	struct db *db;
	struct exchange *x;
};
static char net_folder[64], net_members_path[128];
static struct { struct exchange_key authority; struct net_side sides[NET_SIDES]; int n; } net;

static void
net_must(enum hb_code code, const struct hb_err *err, const char *what)
{
	if (code == HB_OK)
		return;
	ok(false, "%s: %s %s %s", what, err->key, err->msg, err->log);
	exit(tap_done());
}

static enum hb_code
net_post(void *ctx, const char *address, struct hb_bytes body, struct hb_arena *a, int *ret_status,
    struct hb_bytes *ret_reply, struct hb_err *err)
{
	(void)ctx;
	for (int i = 0; i < net.n; i++)
		if (strcmp(address + strlen("unix:/"), net.sides[i].name) == 0) {
			enum hb_code code = exchange_receive(net.sides[i].x, body, a, ret_reply, err);
			*ret_status = code == HB_OK ? 200 : hb_http_status(code);
			if (code != HB_OK)
				*ret_reply = HB_STR("{}");
			return HB_OK;
		}
	return hb_fail(err, HB_E_UPSTREAM, "http.khongTraLoi", "không có %s", address);
}

static struct net_side *
net_side(const char *name, const struct db_module *const *modules)
{
	struct hb_err err = HB_ERR_INIT;
	if (net.n == 0) {
		snprintf(net_folder, sizeof net_folder, "/tmp/hocba-net.XXXXXX");
		if (mkdtemp(net_folder) == NULL)
			exit(1);
		char path[128];
		snprintf(path, sizeof path, "%s/authority.key", net_folder);
		snprintf(net_members_path, sizeof net_members_path, "%s/members.json", net_folder);
		net_must(exchange_key_create(path, &net.authority, &err), &err, "authority");
	}
	struct net_side *s = &net.sides[net.n++];
	s->name = name;
	s->modules = modules;
	snprintf(s->db_path, sizeof s->db_path, "%s/%s.db", net_folder, name);
	snprintf(s->key_path, sizeof s->key_path, "%s/%s.key", net_folder, name);
	struct db_config cfg = { .system = name, .path = s->db_path };
	net_must(db_init(&cfg, modules, &err), &err, name);
	net_must(exchange_key_create(s->key_path, &s->key, &err), &err, name);
	return s;
}

static void
net_members(void)
{
	struct exchange_member m[NET_SIDES];
	char address[NET_SIDES][80];
	struct hb_err err = HB_ERR_INIT;
	hb_time now = hb_now();
	for (int i = 0; i < net.n; i++) {
		snprintf(address[i], sizeof address[i], "unix:/%s", net.sides[i].name);
		m[i] = (struct exchange_member){ net.sides[i].name, net.sides[i].name, address[i],
			{ { net.sides[i].key.pub, now - 86400, now + 86400 } }, 1 };
	}
	struct exchange_members all = { 1, m, (size_t)net.n };
	net_must(exchange_members_write(net_members_path, &all, &net.authority, &err), &err, "members");
}

static void
net_open(struct net_side *s)
{
	struct hb_err err = HB_ERR_INIT;
	struct db_config cfg = { .system = s->name, .path = s->db_path };
	struct exchange_config x = { s->name, s->key_path, net_members_path, net.authority.pub, net_post, NULL };
	net_must(db_open(&cfg, s->modules, &s->db, &err), &err, s->name);
	net_must(exchange_open(s->db, &x, &s->x, &err), &err, s->name);
}

static void
net_deliver(void)
{
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < net.n; i++) {
			struct hb_err err = HB_ERR_INIT;
			int64_t left;
			net_must(exchange_deliver(net.sides[i].x, hb_now() + 3600 * round, &left, &err), &err, net.sides[i].name);
		}
}

static void
net_close(void)
{
	char command[128];
	for (int i = 0; i < net.n; i++) {
		exchange_close(net.sides[i].x);
		db_close(net.sides[i].db);
	}
	snprintf(command, sizeof command, "rm -rf %s", net_folder);
	ok(system(command) == 0, "the folder is removed");
}

/* ---- Sending, and what came back ---- */
struct net_letter { struct net_side *from; struct exchange_out out; struct hb_id id; enum exchange_state state;
	struct exchange_receipt receipt; struct hb_arena *a; };

__attribute__((unused)) static enum hb_code
net_send_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct net_letter *l = ctx;
	return exchange_send(l->from->x, tx, &l->out, &l->id, err);
}

__attribute__((unused)) static enum hb_code
net_state_fn(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct net_letter *l = ctx;
	return exchange_sent(l->from->x, tx, l->id.s, l->a, &l->state, &l->receipt, err);
}

/* Send, deliver everything, and look: state, and key of the first error in the receipt ("" when accepted). */
__attribute__((unused)) static const char *
net_answer(struct net_letter *l)
{
	struct hb_err err = HB_ERR_INIT;
	net_must(db_write(l->from->db, net_send_fn, l, &err), &err, "send");
	net_deliver();
	net_must(db_read(l->from->db, net_state_fn, l, &err), &err, "state");
	if (l->state == EXCHANGE_ACCEPTED)
		return "";
	if (l->state != EXCHANGE_REFUSED)
		return "waiting";
	const char *key = json_string_value(json_object_get(json_array_get(l->receipt.errors, 0), "key"));
	return key == NULL ? "?" : key;
}
#endif

/* hocba SYSTEM fsck: the engine's own check, the chain of the audit, then the system's records. */
#include <stdio.h>

#include "json/write.h"
#include "system.h"

struct counts { int64_t batches, records; };

static enum hb_code
check(struct runtime *rt, struct counts *n, struct hb_err *err)
{
	enum hb_code c = db_check(rt->db, err);
	if (c == HB_OK)
		c = audit_verify(rt->db, &n->batches, err);
	if (c == HB_OK && rt->system->fsck != NULL)
		c = rt->system->fsck(rt, &n->records, err);
	return c;
}

static void
say(const struct hb_system *system, const struct counts *n, const struct hb_err *err, bool json)
{
	if (!json) {
		if (err->code == HB_OK)
			printf("%s: đúng (%lld lô nhật kí, %lld hồ sơ)\n", system->name, (long long)n->batches, (long long)n->records);
		return;
	}
	HB_SCOPED_BUF b;
	hb_buf_init(&b, 8192);
	struct jw w = jw_start(&b);
	jw_object(&w, NULL);
	jw_str(&w, "system", system->name);
	jw_bool(&w, "good", err->code == HB_OK);
	jw_int(&w, "audit_batches", n->batches);
	jw_int(&w, "records", n->records);
	jw_str(&w, "key", err->code != HB_OK ? err->key : NULL);
	jw_str(&w, "text", err->code != HB_OK ? err->msg : NULL);
	jw_end(&w);
	if (jw_done(&w))
		puts(b.p);
}

int
sys_fsck(const struct hb_system *system, const struct sys_options *o)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, (size_t)1 << 30);
	struct run_config config;
	struct runtime rt = { .system = system };
	struct counts n = { 0, 0 };
	struct hb_err err = HB_ERR_INIT;
	if (!sys_config(o, &a, &config))
		return HB_EXIT_USAGE;
	if (runtime_open(system, &config, false, &a, &rt, &err) != HB_OK)
		return sys_failed(&err);
	enum hb_code c = check(&rt, &n, &err);
	runtime_close(&rt);
	say(system, &n, &err, o->json);
	return c == HB_OK ? HB_EXIT_OK : sys_failed(&err);
}

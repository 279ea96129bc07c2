/* hocba-sign sign: a packet from a file or standard input, the answer to a file or standard output. */
#include "agent.h"
#include "base/file.h"
#include "batch.h"

#include <stdio.h>
#include <unistd.h>

static enum hb_code
read_packet(const struct agent_options *o, struct hb_arena *a, struct hb_bytes *ret, struct hb_err *err)
{
	struct hb_buf in;
	char block[65536], *text;
	ssize_t n;

	if (o->in != NULL)
		return hb_file_read(o->in, PACKET_MAX, a, ret, err);
	hb_buf_init(&in, PACKET_MAX);
	while ((n = read(STDIN_FILENO, block, sizeof block)) > 0)
		hb_put(&in, block, (size_t)n);
	text = hb_buf_take(&in, a);
	*ret = HB_BYTES(text, in.len);
	hb_buf_fini(&in);
	return text != NULL ? HB_OK : hb_fail(err, HB_E_TOOBIG, "goi.saiDang", "gói ký rỗng hoặc quá lớn");
}

static bool
consent(void *context, const char *text)
{
	const struct agent_options *o = context;

	fputs(text, stderr);
	return o->yes || pin_confirm("Ký những tài liệu trên?");
}

static enum hb_code
keep(void *context, struct hb_bytes answer, struct hb_err *err)
{
	const struct agent_options *o = context;

	return o->out != NULL ? hb_file_write(o->out, answer, 0600, err) : HB_OK;
}

static int
finish(const struct agent_options *o, const struct batch_outcome *done, struct hb_bytes answer)
{
	if (o->out == NULL) {
		fwrite(answer.p, 1, answer.n, stdout);
		putchar('\n');
	}
	if (o->json)
		fprintf(stderr, "{\"done\":%zu,\"failed\":%zu,\"total\":%zu}\n", done->done, done->failed, done->total);
	else if (done->refused)
		fputs("Người ký không đồng ý: chưa ký gì thêm.\n", stderr);
	else
		fprintf(stderr, "Đã ký %zu/%zu tài liệu%s\n", done->done, done->total, done->failed > 0 ? "; có tài liệu chưa ký được" : "");
	return done->done == done->total ? AGENT_OK : AGENT_BAD;
}

int
agent_sign(const struct agent_options *o)
{
	struct batch_hooks hooks = { .context = (void *)o, .consent = consent, .keep = keep };
	struct hb_bytes packet, before = HB_BYTES("", 0);
	struct batch_outcome done = { .done = 0 };
	struct hb_err err = HB_ERR_INIT;
	struct key_source *key = NULL;
	HB_SCOPED_ARENA a;
	HB_SCOPED_BUF answer;
	enum hb_code code;

	hb_arena_init(&a, (size_t)1 << 30);
	hb_buf_init(&answer, PACKET_MAX);
	code = read_packet(o, &a, &packet, &err);
	if (code == HB_OK && o->out != NULL && hb_file_exists(o->out))
		code = hb_file_read(o->out, PACKET_MAX, &a, &before, &err);
	if (code != HB_OK) {
		agent_tell(&err);
		return AGENT_USAGE;
	}
	if (agent_open_key(o, &key) != HB_OK)
		return AGENT_USAGE;
	code = batch_run(packet, before, key, &hooks, &answer, &done, &err);
	key_close(key);
	if (code != HB_OK) {
		agent_tell(&err);
		return code == HB_E_NOTFOUND || code == HB_E_CONFLICT ? AGENT_USAGE : AGENT_BAD;
	}
	return finish(o, &done, hb_buf_bytes(&answer));
}

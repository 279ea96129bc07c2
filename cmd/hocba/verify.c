/* hocba verify: is each file good?  Offline; the contract of architecture §7. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cmd.h"
#include "json/write.h"
#include "sign/verify.h"
#include "sign/verify_input.h"

enum { FILES_MAX_ARENA = 512 << 20 };

struct args {
	struct pki_trust     *trust;
	struct hb_bytes      *crls;
	struct verify_options o;
	bool                  json;
	int                   first_file;
};

static int
usage(void)
{
	fputs("Cách dùng: hocba verify [--trust PEM]… [--crl TỆP]… [--at RFC3339] [--json] TỆP…\n", stderr);
	return HB_EXIT_USAGE;
}

static enum hb_code
take_crl(struct args *s, const char *path, struct hb_arena *a, struct hb_err *err)
{
	struct hb_bytes file;
	enum hb_code c = hb_file_read(path, HB_FILE_MAX, a, &file, err);
	return c == HB_OK ? verify_read_crls(file, a, &s->crls, &s->o.n_crls, err) : c;
}

static bool
parse(int argc, char **argv, struct args *s, struct hb_arena *a)
{
	static const struct option options[] = { { "trust", required_argument, NULL, 't' }, { "crl", required_argument, NULL, 'c' },
		{ "at", required_argument, NULL, 'a' }, { "json", no_argument, NULL, 'j' }, { 0 } };
	struct hb_err err = HB_ERR_INIT;
	int opt;
	optind = 1;
	while (err.code == HB_OK && (opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 't')
			pki_trust_add_file(s->trust, optarg, &err);
		else if (opt == 'c')
			take_crl(s, optarg, a, &err);
		else if (opt == 'a')
			hb_rfc3339_parse(optarg, &s->o.now, &err);
		else if (opt == 'j')
			s->json = true;
		else
			return false;
	}
	if (err.code != HB_OK)
		fprintf(stderr, "hocba verify: %s\n", err.msg[0] != '\0' ? err.msg : err.log);
	s->first_file = optind;
	s->o.crls = s->crls;
	s->o.trust = s->trust;
	s->o.schema = true;
	return err.code == HB_OK && optind < argc;
}

/* 3 > 1 > 2 > 0 */
static int
worse(int x, int y)
{
	static const int rank[] = { [HB_EXIT_OK] = 0, [HB_EXIT_INDETERMINATE] = 1, [HB_EXIT_BAD] = 2, [HB_EXIT_USAGE] = 3 };
	return rank[x] >= rank[y] ? x : y;
}

static int
exit_of(enum verify_verdict v)
{
	return v == VERIFY_VALID ? HB_EXIT_OK : v == VERIFY_INVALID ? HB_EXIT_BAD : HB_EXIT_INDETERMINATE;
}

static int
verify_one(const struct args *s, const char *path, struct hb_buf *out)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, FILES_MAX_ARENA);
	struct hb_err err = HB_ERR_INIT;
	struct hb_bytes bytes;
	struct verify_report report;
	enum hb_code c = hb_file_read(path, HB_FILE_MAX, &a, &bytes, &err);
	if (c != HB_OK && c != HB_E_TOOBIG) {
		fprintf(stderr, "hocba verify: %s\n", err.msg);
		return HB_EXIT_USAGE;
	}
	if (c == HB_OK)
		c = verify_file(bytes, &s->o, &a, &report, &err);
	/* a file beyond our limits is a bad file: no school record is so large */
	struct verify_finding too_big = { "tep.khongDoc", "D10.2a", VERIFY_FAIL, NULL, err.msg };
	if (c == HB_E_TOOBIG)
		report = (struct verify_report){ .verdict = VERIFY_INVALID, .findings = &too_big, .n_findings = 1 };
	else if (c != HB_OK) {
		fprintf(stderr, "hocba verify: %s: %s\n", path, err.log[0] != '\0' ? err.log : err.msg);
		return HB_EXIT_USAGE;
	}
	if (!s->json)
		verify_text(&report, path, out);
	else if (verify_json(&report, path, out, NULL) != HB_OK)
		return HB_EXIT_USAGE;
	return exit_of(report.verdict);
}

static int
verify_all(const struct args *s, int argc, char **argv)
{
	int status = HB_EXIT_OK;
	bool first = true;
	HB_SCOPED_BUF out;
	hb_buf_init(&out, HB_BUF_MAX);
	if (s->json)
		fputs("{\"files\":[", stdout);
	for (int i = s->first_file; i < argc; i++) {
		hb_buf_reset(&out);
		status = worse(status, verify_one(s, argv[i], &out));
		if (out.len == 0)
			continue;
		if (s->json && !first)
			putchar(',');
		fwrite(out.p, 1, out.len, stdout);
		first = false;
	}
	if (s->json)
		fputs("]}\n", stdout);
	return fflush(stdout) == 0 ? status : HB_EXIT_USAGE;
}

int
cmd_verify(int argc, char **argv)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, FILES_MAX_ARENA);
	struct args s = { .trust = pki_trust_new() };
	int status = HB_EXIT_USAGE;
	if (s.trust != NULL)
		status = parse(argc, argv, &s, &a) ? verify_all(&s, argc, argv) : usage();
	pki_trust_free(s.trust);
	return status;
}

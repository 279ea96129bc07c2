/* hocba assess: read a class document on stdin, judge every pupil, write the results or every fault. */
#include "assess.h"

#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "json/read.h"

typedef void judge_fn(struct assess *as, const json_t *pupil, struct hb_arena *a);

static const char *
path_of(const struct assess *as, const struct assess_at *at, char out[ASSESS_PATH_LEN])
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, ASSESS_PATH_LEN);
	if (as->student == NULL && as->place != ASSESS_DOCUMENT)
		hb_putf(&b, "students[%zu]", as->place);
	if (at->subject != ASSESS_NONE)
		hb_putf(&b, "%ssubjects[%d]", b.len > 0 ? "." : "", at->subject);
	if (at->term != ASSESS_NONE)
		hb_putf(&b, ".terms[%d]", at->term);
	if (at->member != NULL)
		hb_putf(&b, "%s%s", b.len > 0 ? "." : "", at->member);
	if (at->code != NULL)
		hb_putf(&b, ".%.40s", at->code);
	if (at->index != ASSESS_NONE)
		hb_putf(&b, "[%d]", at->index);
	snprintf(out, ASSESS_PATH_LEN, "%s", b.len > 0 ? b.p : "");
	return out;
}

void
assess_fault(struct assess *as, struct assess_at at, const char *key, const char *fmt, ...)
{
	char text[400], path[ASSESS_PATH_LEN];
	va_list ap;
	if (as->n_faults++ >= ASSESS_FAULTS_MAX)
		return;
	if (fmt != NULL) {
		va_start(ap, fmt);
		vsnprintf(text, sizeof text, fmt, ap);
		va_end(ap);
	}
	struct jw *w = &as->faults;
	jw_object(w, NULL);
	jw_str(w, "student", as->student);
	jw_str(w, "path", path_of(as, &at, path));
	jw_str(w, "key", key);
	jw_str(w, "text", fmt != NULL ? text : hb_message(key));
	jw_end(w);
}

/* ---- The document itself ---- */
static judge_fn *
read_circular(struct assess *as, const json_t *head)
{
	size_t before = as->n_faults;
	const char *key = assess_text(as, head, "circular", ASSESS_MEMBER("circular"));
	enum rules_circular c = key == NULL ? RULES_NONE : rules_circular_find(key);
	if (c == RULES_NONE && as->n_faults == before)
		assess_fault(as, ASSESS_MEMBER("circular"), "danhGia.thongTu", NULL);
	before = as->n_faults;
	as->grade = assess_int(as, head, "grade", ASSESS_MEMBER("grade"), RULES_GRADE_MAX, "danhGia.lop");
	bool covered = c == RULES_NONE ? as->grade > 0 : rules_covers(c, as->grade);
	if (!covered) {
		if (as->n_faults == before)
			assess_fault(as, ASSESS_MEMBER("grade"), "danhGia.lop", NULL);
		as->grade = c == RULES_TT22 ? 9 : 5;    /* to go on and list the other faults; no result comes out */
	}
	return c == RULES_NONE ? NULL : c == RULES_TT22 ? assess_tt22 : assess_tt27;
}

static void
take_id(struct assess *as, const json_t *pupil, struct hsearch_data *seen, struct hb_arena *ids)
{
	ENTRY *found = NULL;
	size_t before = as->n_faults;
	const char *id = assess_text(as, pupil, "id", ASSESS_MEMBER("id"));
	if (id == NULL || id[0] == '\0') {
		if (as->n_faults == before)
			assess_fault(as, ASSESS_MEMBER("id"), "hocSinh.thieuMa", NULL);
		return;
	}
	as->student = hb_strdup(ids, id);
	ENTRY entry = { .key = (char *)(uintptr_t)as->student };
	if (as->student == NULL)
		return;
	if (hsearch_r(entry, FIND, &found, seen) != 0)
		assess_fault(as, ASSESS_MEMBER("id"), "hocSinh.trung", "mã học sinh \"%s\" đã có ở trên", id);
	else
		hsearch_r(entry, ENTER, &found, seen);
}

/* What one run carries beside the results: the judge, the ids met so far and where they live. */
struct readers { judge_fn *judge; struct hsearch_data seen; struct hb_arena *ids; };

static void
one_pupil(struct assess *as, struct readers *rd, const json_t *pupil, struct hb_arena *a)
{
	if (!json_is_object(pupil)) {
		assess_fault(as, ASSESS_MEMBER(NULL), "danhGia.saiKieu", "mỗi học sinh là một đối tượng");
		return;
	}
	take_id(as, pupil, &rd->seen, rd->ids);
	rd->judge(as, pupil, a);
}

static void
read_pupils(struct assess *as, struct readers *rd, const struct assess_pieces *pieces)
{
	for (size_t i = 0; i < pieces->n; i++) {
		HB_SCOPED_ARENA a;
		hb_arena_init(&a, ASSESS_PUPIL_MAX);
		struct hb_err err = HB_ERR_INIT;
		json_t *pupil;
		as->student = NULL;
		as->place = i;
		if (json_read(pieces->pupils[i], ASSESS_PUPIL_MAX, &a, &pupil, &err) != HB_OK)
			assess_fault(as, ASSESS_MEMBER(NULL), err.key, "%s", err.msg);
		else
			one_pupil(as, rd, pupil, &a);
	}
}

/* A document whose list of pupils could not be cut out (an escaped member name) is read in one piece. */
static void
read_pupils_of_head(struct assess *as, struct readers *rd, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		HB_SCOPED_ARENA a;
		hb_arena_init(&a, ASSESS_PUPIL_MAX);
		as->student = NULL;
		as->place = i;
		one_pupil(as, rd, json_array_get(list, i), &a);
	}
}

static void
read_document(struct assess *as, const struct assess_pieces *pieces, struct hb_arena *a)
{
	struct hb_err err = HB_ERR_INIT;
	json_t *head;
	if (json_read(pieces->head, ASSESS_INPUT_MAX, a, &head, &err) != HB_OK) {
		assess_fault(as, ASSESS_MEMBER(NULL), err.key, "%s", err.msg);
		return;
	}
	if (!json_is_object(head)) {
		assess_fault(as, ASSESS_MEMBER(NULL), "danhGia.saiKieu", "tài liệu phải là một đối tượng JSON");
		return;
	}
	struct readers rd = { .judge = read_circular(as, head), .ids = a };
	size_t before = as->n_faults;
	const json_t *list = assess_array(as, head, "students", ASSESS_MEMBER("students"), SIZE_MAX);
	if (list == NULL && as->n_faults == before)
		assess_fault(as, ASSESS_MEMBER("students"), "danhGia.thieu", NULL);
	if (rd.judge == NULL)
		return;
	if (hcreate_r((pieces->n + json_array_size(list)) * 2 + 16, &rd.seen) == 0) {
		assess_fault(as, ASSESS_MEMBER("students"), "gioiHan.boNho", NULL);
		return;
	}
	if (pieces->n > 0)
		read_pupils(as, &rd, pieces);
	else
		read_pupils_of_head(as, &rd, list);
	as->student = NULL;
	as->place = ASSESS_DOCUMENT;
	hdestroy_r(&rd.seen);
}

/* ---- stdin, stdout ---- */
static bool
read_all(int fd, struct hb_buf *b)
{
	static char chunk[1 << 16];
	ssize_t n;
	while ((n = read(fd, chunk, sizeof chunk)) > 0)
		hb_put(b, chunk, (size_t)n);
	return n == 0 && hb_buf_ok(b);
}

static int
run(struct hb_buf *in, bool explain)
{
	HB_SCOPED_ARENA a;
	HB_SCOPED_BUF out, faults;
	struct assess_pieces pieces;
	hb_arena_init(&a, ASSESS_INPUT_MAX);
	hb_buf_init(&out, ASSESS_OUTPUT_MAX);
	hb_buf_init(&faults, ASSESS_OUTPUT_MAX);
	struct assess as = { .explain = explain, .place = ASSESS_DOCUMENT, .out = jw_start(&out), .faults = jw_start(&faults) };
	jw_object(&as.out, NULL);
	jw_array(&as.out, "students");
	jw_object(&as.faults, NULL);
	jw_array(&as.faults, "errors");
	if (!assess_split(hb_buf_bytes(in), &a, &pieces))
		assess_fault(&as, ASSESS_MEMBER(NULL), "gioiHan.boNho", NULL);
	else
		read_document(&as, &pieces, &a);
	assess_pieces_fini(&pieces);
	if (as.n_faults == 0) {
		jw_end(&as.out);
		jw_end(&as.out);
		if (!jw_done(&as.out))
			assess_fault(&as, ASSESS_MEMBER(NULL), "gioiHan.boNho", NULL);
	}
	jw_end(&as.faults);
	jw_end(&as.faults);
	const struct hb_buf *say = as.n_faults == 0 ? &out : &faults;
	fwrite(say->p, 1, say->len, stdout);
	putchar('\n');
	return fflush(stdout) == 0 && as.n_faults == 0 ? HB_EXIT_OK : HB_EXIT_BAD;
}

int
cmd_assess(int argc, char **argv)
{
	bool explain = argc == 2 && strcmp(argv[1], "--explain") == 0;
	if (argc > 2 || (argc == 2 && !explain)) {
		fputs("Cách dùng: hocba assess [--explain] < lớp.json\n", stderr);
		return HB_EXIT_USAGE;
	}
	HB_SCOPED_BUF in;
	hb_buf_init(&in, ASSESS_INPUT_MAX);
	if (!read_all(STDIN_FILENO, &in)) {
		fputs("Không đọc được dữ liệu vào.\n", stderr);
		return HB_EXIT_USAGE;
	}
	return run(&in, explain);
}

/* The printed form: right words, right places, nothing outside its box, the same bytes every time. */
#include "tap.h"

#include <pthread.h>
#include <unistd.h>

#include "base/file.h"
#include "form/font_strip.h"
#include "form/form.h"
#include "base/text.h"
#include "pdf/pades.h"
#include "record_book.h"

static const struct form_spec thcs = { RECORD_THCS, "https://hocba.example.vn/tra-cuu/", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" };

static bool
render(struct hb_arena *a, const struct record_transcript *t, enum record_school_level level, struct form_pdf *pdf)
{
	struct form_spec spec = thcs;
	struct hb_err err = HB_ERR_INIT;
	spec.level = level;
	bool good = form_render(t, &spec, a, pdf, &err) == HB_OK;
	if (!good)
		printf("# %s %s\n", err.msg, err.log);
	return good;
}

/* What a shell command prints when the PDF's path is put for %s. */
static const char *
told(struct hb_arena *a, struct hb_bytes pdf, const char *command)
{
	char path[] = "/tmp/hocba-form-XXXXXX";
	HB_SCOPED_BUF out;
	char piece[4096];
	size_t n;
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, pdf.p, pdf.n) != (ssize_t)pdf.n)
		abort();
	close(fd);
	hb_buf_init(&out, HB_BUF_MAX);
	size_t at = (size_t)(strstr(command, "%s") - command);
	FILE *p = popen(hb_printf(a, "%.*s%s%s", (int)at, command, path, command + at + 2), "r");
	while (p != NULL && (n = fread(piece, 1, sizeof piece, p)) > 0)
		hb_put(&out, piece, n);
	if (p != NULL)
		pclose(p);
	unlink(path);
	return hb_buf_take(&out, a);
}

static size_t
count(const char *text, const char *word)
{
	size_t n = 0;
	for (; (text = strstr(text, word)) != NULL; text += strlen(word))
		n++;
	return n;
}

/* Every word inside the page's margins, and no word of the body under the foot's line. */
static bool
inside(struct hb_arena *a, struct hb_bytes pdf)
{
	const char *boxes = told(a, pdf, "pdftotext -bbox %s -");
	size_t words = 0;
	for (const char *p = boxes; (p = strstr(p, "<word ")) != NULL; p++, words++) {
		double x0, y0, x1, y1;
		char line[128];
		snprintf(line, sizeof line, "%.120s", p);        /* sscanf would measure the rest of the text every time */
		if (sscanf(line, "<word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\"", &x0, &y0, &x1, &y1) != 4)
			return false;
		bool in_foot = y0 > 779;
		if (x0 < 40 || x1 > 556 || y0 < 35 || y1 > 815 || (!in_foot && y1 > 781)) {
			printf("# outside: %.120s\n", p);
			return false;
		}
	}
	return words > 50;
}

static void
test_words(struct hb_arena *a)
{
	struct form_pdf pdf;
	struct record_class *cls = book_lower(a, RECORD_CN, 6);
	struct record_transcript *t = book_transcript(a, cls, 4);
	ok(render(a, t, RECORD_THCS, &pdf) && pdf.pages == 4, "THCS: cover, person, page A, page B (%zu bytes)", pdf.bytes.n);
	const char *text = told(a, pdf.bytes, "pdftotext -layout %s -");
	static const char *const words[] = { "BỘ GIÁO DỤC VÀ ĐÀO TẠO", "TRUNG HỌC CƠ SỞ", "Nguyễn Hoàng Phương Thảo Vy", "05/05/2012",
		"Trường THCS và THPT Nguyễn Trãi", "Phường Xuân Hòa, ngày 02 tháng 6 năm 2026", "QUÁ TRÌNH HỌC TẬP",
		"Khoa học tự nhiên", "GIÁO VIÊN CHỦ NHIỆM", "PHÊ DUYỆT CỦA HIỆU TRƯỞNG", "Trong bảng này có sửa chữa ở: 0 chỗ", "Được lên lớp",
		"NHẬN XÉT CỦA GIÁO VIÊN CHỦ NHIỆM", "Lê Thị Lan" };
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		ok(strstr(text, words[i]) != NULL, "it says “%s”", words[i]);
	ok(count(text, "Mã số tra cứu: HB-7K2M-9QXT-4HDA-Z8WB-3") == 4 && count(text, t->years[0].personal_id) == 4 &&
	    count(text, "Ngày hiệu lực: 30/06/2026") == 4, "every page has look-up code, personal id and effective date (seed004-6)");
	ok(count(text, thcs.digest) == 1, "the digest of the data region is stated");
	char mark[8];
	hb_tenths_vi(t->years[0].results[0].year.tenths, mark);
	ok(strstr(text, mark) != NULL && strstr(text, "8.3") == NULL, "marks have a decimal comma");
	ok(inside(a, pdf.bytes), "nothing stands outside");

	struct record_class *upper = book_upper(a, RECORD_CN, 6);
	ok(render(a, book_transcript(a, upper, 5), RECORD_THPT, &pdf) && pdf.pages == 4 && inside(a, pdf.bytes), "THPT too");
	text = told(a, pdf.bytes, "pdftotext -layout %s -");
	ok(strstr(text, "Môn học lựa chọn:") != NULL && strstr(text, "Chuyên đề học tập lựa chọn:") != NULL && count(text, "Miễn") == 3,
	    "with choices, clusters and the exemption");
	struct record_class *primary = book_primary(a, RECORD_CN, 4);
	ok(render(a, book_transcript(a, primary, 0), RECORD_TH, &pdf) && pdf.pages == 4 && inside(a, pdf.bytes), "tiểu học too (seed004-5)");
	text = told(a, pdf.bytes, "pdftotext -layout %s -");
	ok(strstr(text, "GIÁO DỤC TIỂU HỌC") != NULL && strstr(text, "Hoàn thành xuất sắc") != NULL && strstr(text, "Học sinh Xuất sắc") != NULL &&
	    strstr(text, "Hoàn thành chương trình lớp 4.") != NULL && strstr(text, "26,5 kg") != NULL, "with result, award and class completed");
}

static void
test_places(struct hb_arena *a)
{
	struct form_pdf pdf;
	ok(render(a, book_transcript(a, book_lower(a, RECORD_CN, 2), 0), RECORD_THCS, &pdf) && pdf.n_places == 3, "three places for signatures");
	ok(pdf.places[0].role == RECORD_GVCN && pdf.places[1].role == RECORD_CBQL && pdf.places[2].role == RECORD_DON_VI,
	    "homeroom, head, unit, in the order of signing");
	is(pdf.places[1].name, "Trần Văn Bình", "with the name of the signer");
	struct pdf_rect head = pdf.places[1].rect, seal = pdf.places[2].rect;
	double third = head.x0 + (head.x1 - head.x0) / 3;
	ok(pdf.places[2].page == 3 && seal.x0 < head.x0 && seal.x1 > third - 1 && seal.x1 < third + 1, "the seal covers the left third of the head's image (D9.1a)");
	ok(seal.x0 > 56 && seal.y0 > 60, "and stays on the page");
	ok(render(a, book_transcript(a, book_primary(a, RECORD_CN, 2), 0), RECORD_TH, &pdf) && pdf.n_places == 3 && pdf.places[2].rect.x0 > 20, "tiểu học has the three places");
}

static const char *
repeated(struct hb_arena *a, const char *piece, size_t characters)
{
	HB_SCOPED_BUF b;
	hb_buf_init(&b, 1 << 20);
	for (size_t n = hb_utf8_count(piece), used = 0; used + n < characters; used += n)
		hb_puts(&b, piece);
	while (b.len > 0 && b.p[b.len - 1] == ' ')
		b.len--;
	return hb_strndup(a, b.p, b.len);
}

static void
test_extremes(struct hb_arena *a)
{
	struct form_pdf pdf;
	struct record_transcript *t = book_transcript(a, book_lower(a, RECORD_CN, 2), 0);
	const char *name = repeated(a, "Nguyễn Phương ", RECORD_NAME_MAX), *comment = repeated(a, "Nghiêng mình “ước muốn” ", RECORD_TEXT_MAX);
	t->profiles[0].person.name = t->profiles[0].person.father->name = name;
	t->profiles[0].person.residence = repeated(a, "thôn Thượng, ", 500);
	t->years[0].school.name = name;
	for (size_t i = 0; i < t->years[0].n_results; i++)
		t->years[0].results[i].comment = comment;
	for (size_t i = 0; i < t->years[0].n_signers; i++)
		t->years[0].signers[i].name = name;
	t->years[0].review.comment = comment;
	static struct record_achievement prizes[50];
	for (size_t i = 0; i < 50; i++)
		prizes[i] = (struct record_achievement){ RECORD_PRIZE, "Giải Khuyến khích cuộc thi Khoa học kĩ thuật dành cho học sinh trung học", "tỉnh", NULL, "1/QĐ", NULL };
	t->years[0].review.achievements = prizes;
	t->years[0].review.n_achievements = 50;
	ok(render(a, t, RECORD_THCS, &pdf) && pdf.pages > 4 && inside(a, pdf.bytes), "longest names and comments go on over %zu pages", pdf.pages);
	ok(pdf.n_places == 3 && pdf.places[0].page == pdf.pages - 1, "signatures stand on the last");
	const char *text = told(a, pdf.bytes, "pdftotext -layout %s -");
	ok(count(text, "Môn học/") >= 3, "the table's head is repeated");

	struct record_transcript *p = book_transcript(a, book_primary(a, RECORD_CN, 2), 0);
	for (size_t i = 0; i < p->years[0].n_results; i++)
		p->years[0].results[i].comment = comment;
	p->years[0].review.qualities_comment = p->years[0].review.general_comment = p->years[0].review.specific_comment = comment;
	ok(render(a, p, RECORD_TH, &pdf) && inside(a, pdf.bytes), "also in tiểu học");
	/* A book that says almost nothing is still a form. */
	t = book_transcript(a, book_lower(a, RECORD_CN, 2), 1);
	t->years[0].n_results = t->years[0].n_signers = 0;
	t->years[0].review = (struct record_review){ 0 };
	ok(render(a, t, RECORD_THCS, &pdf) && pdf.pages == 4 && pdf.n_places == 0, "an empty year is an empty form");
}

static void
test_years(struct hb_arena *a)
{
	struct form_pdf one, again, two;
	struct hb_err err = HB_ERR_INIT;
	struct record_class *cls = book_lower(a, RECORD_CN, 2);
	struct record_transcript *t = book_transcript(a, cls, 0);
	struct record_year *years = book_take(HB_NEWN(a, struct record_year, 2));
	ok(render(a, t, RECORD_THCS, &one) && render(a, t, RECORD_THCS, &again) && one.bytes.n == again.bytes.n &&
	    memcmp(one.bytes.p, again.bytes.p, one.bytes.n) == 0, "the same transcript gives the same bytes");
	years[0] = years[1] = *t->years;
	years[1].year = "2026-2027";
	years[1].class_name = "9A1";
	years[1].grade = 9;
	t->years = years;
	t->n_years = 2;
	ok(render(a, t, RECORD_THCS, &two) && two.pages == 6 && two.places[0].page == 5, "two years of a level in one file, signed at the newest");
	const char *text = told(a, two.bytes, "pdftotext -layout %s -");
	ok(strstr(text, "kí số cùng kết quả năm học 2025-2026") != NULL && strstr(text, "Hoàn thành chương trình giáo dục THCS") != NULL,
	    "the earlier year says where it was signed; grade 9 completes the level");
	ok(form_render(t, &(struct form_spec){ RECORD_THPT, "x", NULL }, a, &two, &err) == HB_E_NOTFOUND, "no year of another level");
	years[1].circular = "tt58-2011";
	err = HB_ERR_INIT;
	ok(form_render(t, &thcs, a, &two, &err) == HB_E_RULE, "no form for another circular");
	is(err.key, "mauIn.chuaCoMau", "and the failure says so");
	ok(form_for(RECORD_THCS, "tt22-2021", 2021) != NULL && form_for(RECORD_THCS, "tt22-2021", 2020) == NULL, "forms are dated (seed002-10.3)");
	years[0].extract_on = "2026-01-09";
	t->n_years = 1;
	ok(render(a, t, RECORD_THCS, &one) && strstr(told(a, one.bytes, "pdftotext -layout %s -"), "ĐẾN NGÀY 09/01/2026") != NULL, "an extract says so");
}

static void
test_book(struct hb_arena *a)
{
	struct form_pdf pdf;
	struct record_class *cls = book_lower(a, RECORD_CN, 45);
	ok(form_class_render(cls, a, &pdf, NULL) == HB_OK && inside(a, pdf.bytes), "a class book of THCS is printed on %zu pages", pdf.pages);
	const char *text = told(a, pdf.bytes, "pdftotext -layout %s -");
	ok(strstr(text, "Môn: Toán · Học kì II") != NULL && strstr(text, "SƠ YẾU LÍ LỊCH HỌC SINH") != NULL && strstr(text, "TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ") != NULL,
	    "with pupils, marks and summary");
	ok(strstr(text, "tổng số học sinh 45; được lên lớp 41") != NULL, "and the counts of the class");
	ok(count(text, "Giáo viên môn học: Cao Bá Quát") == 2, "every teacher of a subject stands at the end of its list");
	cls->subjects[0].rows[0].comment = cls->pupils[3].person.name = repeated(a, "Hoàng Phương ", RECORD_NAME_MAX);
	ok(form_class_render(cls, a, &pdf, NULL) == HB_OK && inside(a, pdf.bytes), "the longest name stays inside");
	ok(form_class_render(book_upper(a, RECORD_HK1, 45), a, &pdf, NULL) == HB_OK && inside(a, pdf.bytes), "a term of THPT too");
	ok(form_class_render(book_primary(a, RECORD_GK1, 35), a, &pdf, NULL) == HB_OK && inside(a, pdf.bytes), "and a period of tiểu học");
	text = told(a, pdf.bytes, "pdftotext -layout %s -");
	ok(strstr(text, "BẢNG TỔNG HỢP") != NULL && strstr(text, "Giữa học kì I") != NULL && strstr(text, "ĐÁNH GIÁ CẢ NĂM") == NULL,
	    "as the bảng tổng hợp of the period");
}

static void
test_file(struct hb_arena *a)
{
	struct form_pdf pdf;
	struct pades_facts facts;
	size_t total = 0;
	struct record_class *cls = book_lower(a, RECORD_CN, 45);
	ok(form_fonts_check(NULL) == HB_OK, "the right fonts are there");
	for (size_t i = 0; i < 45; i++)
		total += render(a, book_transcript(a, cls, i), RECORD_THCS, &pdf) ? pdf.bytes.n : (size_t)1 << 30;
	ok(total < 3000000, "a class of 45 takes %zu bytes", total);
	const char *fonts = told(a, pdf.bytes, "pdffonts %s");
	ok(count(fonts, "LiberationSerif") >= 3 && count(fonts, "yes yes yes") == count(fonts, "LiberationSerif"), "all letters are embedded Liberation Serif");
	ok(strstr(told(a, pdf.bytes, "qpdf --check %s 2>&1"), "No syntax or stream encoding errors") != NULL, "qpdf finds no fault");
	ok(pades_inspect(pdf.bytes, a, &facts, NULL) == HB_OK && facts.pages == 4 && facts.signatures_n == 0 && facts.findings_n == 0,
	    "our own reader agrees");
}

static struct record_transcript *shared;
static struct hb_sha256 expected;

static void *
print_some(void *arg)
{
	bool *same = arg;
	*same = true;
	for (int i = 0; i < 5; i++) {
		HB_SCOPED_ARENA a;
		struct form_pdf pdf;
		hb_arena_init(&a, HB_ARENA_DEFAULT);
		struct hb_sha256 digest = { { 0 } };
		if (form_render(shared, &thcs, &a, &pdf, NULL) == HB_OK)
			digest = hb_sha256(pdf.bytes);
		*same = *same && hb_sha256_eq(&digest, &expected);
	}
	return NULL;
}

static void
test_threads(struct hb_arena *a)
{
	struct form_pdf pdf;
	pthread_t threads[4];
	bool same[4];
	shared = book_transcript(a, book_lower(a, RECORD_CN, 2), 0);
	if (!ok(render(a, shared, RECORD_THCS, &pdf), "a transcript for many threads"))
		return;
	expected = hb_sha256(pdf.bytes);
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, print_some, &same[i]);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	ok(same[0] && same[1] && same[2] && same[3], "four threads print the same bytes at once");
}

static void
test_strip(struct hb_arena *a)
{
	struct hb_bytes font, stripped;
	ok(hb_file_read("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf", 1 << 20, a, &font, NULL) == HB_OK, "a font to strip");
	stripped = font_strip(font, a);
	ok(stripped.n > 100000 && stripped.n < font.n, "without hinting it is %zu of %zu bytes", stripped.n, font.n);
	size_t survived = 0;
	for (size_t n = 0; n < font.n; n += font.n / 50 + 1) {
		struct hb_bytes cut = { hb_memdup(a, font.p, n), n };
		survived += font_strip(cut, a).n > 0;
	}
	ok(survived == 0, "a cut font is refused");
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, (size_t)512 << 20);
	test_words(&a);
	test_places(&a);
	test_extremes(&a);
	test_years(&a);
	test_book(&a);
	test_file(&a);
	test_threads(&a);
	test_strip(&a);
	return tap_done();
}

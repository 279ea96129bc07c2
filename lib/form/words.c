#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "form/sheet.h"

const char *
word_level(enum record_level l)
{
	static const char *const words[] = { "", "Tốt", "Khá", "Đạt", "Chưa đạt", "Hoàn thành", "Chưa hoàn thành" };
	return words[l];
}

const char *
word_school_level(enum record_school_level l)
{
	return l == RECORD_TH ? "GIÁO DỤC TIỂU HỌC" : l == RECORD_THCS ? "TRUNG HỌC CƠ SỞ" : "TRUNG HỌC PHỔ THÔNG";
}

struct word { const char *code, *text; };

static const char *
find(const struct word *words, const char *code)
{
	for (; words->code != NULL; words++)
		if (strcmp(words->code, code) == 0)
			return words->text;
	return code;
}

/* TT27/2020 Phụ lục: the printed names. */
const char *
word_quality(const char *code)
{
	static const struct word words[] = { { "YN", "Yêu nước" }, { "NA", "Nhân ái" }, { "CC", "Chăm chỉ" },
		{ "TT", "Trung thực" }, { "TN", "Trách nhiệm" }, { NULL, NULL } };
	return find(words, code);
}

static const struct word general[] = { { "TCTH", "Tự chủ và tự học" }, { "GTHT", "Giao tiếp và hợp tác" },
	{ "GQVD", "Giải quyết vấn đề và sáng tạo" }, { NULL, NULL } };

const char *
word_competence(const char *code)
{
	static const struct word specific[] = { { "NN", "Ngôn ngữ" }, { "TTO", "Tính toán" }, { "KH", "Khoa học" },
		{ "CN", "Công nghệ" }, { "TH", "Tin học" }, { "TM", "Thẩm mĩ" }, { "TC", "Thể chất" }, { NULL, NULL } };
	return word_competence_is_general(code) ? find(general, code) : find(specific, code);
}

bool
word_competence_is_general(const char *code)
{
	return find(general, code) != code;
}

const char *
word_promotion(const struct record_year *y, enum record_promotion p)
{
	if (p == RECORD_PROMOTED && y->grade == 5)
		return "Hoàn thành chương trình tiểu học";
	if (p == RECORD_PROMOTED && y->grade == 9)
		return "Hoàn thành chương trình giáo dục trung học cơ sở";
	if (p == RECORD_PROMOTED && y->grade == 12)
		return "Hoàn thành chương trình giáo dục phổ thông";
	static const char *const words[] = { [RECORD_PROMOTION_NONE] = "", [RECORD_PROMOTED] = "Được lên lớp",
		[RECORD_RETAKE] = "Kiểm tra lại môn học", [RECORD_SUMMER_CONDUCT] = "Rèn luyện trong kì nghỉ hè",
		[RECORD_RETAKE_AND_SUMMER] = "Kiểm tra lại môn học và rèn luyện trong kì nghỉ hè",
		[RECORD_RETAINED] = "Không được lên lớp", [RECORD_PENDING] = "Được hướng dẫn, đánh giá bổ sung",
		[RECORD_INCOMPLETE] = "Chưa đủ kết quả", [RECORD_HEAD_DECIDES] = "Hiệu trưởng quyết định" };
	return words[p];
}

const char *
word_head(const struct record_year *y)
{
	const struct record_signer *head = sheet_signer(y, RECORD_CBQL);
	bool deputy = head != NULL && head->position != NULL && strncmp(head->position, "Phó", strlen("Phó")) == 0;
	return deputy ? "KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG" : "HIỆU TRƯỞNG";
}

const char *
word_award(enum record_award a)
{
	static const char *const words[] = { [RECORD_AWARD_NONE] = NULL, [RECORD_AWARD_EXCELLENT] = "Học sinh Xuất sắc",
		[RECORD_AWARD_GOOD] = "Học sinh Giỏi",
		[RECORD_AWARD_TYPICAL] = "Học sinh Tiêu biểu hoàn thành tốt trong học tập và rèn luyện" };
	return words[a];
}

const char *
word_education(enum record_education e)
{
	static const char *const words[] = { "", "Hoàn thành xuất sắc", "Hoàn thành tốt", "Hoàn thành", "Chưa hoàn thành" };
	return words[e];
}

const char *
word_mark(struct sheet *s, struct record_mark m)
{
	char text[8];
	if (m.kind == RECORD_MARK_LEVEL)
		return word_level(m.level);
	if (m.kind == RECORD_MARK_NONE)
		return "";
	hb_tenths_vi(m.tenths, text);
	return sheet_text(s, "%s", text);
}

const char *
word_subject(struct sheet *s, const struct record_result *r)
{
	/* The programme of primary school has no career guidance in this activity (TT 32/2018). */
	if (s->spec->level == RECORD_TH && strcmp(r->code, "HDTN") == 0)
		return "Hoạt động trải nghiệm";
	return r->language == NULL ? r->name : sheet_text(s, "%s (%s)", r->name, r->language);
}

/* The catalogue of subjects: kind and lessons a year by grade.
 * Sources: Chương trình GDPT 2018 (TT 32/2018, TT 13/2022) for the lessons; TT 22/2021 Đ5.1 for what is judged by
 * comment; TT 22/2021 Đ6.3 for clusters of study topics.  Âm nhạc, Mĩ thuật (grades 1-9) and Tin học, Công nghệ
 * (grades 3-5) are the strands of Nghệ thuật and Tin học và Công nghệ, which học bạ lists one by one. */
#include "rules/rules.h"

#include <string.h>

#define COMMENT .comment = true
#define CLUSTER .cluster = true
#define PERIODS(...) .periods = { 0, __VA_ARGS__ }
static const struct rules_subject_info subjects[RULES_SUBJECT__MAX] = {
	/*                                                         grade 1    2    3    4    5    6    7    8    9   10   11   12 */
	[RULES_TOAN] = { "TOAN", "Toán", CLUSTER, PERIODS(105, 175, 175, 175, 175, 140, 140, 140, 140, 105, 105, 105) },
	[RULES_VAN] = { "VAN", "Ngữ văn", CLUSTER, PERIODS(0, 0, 0, 0, 0, 140, 140, 140, 140, 105, 105, 105) },
	[RULES_TV] = { "TV", "Tiếng Việt", PERIODS(420, 350, 245, 245, 245) },
	[RULES_NN1] = { "NN1", "Ngoại ngữ 1", PERIODS(70, 70, 140, 140, 140, 105, 105, 105, 105, 105, 105, 105) },
	[RULES_NN2] = { "NN2", "Ngoại ngữ 2", PERIODS(0, 0, 0, 0, 0, 105, 105, 105, 105, 105, 105, 105) },
	[RULES_DTTS] = { "DTTS", "Tiếng dân tộc thiểu số", PERIODS(70, 70, 70, 70, 70, 105, 105, 105, 105, 105, 105, 105) },
	[RULES_GDCD] = { "GDCD", "Giáo dục công dân", PERIODS(0, 0, 0, 0, 0, 35, 35, 35, 35) },
	[RULES_LSDL] = { "LSDL", "Lịch sử và Địa lí", PERIODS(0, 0, 0, 70, 70, 105, 105, 105, 105) },
	[RULES_KHTN] = { "KHTN", "Khoa học tự nhiên", PERIODS(0, 0, 0, 0, 0, 140, 140, 140, 140) },
	[RULES_CN] = { "CN", "Công nghệ", CLUSTER, PERIODS(0, 0, 35, 35, 35, 35, 35, 52, 52, 70, 70, 70) },
	[RULES_TIN] = { "TIN", "Tin học", CLUSTER, PERIODS(0, 0, 35, 35, 35, 35, 35, 35, 35, 70, 70, 70) },
	[RULES_THCN] = { "THCN", "Tin học và Công nghệ", PERIODS(0, 0, 70, 70, 70) },
	[RULES_GDTC] = { "GDTC", "Giáo dục thể chất", COMMENT, PERIODS(70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70) },
	[RULES_NT] = { "NT", "Nghệ thuật", COMMENT, PERIODS(70, 70, 70, 70, 70, 70, 70, 70, 70) },
	[RULES_AN] = { "AN", "Âm nhạc", COMMENT, CLUSTER, PERIODS(35, 35, 35, 35, 35, 35, 35, 35, 35, 70, 70, 70) },
	[RULES_MT] = { "MT", "Mĩ thuật", COMMENT, CLUSTER, PERIODS(35, 35, 35, 35, 35, 35, 35, 35, 35, 70, 70, 70) },
	[RULES_HDTN] = { "HDTN", "Hoạt động trải nghiệm, hướng nghiệp", COMMENT,
	    PERIODS(105, 105, 105, 105, 105, 105, 105, 105, 105, 105, 105, 105) },
	[RULES_NDDP] = { "NDDP", "Nội dung giáo dục của địa phương", COMMENT,
	    PERIODS(0, 0, 0, 0, 0, 35, 35, 35, 35, 35, 35, 35) },
	[RULES_LS] = { "LS", "Lịch sử", CLUSTER, PERIODS(0, 0, 0, 0, 0, 0, 0, 0, 0, 52, 52, 52) },
	[RULES_DL] = { "DL", "Địa lí", CLUSTER, PERIODS(0, 0, 0, 0, 0, 0, 0, 0, 0, 70, 70, 70) },
	[RULES_GDKTPL] = { "GDKTPL", "Giáo dục kinh tế và pháp luật", CLUSTER,
	    PERIODS(0, 0, 0, 0, 0, 0, 0, 0, 0, 70, 70, 70) },
	[RULES_VL] = { "VL", "Vật lí", CLUSTER, PERIODS(0, 0, 0, 0, 0, 0, 0, 0, 0, 70, 70, 70) },
	[RULES_HH] = { "HH", "Hóa học", CLUSTER, PERIODS(0, 0, 0, 0, 0, 0, 0, 0, 0, 70, 70, 70) },
	[RULES_SH] = { "SH", "Sinh học", CLUSTER, PERIODS(0, 0, 0, 0, 0, 0, 0, 0, 0, 70, 70, 70) },
	[RULES_GDQP] = { "GDQP", "Giáo dục quốc phòng và an ninh", PERIODS(0, 0, 0, 0, 0, 0, 0, 0, 0, 35, 35, 35) },
	[RULES_TNXH] = { "TNXH", "Tự nhiên và Xã hội", PERIODS(70, 70, 70) },
	[RULES_DD] = { "DD", "Đạo đức", PERIODS(35, 35, 35, 35, 35) },
	[RULES_KH] = { "KH", "Khoa học", PERIODS(0, 0, 0, 70, 70) },
};

const struct rules_subject_info *rules_subject(enum rules_subject s) { return &subjects[s]; }

enum rules_subject
rules_subject_find(const char *code)
{
	int s = 0;
	while (s < RULES_SUBJECT__MAX && strcmp(subjects[s].code, code) != 0)
		s++;
	return (enum rules_subject)s;
}

bool
rules_knows(enum rules_circular c, enum rules_subject s)
{
	for (int grade = 1; grade <= RULES_GRADE_MAX; grade++)
		if (rules_covers(c, grade) && subjects[s].periods[grade] > 0)
			return true;
	return false;
}

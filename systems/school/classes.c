#include "school/classes.h"

#include "data/data.h"
#include "rules/rules.h"
#include "school/school_sql.h"
#include "school/sheet.h"

#include <stdlib.h>
#include <string.h>

static enum hb_code
add_subject(struct db_tx *tx, const char *school, const char *class_id, enum sheet_level level, int grade, unsigned row,
    struct hb_err *err)
{
	const char        *code = data_cell(&data_programme, row, "subject");
	enum rules_subject s = rules_subject_find(code);
	if (s == RULES_SUBJECT__MAX)
		return hb_bug(err, "data/programme.tsv names %s", code);
	const struct rules_subject_info *info = rules_subject(s);
	const char *kind = level == LEVEL_TH ? "LEVEL" : info->comment ? "COMMENT" : "SCORE";
	bool        chosen = strcmp(data_cell(&data_programme, row, "taken"), "chosen") == 0;
	return db_run(tx, &school_class_subject_put,
	    DB_ARGS(DB_ID(school), DB_ID(class_id), DB_TEXT(code), DB_TEXT(kind), DB_INT(info->periods[grade]),
	        DB_INT(strtol(data_cell(&data_programme, row, "ord"), NULL, 10)), DB_INT(chosen)),
	    NULL, err);
}

enum hb_code
classes_make(struct db_tx *tx, const char *school, const char *year, const char *code, const char **ret_id,
    struct hb_arena *a, struct hb_err *err)
{
	int              grade = (int)strtol(code, NULL, 10);
	enum sheet_level level = sheet_level_of(grade);
	struct hb_id     id = hb_id_new();
	enum hb_code     got = db_run(tx, &school_class_put,
	    DB_ARGS(DB_ID(school), DB_ID(id.s), DB_TEXT(year), DB_TEXT(code), DB_TEXT(sheet_level_code(level)), DB_INT(grade)),
	    NULL, err);
	for (unsigned i = 0; i < data_programme.n_rows && got == HB_OK; i++) {
		long from = strtol(data_cell(&data_programme, i, "from_grade"), NULL, 10);
		long to = strtol(data_cell(&data_programme, i, "to_grade"), NULL, 10);
		if (strcmp(data_cell(&data_programme, i, "level"), sheet_level_code(level)) == 0 && from <= grade && grade <= to &&
		    strcmp(data_cell(&data_programme, i, "taken"), "elective") != 0)
			got = add_subject(tx, school, id.s, level, grade, i, err);
	}
	if (got != HB_OK)
		return got;
	char *own = hb_strdup(a, id.s);
	if (own == NULL)
		return hb_full(err);
	*ret_id = own;
	return HB_OK;
}

enum hb_code
classes_number(struct db_tx *tx, const char *school, const char *class_id, struct hb_arena *a, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   code = db_rows(tx, &school_enrolment_roll, DB_ARGS(DB_ID(school), DB_ID(class_id)), a, &rows, err);
	if (code != HB_OK)
		return code;
	int64_t last = 0;
	for (size_t i = 0; i < rows.n; i++) {
		int64_t n = db_int(&rows, i, SCHOOL_ENROLMENT_ROLL_NUMBER);
		last = n > last ? n : last;
	}
	for (size_t i = 0; i < rows.n && code == HB_OK; i++)
		if (db_int(&rows, i, SCHOOL_ENROLMENT_ROLL_NUMBER) == 0)
			code = db_run(tx, &school_enrolment_number,
			    DB_ARGS(DB_INT(++last), DB_ID(school), DB_ID(class_id),
			        DB_ID(db_id(&rows, i, SCHOOL_ENROLMENT_ROLL_PUPIL_ID).s)),
			    NULL, err);
	return code;
}

/* Every row of tables/, and: every clause that lib/rules can cite has a row. */
#include "tap.h"

#include "base/text.h"
#include "rules/tt22.h"
#include "rules/tt27.h"
#include "table.h"

#define LEN 256
static bool cited[RULES_CLAUSE__MAX];

static void
expect(const struct row *r, const char *got)
{
	char name[LEN];
	snprintf(name, sizeof name, "%s %s: %s", r->clause, r->why, r->input);
	is(got, r->expected, name);
	for (int c = 0; c < RULES_CLAUSE__MAX; c++)
		cited[c] |= strcmp(rules_clause((enum rules_clause)c), r->clause) == 0;
}

static int mark(const char *s) { return strcmp(s, "-") == 0 ? RULES_NO_MARK : rules_mark_parse(s); }
static enum rules_level level(const char *s) { return strcmp(s, "-") == 0 ? RULES_UNKNOWN : rules_level_parse(s); }

static const char *
mark_text(int tenths, char out[8])
{
	if (tenths == RULES_NO_MARK)
		return "-";
	hb_tenths_vi(tenths, out);
	if (strchr(out, ',') == NULL)
		strcat(out, ",0");
	return out;
}

static const char *
level_text(enum rules_level l)
{
	return l == RULES_UNKNOWN ? "-" : rules_level_code(l);
}

/* ---- Small pieces ---- */
static void
subject_kind(const struct row *r, void *arg)
{
	(void)arg;
	enum rules_subject s = rules_subject_find(r->input);
	expect(r, s == RULES_SUBJECT__MAX ? "?" : rules_subject(s)->comment ? "comment" : "score");
}

static void
regular_marks(const struct row *r, void *arg)
{
	(void)arg;
	char got[16];
	snprintf(got, sizeof got, "%d", rules22_tx_needed(atoi(r->input)));
	expect(r, got);
}

static void
marks(const struct row *r, void *arg)
{
	(void)arg;
	char text[LEN], got[16];
	snprintf(text, sizeof text, "%s", r->input + 1);
	text[strlen(text) - 1] = '\0';
	int tenths = rules_mark_parse(text);
	snprintf(got, sizeof got, "%d", tenths);
	expect(r, tenths == RULES_NO_MARK ? "no" : got);
}

static void
term_average(const struct row *r, void *arg)
{
	(void)arg;
	char text[LEN], out[8], *at = text, *word, *part;
	snprintf(text, sizeof text, "%s", r->input);
	int periods = (int)strtol(text, &at, 10);
	struct rules22_term t = rules22_subject_blank(RULES_TOAN).term[0];
	at++;
	part = strsep(&at, "|");
	while ((word = strsep(&part, " ")) != NULL)
		if (word[0] != '\0')
			t.tx[t.n_tx++] = (int16_t)mark(word);
	int16_t *rest[] = { &t.gk, &t.ck, &t.cd };
	for (int i = 0; i < 3 && (part = strsep(&at, "|")) != NULL; i++) {
		char *value = part + strspn(part, " ");
		value[strcspn(value, " ")] = '\0';
		*rest[i] = (int16_t)mark(value);
	}
	expect(r, mark_text(rules22_term_average(&t, rules22_tx_needed(periods)), out));
}

static void
year_average(const struct row *r, void *arg)
{
	(void)arg;
	char one[16], two[16], out[8];
	if (sscanf(r->input, "%15s %15s", one, two) == 2)
		expect(r, mark_text(rules22_year_average(mark(one), mark(two)), out));
	else
		expect(r, "?");
}

static void
conduct(const struct row *r, void *arg)
{
	(void)arg;
	char one[16], two[16];
	if (sscanf(r->input, "%15s %15s", one, two) == 2)
		expect(r, level_text(rules22_conduct_year(level(one), level(two))));
	else
		expect(r, "?");
}

static void
levels(const struct row *r, void *arg)
{
	(void)arg;
	struct rules22_value v[RULES_SUBJECT__MAX];
	char text[LEN], got[32], *at = text, *word;
	int n = 0;
	snprintf(text, sizeof text, "%s", r->input);
	while ((word = strsep(&at, " ")) != NULL) {
		char *value = strsep(&word, "*");
		int times = word == NULL ? 1 : atoi(word);
		while (times-- > 0)
			v[n++] = (struct rules22_value){ (int16_t)mark(value), rules_comment_parse(value) };
	}
	struct rules22_judgement j = rules22_level(v, n);
	snprintf(got, sizeof got, "%s %s", level_text(j.base), level_text(j.level));
	expect(r, got);
}

static void
circular(const struct row *r, void *arg)
{
	(void)arg;
	int grade, year;
	if (sscanf(r->input, "%d %d", &grade, &year) != 2)
		return;
	const struct rules_period *p = rules_for(grade, year);
	expect(r, p == NULL ? "-" : p->key);
}

static void
tests(const struct row *r, void *arg)
{
	(void)arg;
	char got[LEN] = "";
	int grade = atoi(r->input);
	for (int p = 0; p < RULES27_PERIOD__MAX; p++) {
		int found = 0;
		strcat(got, p == 0 ? "" : " / ");
		for (int s = 0; s < RULES_SUBJECT__MAX; s++)
			if (rules27_has_test((enum rules_subject)s, grade, (enum rules27_period)p)) {
				strcat(got, found++ == 0 ? "" : " ");
				strcat(got, rules_subject((enum rules_subject)s)->code);
			}
		strcat(got, found == 0 ? "-" : "");
	}
	expect(r, got);
}

/* ---- A whole year of grade 8 ---- */
static const enum rules_subject programme[] = { RULES_TOAN, RULES_VAN, RULES_NN1, RULES_LSDL, RULES_KHTN, RULES_GDCD,
	RULES_CN, RULES_TIN, RULES_GDTC, RULES_NT, RULES_HDTN, RULES_NDDP };
#define PROGRAMME ((int)(sizeof programme / sizeof programme[0]))

static void
fill(struct rules22_subject *s, int t, const char *value)
{
	struct rules22_term blank = rules22_subject_blank(s->code).term[t], *term = &s->term[t];
	enum rules22_status status = term->status;
	*term = blank;
	term->status = status;
	if (strcmp(value, "-") == 0)
		return;
	if (rules_subject(s->code)->comment) {
		term->n_marks = RULES22_COMMENT_MARKS;
		for (int i = 0; i < RULES22_COMMENT_MARKS; i++)
			term->marks[i] = rules_comment_parse(value);
		return;
	}
	term->n_tx = rules22_tx_needed(rules_subject(s->code)->periods[8]);
	for (int i = 0; i < term->n_tx; i++)
		term->tx[i] = (int16_t)mark(value);
	term->gk = term->ck = (int16_t)mark(value);
}

static void
fill_both(struct rules22_subject *s, char *value)
{
	char *second = strchr(value, '/');
	if (second != NULL)
		*second++ = '\0';
	fill(s, 0, value);
	fill(s, 1, second == NULL ? value : second);
}

static void
mark_status(struct rules22_subject *s, const char *word)
{
	static const struct { const char *word; enum rules22_status status; } words[] = { { "exempt", RULES22_EXEMPT },
		{ "not_taken", RULES22_NOT_TAKEN }, { "plan", RULES22_PLAN } };
	if (strcmp(word, "uncounted") == 0)
		s->not_counted = true;
	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(words[i].word);
		if (strncmp(word, words[i].word, n) != 0)
			continue;
		if (word[n] == '\0')
			s->status = words[i].status;
		else
			s->term[word[n] - '1'].status = words[i].status;
	}
}

static void
pupil_word(struct rules22_pupil *p, char *name, char *value)
{
	if (strcmp(name, "conduct") == 0) {
		char *second = strchr(value, '/');
		*second++ = '\0';
		p->conduct[0] = level(value);
		p->conduct[1] = level(second);
	} else if (strcmp(name, "summer") == 0) {
		p->conduct_after_summer = level(value);
	} else if (strcmp(name, "absent") == 0) {
		p->absent_sessions = strcmp(value, "-") == 0 ? -1 : atoi(value);
	} else if (strcmp(name, "plan") == 0) {
		p->plan = value[0] == 'u' ? RULES22_PLAN_UNDECIDED : value[0] == 'p' ? RULES22_PLAN_PROMOTED
		                                                                      : RULES22_PLAN_RETAINED;
	}
}

static void
apply(struct rules22_pupil *p, struct rules22_subject *subjects, char *word)
{
	size_t n = strcspn(word, "=:>");
	char sign = word[n], *value = word + n + 1;
	word[n] = '\0';
	for (int i = 0; i < PROGRAMME; i++) {
		struct rules22_subject *s = &subjects[i];
		const struct rules_subject_info *info = rules_subject(s->code);
		if (strcmp(word, "all") == 0 && !info->comment)
			fill_both(s, value);
		if (strcmp(info->code, word) != 0)
			continue;
		if (sign == '=')
			fill_both(s, value);
		else if (sign == ':')
			mark_status(s, value);
		else if (info->comment)
			s->retake_level = rules_comment_parse(value);
		else
			s->retake = (int16_t)mark(value);
	}
	pupil_word(p, word, value);
}

/* The value named in an expected "CODE=…", written the same way. */
static void
add_wanted(char *got, const char *expected, const struct rules22_result *res)
{
	char out[8];
	for (int i = 0; i < PROGRAMME; i++) {
		char name[16];
		snprintf(name, sizeof name, " %s=", rules_subject(programme[i])->code);
		if (strstr(expected, name) == NULL)
			continue;
		struct rules22_value v = res->subjects[i].year;
		strcat(got, name);
		strcat(got, v.level != RULES_UNKNOWN ? level_text(v.level) : mark_text(v.tenths, out));
	}
	for (int i = 0; i < res->n_faults; i++) {
		strcat(got, " fault=");
		strcat(got, res->faults[i].key);
	}
	if (res->after_retake != RULES_UNKNOWN) {
		strcat(got, " after=");
		strcat(got, level_text(res->after_retake));
	}
}

static void
year(const struct row *r, void *arg)
{
	(void)arg;
	struct rules22_subject subjects[PROGRAMME];
	struct rules22_pupil p = { .grade = 8, .subjects = subjects, .n_subjects = PROGRAMME,
		.conduct = { RULES_T, RULES_T } };
	char text[LEN], got[LEN], *at = text, *word;
	for (int i = 0; i < PROGRAMME; i++) {
		subjects[i] = rules22_subject_blank(programme[i]);
		for (int t = 0; t < 2; t++)
			fill(&subjects[i], t, rules_subject(programme[i])->comment ? "Đ" : "8,0");
	}
	snprintf(text, sizeof text, "%s", r->input);
	while ((word = strsep(&at, " ")) != NULL)
		if (word[0] != '\0')
			apply(&p, subjects, word);
	struct rules22_result res;
	rules22_assess(&p, &res, NULL);
	const char *award = rules22_award_code(res.award);
	snprintf(got, sizeof got, "%s %s %s %s", level_text(res.year), level_text(res.conduct_year),
	    rules22_promotion_code(res.promotion), award == NULL ? "-" : award);
	add_wanted(got, r->expected, &res);
	expect(r, got);
}

/* ---- A whole year of primary school ---- */
static bool
set_trait(const struct rules27_trait *traits, int n, enum rules27_level *levels_of, const char *name, const char *value)
{
	for (int i = 0; i < n; i++)
		if (strcmp(traits[i].code, name) == 0) {
			levels_of[i] = strcmp(value, "-") == 0 ? RULES27_UNKNOWN : rules27_quality_parse(value);
			return true;
		}
	return false;
}

static void
primary_word(struct rules27_pupil *p, struct rules27_subject *subjects, char *word)
{
	size_t n = strcspn(word, "=~:");
	char sign = word[n], *value = word + n + (sign != '\0');
	word[n] = '\0';
	p->class_recognised |= strcmp(word, "recognised") == 0;
	if (sign == '=' && (set_trait(rules27_qualities, RULES27_QUALITIES, p->qualities, word, value)
	                       || set_trait(rules27_competences, RULES27_COMPETENCES, p->competences, word, value)))
		return;
	for (int i = 0; i < p->n_subjects; i++) {
		if (strcmp(rules_subject(subjects[i].code)->code, word) != 0)
			continue;
		if (sign == '=')
			subjects[i].level = strcmp(value, "-") == 0 ? RULES27_UNKNOWN : rules27_subject_parse(value);
		else if (sign == '~')
			subjects[i].test = strcmp(value, "-") == 0 ? RULES27_NO_TEST : atoi(value);
		else
			subjects[i].not_assessed = true;
	}
}

static void
primary(const struct row *r, void *arg)
{
	(void)arg;
	struct rules27_subject subjects[RULES_SUBJECT__MAX];
	struct rules27_pupil p = { .subjects = subjects };
	char text[LEN], got[LEN], *at = text, *word;
	snprintf(text, sizeof text, "%s", r->input);
	p.grade = atoi(strsep(&at, " "));
	for (int s = 0; s < RULES_SUBJECT__MAX; s++)
		if (rules_subject((enum rules_subject)s)->periods[p.grade] > 0)
			subjects[p.n_subjects++] = (struct rules27_subject){ (enum rules_subject)s, RULES27_TOP, 10, false };
	for (int i = 0; i < RULES27_QUALITIES; i++)
		p.qualities[i] = RULES27_TOP;
	for (int i = 0; i < RULES27_COMPETENCES; i++)
		p.competences[i] = rules27_competences[i].first_grade <= p.grade ? RULES27_TOP : RULES27_UNKNOWN;
	while ((word = strsep(&at, " ")) != NULL)
		primary_word(&p, subjects, word);
	struct rules27_result res;
	rules27_assess(&p, &res, NULL);
	const char *education = rules27_education_code(res.education), *award = rules27_award_code(res.award);
	snprintf(got, sizeof got, "%s %s %s%s%s", education == NULL ? "-" : education,
	    rules27_promotion_code(res.promotion), award == NULL ? "-" : award, res.n_faults > 0 ? " fault=" : "",
	    res.n_faults > 0 ? res.faults[0].key : "");
	expect(r, got);
}

static const struct { const char *name; row_fn *fn; } all[] = {
	{ "subject_kind", subject_kind }, { "regular_marks", regular_marks }, { "mark", marks },
	{ "term_average", term_average }, { "year_average", year_average }, { "conduct", conduct }, { "level", levels },
	{ "year", year }, { "primary", primary }, { "tests", tests }, { "circular", circular },
};

static void
every_clause_has_a_case(void)
{
	for (int c = 0; c < RULES_CLAUSE__MAX; c++)
		ok(cited[c], "every clause has a case: %s", rules_clause((enum rules_clause)c));
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 1;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		ok(table_each(argv[1], all[i].name, all[i].fn, NULL) > 0, "table %s has rows and every line is one", all[i].name);
	every_clause_has_a_case();
	return tap_done();
}

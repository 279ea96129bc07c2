/* The life of a class file. */
#include "gradebook/states.h"

#include <string.h>

static const struct { const char *code, *name; } states[GRADEBOOK_STATE__MAX] = {
	[GRADEBOOK_NONE] = { "", "chưa có" }, [GRADEBOOK_FROZEN] = { "FROZEN", "đã đóng băng, chờ rà soát" },
	[GRADEBOOK_REVIEWED] = { "REVIEWED", "đã rà soát, chờ giáo viên kí" },
	[GRADEBOOK_TEACHERS] = { "TEACHERS", "giáo viên bộ môn đang kí" },
	[GRADEBOOK_HOMEROOM] = { "HOMEROOM", "giáo viên chủ nhiệm đã kí" },
	[GRADEBOOK_HEAD] = { "HEAD", "hiệu trưởng đã kí, chờ đóng dấu" }, [GRADEBOOK_SEALED] = { "SEALED", "đã đóng dấu" },
	[GRADEBOOK_RETURNED] = { "RETURNED", "đã trả lại" }, [GRADEBOOK_REPLACED] = { "REPLACED", "đã có bản mới thay" },
};

static bool always(const struct gradebook_facts *f) { return f != NULL; }
static bool teachers_left(const struct gradebook_facts *f) { return f->teachers_left > 0; }
static bool all_teachers(const struct gradebook_facts *f) { return f->teachers_left == 0; }
static bool year_file(const struct gradebook_facts *f) { return f->year_file; }

#define SYSTEM  ROLE_BIT(ROLE_SYSTEM)
#define RECORDS ROLE_BIT(ROLE_RECORDS)
#define HEAD    ROLE_BIT(ROLE_HEAD)
#define CLERK   ROLE_BIT(ROLE_CLERK)
#define TEACHER (ROLE_BIT(ROLE_SUBJECT_TEACHER) | HEAD)         /* D12.6: the head for one who left */
#define HOMEROOM (ROLE_BIT(ROLE_HOMEROOM) | HEAD)
static const struct gradebook_move moves[] = {
	{ GRADEBOOK_NONE, GRADEBOOK_E_FREEZE, GRADEBOOK_FROZEN, SYSTEM, always, "D18.2(1)" },
	{ GRADEBOOK_FROZEN, GRADEBOOK_E_REVIEW, GRADEBOOK_REVIEWED, RECORDS, always, "D12.2" },
	{ GRADEBOOK_FROZEN, GRADEBOOK_E_RETURN, GRADEBOOK_RETURNED, RECORDS, always, "D12.2" },
	{ GRADEBOOK_REVIEWED, GRADEBOOK_E_SIGN_TEACHER, GRADEBOOK_TEACHERS, TEACHER, teachers_left, "D12.3" },
	{ GRADEBOOK_TEACHERS, GRADEBOOK_E_SIGN_TEACHER, GRADEBOOK_TEACHERS, TEACHER, teachers_left, "D12.3" },
	{ GRADEBOOK_REVIEWED, GRADEBOOK_E_SIGN_HOMEROOM, GRADEBOOK_HOMEROOM, HOMEROOM, all_teachers, "D12.3" },
	{ GRADEBOOK_TEACHERS, GRADEBOOK_E_SIGN_HOMEROOM, GRADEBOOK_HOMEROOM, HOMEROOM, all_teachers, "D12.3" },
	{ GRADEBOOK_HOMEROOM, GRADEBOOK_E_SIGN_HEAD, GRADEBOOK_HEAD, HEAD, year_file, "D12.5" },
	{ GRADEBOOK_HEAD, GRADEBOOK_E_SEAL, GRADEBOOK_SEALED, CLERK, year_file, "D12.7" },
	{ GRADEBOOK_FROZEN, GRADEBOOK_E_REPLACE, GRADEBOOK_REPLACED, SYSTEM, always, "D11.3" },
	{ GRADEBOOK_REVIEWED, GRADEBOOK_E_REPLACE, GRADEBOOK_REPLACED, SYSTEM, always, "D11.3" },
	{ GRADEBOOK_TEACHERS, GRADEBOOK_E_REPLACE, GRADEBOOK_REPLACED, SYSTEM, always, "D11.3" },
	{ GRADEBOOK_HOMEROOM, GRADEBOOK_E_REPLACE, GRADEBOOK_REPLACED, SYSTEM, year_file, "D11.3" },
	{ GRADEBOOK_HEAD, GRADEBOOK_E_REPLACE, GRADEBOOK_REPLACED, SYSTEM, year_file, "D11.3" },
};
#define N_MOVES (sizeof moves / sizeof moves[0])

const char *gradebook_state_code(enum gradebook_state s) { return states[s].code; }
const char *gradebook_state_name(enum gradebook_state s) { return states[s].name; }

const struct gradebook_move *
gradebook_moves(size_t *ret_n)
{
	*ret_n = N_MOVES;
	return moves;
}

enum gradebook_state
gradebook_state_parse(const char *code)
{
	for (int s = GRADEBOOK_FROZEN; s < GRADEBOOK_STATE__MAX; s++)
		if (strcmp(states[s].code, code) == 0)
			return (enum gradebook_state)s;
	return GRADEBOOK_NONE;
}

enum hb_code
gradebook_step(enum gradebook_state from, enum gradebook_event event, auth_roles who, const struct gradebook_facts *f,
    enum gradebook_state *ret_to, struct hb_err *err)
{
	for (size_t i = 0; i < N_MOVES; i++) {
		const struct gradebook_move *m = &moves[i];
		if (m->from != from || m->event != event)
			continue;
		if ((m->who & who) == 0) {
			hb_fail(err, HB_E_DENIED, "so.saiVaiTro", "vai trò của bạn không làm bước này với sổ \"%s\"", states[from].name);
			return hb_clause(err, m->clause);
		}
		if (!m->guard(f)) {
			hb_fail(err, HB_E_CONFLICT, "so.chuaDenLuot", "sổ đang ở bước \"%s\", còn %d chữ kí của giáo viên bộ môn",
			    states[from].name, f->teachers_left);
			return hb_clause(err, m->clause);
		}
		*ret_to = m->to;
		return HB_OK;
	}
	return hb_fail(err, HB_E_CONFLICT, "so.buocKhongCo", "sổ đang ở bước \"%s\"", states[from].name);
}

bool
gradebook_is_final(enum gradebook_state s, const struct gradebook_facts *f)
{
	for (size_t i = 0; i < N_MOVES; i++)
		if (moves[i].from == s && moves[i].guard(f))
			return false;
	return true;
}

/* The life of one report. */
#include "sector/states.h"

#include <string.h>

static const struct { const char *code, *name; } states[SECTOR_STATE__MAX] = {
	[SECTOR_NONE] = { "", "chưa có" }, [SECTOR_REPORTED] = { "REPORTED", "đã nhận báo cáo" },
	[SECTOR_FROZEN] = { "FROZEN", "đã đóng băng, đang chuyển sổ theo dõi" },
	[SECTOR_TAKEN] = { "TAKEN", "sổ theo dõi đã nhận" }, [SECTOR_RETURNED] = { "RETURNED", "sổ theo dõi trả lại" },
	[SECTOR_REPLACED] = { "REPLACED", "đã có báo cáo mới thay" },
};
static const struct sector_move moves[] = {
	{ SECTOR_NONE, SECTOR_E_REPORT, SECTOR_REPORTED, "D11.1" },
	{ SECTOR_REPORTED, SECTOR_E_FREEZE, SECTOR_FROZEN, "D18.2(1)" },
	{ SECTOR_FROZEN, SECTOR_E_TAKE, SECTOR_TAKEN, "D18.2(1)" },
	{ SECTOR_FROZEN, SECTOR_E_RETURN, SECTOR_RETURNED, "D12.2" },
	{ SECTOR_REPORTED, SECTOR_E_REPLACE, SECTOR_REPLACED, "D11.3" },
	{ SECTOR_FROZEN, SECTOR_E_REPLACE, SECTOR_REPLACED, "D11.3" },
	{ SECTOR_TAKEN, SECTOR_E_REPLACE, SECTOR_REPLACED, "D11.3" },
	{ SECTOR_RETURNED, SECTOR_E_REPLACE, SECTOR_REPLACED, "D11.3" },
};
#define N_MOVES (sizeof moves / sizeof moves[0])

const char *sector_state_code(enum sector_state s) { return states[s].code; }
const char *sector_state_name(enum sector_state s) { return states[s].name; }

const struct sector_move *
sector_moves(size_t *ret_n)
{
	*ret_n = N_MOVES;
	return moves;
}

enum sector_state
sector_state_parse(const char *code)
{
	for (int s = SECTOR_REPORTED; s < SECTOR_STATE__MAX; s++)
		if (strcmp(states[s].code, code) == 0)
			return (enum sector_state)s;
	return SECTOR_NONE;
}

enum hb_code
sector_step(enum sector_state from, enum sector_event event, enum sector_state *ret_to, struct hb_err *err)
{
	for (size_t i = 0; i < N_MOVES; i++)
		if (moves[i].from == from && moves[i].event == event) {
			*ret_to = moves[i].to;
			return HB_OK;
		}
	return hb_fail(err, HB_E_CONFLICT, "baoCao.buocKhongCo", "báo cáo đang ở trạng thái \"%s\"", states[from].name);
}

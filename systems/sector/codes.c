/* The code lists of the sector (data/), as others read them. */
#include <string.h>

#include "data/data.h"
#include "sector/sector.h"
#include "sector/sector_api.h"

static const struct { const char *name; const struct data_table *table; } lists[] = {
	{ "ethnic_groups", &data_ethnic_groups }, { "nationalities", &data_nationalities },
	{ "positions", &data_positions }, { "programme", &data_programme }, { "provinces", &data_provinces },
	{ "pupil_statuses", &data_pupil_statuses }, { "school_kinds", &data_school_kinds },
	{ "deadlines", &data_deadlines },
};

static void
write_table(struct jw *w, const struct data_table *t)
{
	jw_array(w, "columns");
	for (unsigned c = 0; c < t->n_cols; c++)
		jw_str(w, NULL, t->columns[c]);
	jw_end(w);
	jw_array(w, "rows");
	for (unsigned r = 0; r < t->n_rows; r++) {
		jw_array(w, NULL);
		for (unsigned c = 0; c < t->n_cols; c++)
			jw_str(w, NULL, data_cell(t, r, t->columns[c]));
		jw_end(w);
	}
	jw_end(w);
}

enum hb_code
sector_codes_read(struct api_req *r, struct hb_err *err)
{
	const char *name = api_param(r, "list");
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		if (strcmp(lists[i].name, name) != 0)
			continue;
		struct jw w = api_json(r);
		jw_object(&w, NULL);
		jw_str(&w, "list", name);
		write_table(&w, lists[i].table);
		jw_end(&w);
		return api_json_end(r, &w, err);
	}
	return hb_fail(err, HB_E_NOTFOUND, "baoCao.khongDanhMuc", "không có danh mục %.40s", name);
}

/* From method and target to a route, its path parameters and its query. */
#include "http/api_int.h"

#include <string.h>

#include "base/text.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Percent-decoded copy; NULL when malformed, not UTF-8, or holding a control character. */
static char *
decode(struct hb_arena *a, const char *s, size_t n, bool plus_is_blank)
{
	char *out = hb_alloc(a, n + 1), *w = out;
	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '%') {
			int h = i + 2 < n ? hex(s[i + 1]) : -1, l = h >= 0 ? hex(s[i + 2]) : -1;
			if (l < 0)
				return NULL;
			*w++ = (char)(h << 4 | l);
			i += 2;
		} else {
			*w++ = plus_is_blank && s[i] == '+' ? ' ' : s[i];
		}
	}
	*w = '\0';
	for (char *p = out; p < w; p++)
		if ((uint8_t)*p < 0x20)
			return NULL;
	return hb_utf8_valid(HB_BYTES(out, (size_t)(w - out))) ? hb_nfc(a, HB_BYTES(out, (size_t)(w - out))) : NULL;
}

/* Walks pattern and path together; on a match fills the parameters, still encoded, into at/len. */
struct span { const char *p; size_t n; };

static bool
match(const char *pattern, struct span path, struct span params[API_PARAMS_MAX], unsigned *ret_n)
{
	unsigned n = 0;
	const char *p = path.p, *end = path.p + path.n;
	while (*pattern != '\0') {
		if (*pattern != '{') {
			if (p == end || *p++ != *pattern++)
				return false;
			continue;
		}
		const char *start = p;
		while (p < end && *p != '/')
			p++;
		if (p == start || n == API_PARAMS_MAX)
			return false;
		params[n++] = (struct span){ start, (size_t)(p - start) };
		pattern = strchr(pattern, '}') + 1;
	}
	*ret_n = n;
	return p == end;
}

static enum hb_code
keep_params(struct api_req *r, const struct span params[], unsigned n, struct hb_err *err)
{
	for (unsigned i = 0; i < n; i++) {
		char *value = decode(r->a, params[i].p, params[i].n, false);
		if (value == NULL || strchr(value, '/') != NULL)
			return hb_fail(err, HB_E_INPUT, "http.saiDuongDan", "đường dẫn không đúng dạng");
		r->p->path[i] = (struct named){ r->route->path_params[i].name, value };
	}
	r->p->n_path = n;
	return HB_OK;
}

static enum hb_code
keep_query(struct api_req *r, const char *q, struct hb_err *err)
{
	while (q != NULL && *q != '\0') {
		size_t n = strcspn(q, "&"), name_n = strcspn(q, "=&");
		char *name = decode(r->a, q, name_n, true);
		char *value = name_n < n ? decode(r->a, q + name_n + 1, n - name_n - 1, true) : hb_strdup(r->a, "");
		if (name == NULL || value == NULL || r->p->n_query == QUERY_MAX || api_query(r, name) != NULL)
			return hb_fail(err, HB_E_INPUT, "http.saiDuongDan", "phần truy vấn của đường dẫn không đúng dạng");
		r->p->query[r->p->n_query++] = (struct named){ name, value };
		q += n + (q[n] == '&' ? 1 : 0);
	}
	return HB_OK;
}

/* Literal segments sort before "{", so the first match in table order is the most exact one. */
enum hb_code
route_find(struct api_req *r, struct hb_err *err)
{
	const struct api_table *t = r->host->table;
	const char *target = r->p->target;
	struct span path = { target, strcspn(target, "?") };
	bool other_method = false;
	for (unsigned i = 0; i < t->n; i++) {
		struct span params[API_PARAMS_MAX];
		unsigned n;
		if (!match(t->routes[i].path, path, params, &n))
			continue;
		if (strcmp(t->routes[i].method, r->p->method) != 0) {
			other_method = true;
			continue;
		}
		r->route = &t->routes[i];
		r->status = r->route->status;
		enum hb_code c = keep_params(r, params, n, err);
		return c != HB_OK ? c : keep_query(r, target[path.n] == '?' ? target + path.n + 1 : NULL, err);
	}
	if (other_method)
		r->p->problem_status = 405;
	return hb_fail(err, HB_E_NOTFOUND, "duong.khongCo", other_method
	    ? "đường dẫn này không nhận phương thức %.10s" : "không có đường dẫn này (%.10s)", r->p->method);
}

static const struct api_param_spec *
query_spec(const struct api_route *route, const char *name)
{
	for (unsigned i = 0; i < route->n_query; i++)
		if (strcmp(route->query_params[i].name, name) == 0)
			return &route->query_params[i];
	return NULL;
}

/* Before the session, since the scope check leans on the parameters. */
enum hb_code
route_check_params(struct api_req *r, struct hb_err *err)
{
	struct schema_sink sink = problem_sink(r);
	for (unsigned i = 0; i < r->p->n_path; i++)
		schema_check_text(r->route->path_params[i].schema, r->p->path[i].name, r->p->path[i].value, r->a, &sink);
	for (unsigned i = 0; i < r->p->n_query; i++) {
		const struct named *q = &r->p->query[i];
		const struct api_param_spec *spec = query_spec(r->route, q->name);
		if (spec == NULL)
			sink.bad(sink.ctx, q->name, "truong.la", "tham số này không có trong hợp đồng dữ liệu");
		else
			schema_check_text(spec->schema, q->name, q->value, r->a, &sink);
	}
	for (unsigned i = 0; i < r->route->n_query; i++) {
		const struct api_param_spec *spec = &r->route->query_params[i];
		if (spec->required && api_query(r, spec->name) == NULL)
			sink.bad(sink.ctx, spec->name, "truong.thieu", "thiếu tham số bắt buộc");
	}
	return problem_fields(r, err);
}

/* json/write.h - JSON written straight into a buffer, member by member.
 *
 *     struct jw w = jw_start(out);
 *     jw_object(&w, NULL);
 *       jw_str(&w, "name", pupil->name);       NULL is written as null
 *       jw_tenths(&w, "mark", 75);             -> "7.5": marks are decimal strings (architecture §8)
 *       jw_array(&w, "terms"); jw_int(&w, NULL, 1); jw_end(&w);
 *     jw_end(&w);
 *     if (!jw_done(&w)) return hb_full(err);
 *
 * `name` is the member name inside an object and NULL inside an array or at the top.  Strings must be UTF-8 and are
 * escaped.  Deeper than JW_DEPTH, an unbalanced end or a missing or surplus name marks the buffer failed, so that
 * jw_done() is the one check.  The writer owns nothing; the buffer belongs to the caller. */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H
#include "base/buf.h"

#define JW_DEPTH 32

struct jw {
	struct hb_buf *out;
	uint32_t       is_array, has_items;      /* one bit a level */
	unsigned       depth;
	bool           has_top;
};

struct jw jw_start(struct hb_buf *out);
void jw_object(struct jw *w, const char *name);
void jw_array(struct jw *w, const char *name);
void jw_end(struct jw *w);                                     /* the innermost object or array */
void jw_str(struct jw *w, const char *name, const char *s);
void jw_strn(struct jw *w, const char *name, struct hb_bytes s);
void jw_int(struct jw *w, const char *name, int64_t v);
void jw_bool(struct jw *w, const char *name, bool v);
void jw_null(struct jw *w, const char *name);
void jw_tenths(struct jw *w, const char *name, int tenths);
void jw_time(struct jw *w, const char *name, int64_t unix_seconds);   /* RFC 3339, UTC */
void jw_base64(struct jw *w, const char *name, struct hb_bytes bytes);
void jw_raw(struct jw *w, const char *name, struct hb_bytes json);    /* already JSON, trusted */
bool jw_done(const struct jw *w);          /* all closed, and the buffer did not overflow */
#endif

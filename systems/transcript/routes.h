/* transcript/routes.h - what the route files share: one query, who acts.  Private to the routes. */
#ifndef TRANSCRIPT_ROUTES_H
#define TRANSCRIPT_ROUTES_H
#include "http/api.h"
#include "transcript/transcript.h"
#include "transcript/transcript_api.h"

struct transcript_actor transcript_actor(const struct api_req *r);
/* Rows in the request's arena. */
enum hb_code transcript_rows(struct api_req *r, const struct db_stmt *stmt, const struct db_val *args, struct db_rows *ret_rows,
    struct hb_err *err);
#define transcript_school_of(r) ((r)->who->school.s)
/* 202 {"request": id} */
enum hb_code transcript_asked(struct api_req *r, const struct hb_id *request, struct hb_err *err);
#endif

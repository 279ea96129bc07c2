/* school/routes.h - private to the handlers: from a request to the school and the person who acts. */
#ifndef SCHOOL_ROUTES_H
#define SCHOOL_ROUTES_H
#include "http/api.h"
#include "json/read.h"
#include "school/marks.h"
#include "school/school.h"

struct school      *routes_school(const struct api_req *r);
struct school_actor routes_actor(const struct api_req *r);
/* One statement in a read transaction; rows in the request's arena. */
enum hb_code routes_rows(struct api_req *r, const struct db_stmt *q, const struct db_val *args, struct db_rows *ret_rows,
    struct hb_err *err);
/* "true" of an optional boolean query. */
bool routes_flag(const struct api_req *r, const char *name);
/* {class}, {subject}, {period} of the path. */
struct marks_at routes_sheet(const struct api_req *r);
/* A homeroom teacher writes the homeroom sheet only; whoever teaches the subject writes that one (D11.2, D4.2c2-3). */
enum hb_code routes_may_write(const struct api_req *r, struct hb_err *err);
const char  *routes_str(const json_t *object, const char *name);       /* of a validated body; "" when absent */
#endif

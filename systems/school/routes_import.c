/* Routes that take a file. */
#include "school/routes.h"

#include "school/marks_import.h"
#include "school/people_import.h"
#include "school/roster.h"
#include "school/school_api.h"

static const char *
file_name(const struct api_req *r)
{
	const char *name = api_query(r, "file");
	return name == NULL ? "" : name;
}

enum hb_code
school_roster_import(struct api_req *r, struct hb_err *err)
{
	struct school_actor by = routes_actor(r);
	struct roster_job   job = { .file = r->raw, .file_name = file_name(r), .year = api_param(r, "year"),
		  .class_code = api_query(r, "class"), .dry_run = routes_flag(r, "dry_run"),
		  .accept_warnings = routes_flag(r, "accept_warnings") };
	return roster_import(routes_school(r), &by, &job, r->a, r->out, err);
}

enum hb_code
school_marks_import(struct api_req *r, struct hb_err *err)
{
	struct school_actor by = routes_actor(r);
	struct marks_at     at = routes_sheet(r);
	struct marks_job    job = { .file = r->raw, .file_name = file_name(r), .class_id = at.class_id, .subject = at.subject,
		   .period = at.period, .dry_run = routes_flag(r, "dry_run") };
	enum hb_code        code = routes_may_write(r, err);
	return code != HB_OK ? code : marks_import(routes_school(r), &by, &job, r->a, r->out, err);
}

/* A workbook of many sheets: each teacher who sends it gives his own ones only. */
enum hb_code
school_marks_import_own(struct api_req *r, struct hb_err *err)
{
	struct school_actor by = routes_actor(r);
	struct marks_job    job = { .file = r->raw, .file_name = file_name(r), .year = api_param(r, "year"), .staff = r->who->person.s,
		   .dry_run = routes_flag(r, "dry_run") };
	return marks_import(routes_school(r), &by, &job, r->a, r->out, err);
}

enum hb_code
school_staff_import(struct api_req *r, struct hb_err *err)
{
	struct school_actor by = routes_actor(r);
	struct people_job   job = { r->raw, file_name(r), api_param(r, "year"), routes_flag(r, "dry_run") };
	return staff_import(routes_school(r), &by, &job, r->a, r->out, err);
}

enum hb_code
school_duties_import(struct api_req *r, struct hb_err *err)
{
	struct school_actor by = routes_actor(r);
	struct people_job   job = { r->raw, file_name(r), api_param(r, "year"), routes_flag(r, "dry_run") };
	return duties_import(routes_school(r), &by, &job, r->a, r->out, err);
}

/* transcript/routes_city.c - what the school asks of the city, and what it answered. */
#include <stdlib.h>

#include "transcript/routes.h"
#include "transcript/transcript_sql.h"

enum hb_code
transcript_year_missing(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = transcript_rows(r, &transcript_missing_of_year, DB_ARGS(DB_ID(transcript_school_of(r)), DB_TEXT(api_param(r, "year"))),
	      &rows, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "pupil", db_id(&rows, i, TRANSCRIPT_MISSING_OF_YEAR_PUPIL_ID).s);
		jw_str(&w, "level", db_text(&rows, i, TRANSCRIPT_MISSING_OF_YEAR_LEVEL));
		jw_str(&w, "code", db_text(&rows, i, TRANSCRIPT_MISSING_OF_YEAR_CODE));
		jw_str(&w, "state", db_text(&rows, i, TRANSCRIPT_MISSING_OF_YEAR_STATE));
		jw_str(&w, "note", db_text(&rows, i, TRANSCRIPT_MISSING_OF_YEAR_NOTE));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

/* The body, checked by its schema, is the message but for what the system adds. */
static enum hb_code
ask(struct api_req *r, int flow, const char *kind, const char *subject, json_t *payload, struct hb_err *err)
{
	struct transcript_actor by = transcript_actor(r);
	struct hb_id            request = { 0 };
	enum hb_code            rc = transcript_request(r->system, &by, flow, kind, subject, payload, &request, err);
	return rc == HB_OK ? transcript_asked(r, &request, err) : rc;
}

enum hb_code
transcript_year_close(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = transcript_rows(r, &transcript_pupils_of_year, DB_ARGS(DB_ID(transcript_school_of(r)),
	      DB_TEXT(api_param(r, "year"))), &rows, err);
	if (rc != HB_OK)
		return rc;
	json_t *payload = json_deep_copy(r->body);
	json_object_set_new(payload, "year", json_string(api_param(r, "year")));
	json_object_set_new(payload, "pupils", json_integer(db_int(&rows, 0, TRANSCRIPT_PUPILS_OF_YEAR_N)));
	return ask(r, 4, "close-year", api_param(r, "year"), payload, err);
}

enum hb_code
transcript_unit_certificate_ask(struct api_req *r, struct hb_err *err)
{
	return ask(r, 3, "unit-certificate", "unit", json_deep_copy(r->body), err);
}

enum hb_code
transcript_correction_ask(struct api_req *r, struct hb_err *err)
{
	return ask(r, 4, "correction-request", json_string_value(json_object_get(r->body, "code")), json_deep_copy(r->body), err);
}

enum hb_code
transcript_requests_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	enum hb_code   rc = transcript_rows(r, &transcript_requests_list, DB_ARGS(DB_ID(transcript_school_of(r))), &rows, err);
	if (rc != HB_OK)
		return rc;
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_array(&w, "items");
	for (size_t i = 0; i < rows.n; i++) {
		jw_object(&w, NULL);
		jw_str(&w, "id", db_id(&rows, i, TRANSCRIPT_REQUESTS_LIST_MESSAGE_ID).s);
		jw_int(&w, "flow", db_int(&rows, i, TRANSCRIPT_REQUESTS_LIST_FLOW));
		jw_str(&w, "kind", db_text(&rows, i, TRANSCRIPT_REQUESTS_LIST_KIND));
		jw_str(&w, "subject", db_text(&rows, i, TRANSCRIPT_REQUESTS_LIST_SUBJECT));
		jw_str(&w, "state", db_text(&rows, i, TRANSCRIPT_REQUESTS_LIST_STATE));
		jw_time(&w, "sent", db_time(&rows, i, TRANSCRIPT_REQUESTS_LIST_SENT_AT));
		if (db_is_null(&rows, i, TRANSCRIPT_REQUESTS_LIST_ANSWERED_AT))
			jw_null(&w, "answered");
		else
			jw_time(&w, "answered", db_time(&rows, i, TRANSCRIPT_REQUESTS_LIST_ANSWERED_AT));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	return api_json_end(r, &w, err);
}

enum hb_code
transcript_request_show(struct api_req *r, struct hb_err *err)
{
	struct db_rows rows;
	const char    *id = api_param(r, "request");
	enum hb_code   rc = transcript_rows(r, &transcript_request_get, DB_ARGS(DB_ID(transcript_school_of(r)), DB_ID(id)), &rows, err);
	if (rc != HB_OK)
		return rc;
	if (rows.n == 0)
		return hb_fail(err, HB_E_NOTFOUND, "hocBa.khongThay", "không có việc này");
	struct jw w = api_json(r);
	jw_object(&w, NULL);
	jw_str(&w, "id", id);
	jw_int(&w, "flow", db_int(&rows, 0, TRANSCRIPT_REQUEST_GET_FLOW));
	jw_str(&w, "kind", db_text(&rows, 0, TRANSCRIPT_REQUEST_GET_KIND));
	jw_str(&w, "subject", db_text(&rows, 0, TRANSCRIPT_REQUEST_GET_SUBJECT));
	jw_str(&w, "state", db_text(&rows, 0, TRANSCRIPT_REQUEST_GET_STATE));
	jw_time(&w, "sent", db_time(&rows, 0, TRANSCRIPT_REQUEST_GET_SENT_AT));
	if (db_is_null(&rows, 0, TRANSCRIPT_REQUEST_GET_ANSWERED_AT))
		jw_null(&w, "answered");
	else
		jw_time(&w, "answered", db_time(&rows, 0, TRANSCRIPT_REQUEST_GET_ANSWERED_AT));
	jw_str(&w, "answer", db_text(&rows, 0, TRANSCRIPT_REQUEST_GET_ANSWER));
	jw_end(&w);
	return api_json_end(r, &w, err);
}

#include "transcript/compose.h"

#include <string.h>

#include "data/data.h"
#include "record/disclose.h"
#include "xml/xml.h"

/* seed004: the record takes effect when its round is locked, an instant known from the Sở's deadlines. */
static enum hb_code
find_effective(const struct compose_spec *s, struct hb_arena *a, struct composed *c, const char **ret_text,
    struct hb_err *err)
{
	char text[HB_RFC3339_LEN];
	c->late = s->cls->period == RECORD_HE;
	if (s->extract_on != NULL) {
		c->effective_at = s->now;
	} else {
		enum hb_code rc = data_deadline(s->school->so_code, s->cls->year, c->late ? "deposit_late" : "deposit",
		    &c->effective_at, err);
		if (rc != HB_OK)
			return rc;
	}
	hb_rfc3339(c->effective_at, text);
	*ret_text = hb_strdup(a, text);
	return *ret_text == NULL ? hb_full(err) : HB_OK;
}

static bool
has_role(const struct record_year *y, enum record_role role)
{
	for (size_t i = 0; i < y->n_signers; i++)
		if (y->signers[i].role == role)
			return true;
	return false;
}

static enum hb_code
complete_roll(const struct compose_spec *s, struct hb_arena *a, struct composed *c, struct hb_err *err)
{
	struct record_signer *roll = HB_NEWN(a, struct record_signer, c->year.n_signers + s->officers_n + 1);
	size_t                n = c->year.n_signers;
	if (roll == NULL)
		return hb_full(err);
	memcpy(roll, c->year.signers, n * sizeof *roll);
	for (size_t i = 0; i < s->officers_n; i++)
		if (!has_role(&c->year, s->officers[i].role))
			roll[n++] = s->officers[i];
	c->year.signers = roll;
	c->year.n_signers = n;
	transcript_policy_filter(&c->policy, s->school->teachers_sign, &c->year);
	for (int role = RECORD_GVCN; role <= RECORD_DON_VI; role++)
		if (c->policy.in_xml[role] && !has_role(&c->year, (enum record_role)role))
			return hb_fail(err, HB_E_RULE, "hocBa.thieuNguoiKy", "danh sách người kí thiếu %s",
			    record_role_code((enum record_role)role));
	return HB_OK;
}

static enum hb_code
put_root(const struct compose_spec *s, struct hb_arena *a, struct composed *c, struct hb_err *err)
{
	struct hb_sha256 root;
	enum hb_code     rc = record_hash_root(&c->year, s->secret, a, &root, err);
	if (rc != HB_OK)
		return rc;
	c->year.hash_root = hb_hex(a, HB_BYTES(root.b, sizeof root.b));
	return c->year.hash_root == NULL ? hb_full(err) : HB_OK;
}

static enum hb_code
build_year(const struct compose_spec *s, int profile, struct hb_arena *a, struct composed *c, struct hb_err *err)
{
	char                    prepared[HB_RFC3339_LEN], key[RECORD_KEY_LEN];
	struct record_year_spec y = { .record_code = s->record_code, .class_file = s->class_file, .extract_on = s->extract_on,
		.revision = s->revision, .replaces = s->replaces, .profile = profile,
		.subject_teachers_sign = c->policy.teachers != POLICY_TEACHERS_NONE };
	hb_rfc3339(s->now, prepared);
	y.prepared_at = hb_strdup(a, prepared);
	if (y.prepared_at == NULL)
		return hb_full(err);
	enum hb_code rc = find_effective(s, a, c, &y.effective_at, err);
	if (rc == HB_OK)
		rc = record_year_build(s->cls, s->pupil, &y, a, &c->year, err);
	if (rc == HB_OK)
		rc = complete_roll(s, a, c, err);
	if (rc == HB_OK)
		rc = put_root(s, a, c, err);
	if (rc != HB_OK)
		return rc;
	record_year_key(&c->year, key);
	c->year_key = hb_strdup(a, key);
	return c->year_key == NULL ? hb_full(err) : HB_OK;
}

/* A first year makes the document; a later one is spliced after the years already issued, whose bytes stay. */
static enum hb_code
build_xml(const struct compose_spec *s, struct hb_arena *a, struct composed *c, struct hb_err *err)
{
	struct record_transcript *before = NULL;
	enum hb_code              rc;
	if (s->base.n > 0) {
		rc = record_transcript_from_xml(s->base, a, &before, err);
		if (rc == HB_OK)
			rc = build_year(s, before->profiles[before->n_profiles - 1].ordinal, a, c, err);
		return rc == HB_OK ? record_transcript_append_year(s->base, &c->year, a, &c->xml, err) : rc;
	}
	struct record_profile    profile = { 0 };
	struct record_transcript t = { .profiles = &profile, .n_profiles = 1, .years = &c->year, .n_years = 1 };
	rc = record_profile_build(s->cls, s->pupil, a, &profile, err);
	if (rc == HB_OK)
		rc = build_year(s, 1, a, c, err);
	return rc == HB_OK ? record_transcript_to_xml(&t, a, &c->xml, err) : rc;
}

/* SHA-256 of the canonical data region: what the PDF states of the XML signed with it. */
static enum hb_code
region_digest(struct hb_bytes xml, const char *year_key, struct hb_arena *a, const char **ret_hex, struct hb_err *err)
{
	struct xml_doc       *doc = NULL;
	struct hb_bytes       canonical = { 0 };
	struct xml_c14n_spec  how = { .method = XML_C14N_EXCLUSIVE };
	unsigned              matches = 0;
	const char           *id = hb_printf(a, "data-%s", year_key);
	enum hb_code          rc = id == NULL ? hb_full(err) : xml_read(xml, 0, a, &doc, err);
	if (rc != HB_OK)
		return rc;
	const struct xml_node *region = xml_by_id(doc, id, &matches);
	if (region == NULL || matches != 1)
		return hb_bug(err, "region %s stands %u times in a document just made", id, matches);
	rc = xml_c14n_bytes(doc, region, &how, a, &canonical, err);
	if (rc != HB_OK)
		return rc;
	struct hb_sha256 digest = hb_sha256(canonical);
	*ret_hex = hb_hex(a, HB_BYTES(digest.b, sizeof digest.b));
	return *ret_hex == NULL ? hb_full(err) : HB_OK;
}

/* The PDF is drawn from the XML as read back, so that both say the same (D3.2). */
static enum hb_code
build_pdf(const struct compose_spec *s, struct hb_arena *a, struct composed *c, struct hb_err *err)
{
	struct record_transcript *t = NULL;
	struct form_spec          f = { .level = s->cls->level, .portal = s->portal };
	enum hb_code              rc = region_digest(c->xml, c->year_key, a, &f.digest, err);
	if (rc == HB_OK)
		rc = record_transcript_from_xml(c->xml, a, &t, err);
	return rc == HB_OK ? form_render(t, &f, a, &c->pdf, err) : rc;
}

enum hb_code
transcript_compose(const struct compose_spec *spec, struct hb_arena *a, struct composed *ret, struct hb_err *err)
{
	struct composed c = { 0 };
	enum hb_code    rc = transcript_policy_for(spec->school->so_code, record_school_level_code(spec->cls->level), spec->document,
	       spec->cls->year, &c.policy, err);
	if (rc == HB_OK)
		rc = build_xml(spec, a, &c, err);
	if (rc == HB_OK)
		rc = build_pdf(spec, a, &c, err);
	if (rc == HB_OK)
		*ret = c;
	return rc;
}

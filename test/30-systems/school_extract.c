/* The extract a pupil brings: signed by another school in a layout of its own; changed; without a signature. */
#include "tap.h"

#include "school/extract.h"
#include "sign/pki.h"
#include "sign/xmlsig.h"

#include "../20-sign/throwaway.h"

static const char text[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TRICH_KET_QUA xmlns=\"urn:binh-minh:trich:1\"><DU_LIEU Id=\"dl\">"
                           "<HO_TEN>Nguyễn Văn An</HO_TEN><MON Ma=\"TOAN\"><DIEM Cot=\"GK\">8.0</DIEM></MON></DU_LIEU>"
                           "<CHU_KY><CBQL></CBQL></CHU_KY></TRICH_KET_QUA>\n";

static struct hb_bytes
signed_extract(const struct throwaway *who, struct hb_arena *a)
{
	const char        *regions[] = { "dl" };
	struct xmlsig_spec spec = { .slot = "/TRICH_KET_QUA/CHU_KY/CBQL", .id = "s-cbql", .regions = regions, .n_regions = 1,
		.certificate = who->der, .signing_time = hb_now() - 60 };
	struct hb_bytes    prepared, doc = HB_STR(text);
	struct xmlsig_tbs  tbs;
	struct hb_err      err = HB_ERR_INIT;
	bool good = xmlsig_prepare(doc, &spec, a, &prepared, &err) == HB_OK && xmlsig_tbs(prepared, spec.id, a, &tbs, &err) == HB_OK &&
	    xmlsig_embed(doc, prepared, spec.id, throwaway_sign(who, tbs.signed_info, a), a, &doc, &err) == HB_OK;
	ok(good, "another school signs its extract: %s", err.msg);
	return doc;
}

static void
refused(struct hb_bytes file, struct hb_arena *a, const char *name)
{
	struct hb_err err = HB_ERR_INIT;
	const char   *verdict = NULL;
	ok(extract_judge(file, NULL, a, &verdict, &err) == HB_E_RULE && verdict == NULL && strcmp(err.key, "trich.chuKy") == 0, "%s: %s",
	    name, err.msg);
}

int
main(void)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	hb_time          now = hb_now();
	struct throwaway root = throwaway_make(&a, "Gốc", NULL, 2048, NULL, now - 86400 * 30, now + 86400 * 3000);
	struct throwaway head = throwaway_make(&a, "Trần Văn Hiệu", "CCCD:079070000001", 2048, &root, now - 86400, now + 86400 * 300);
	struct hb_bytes  doc = signed_extract(&head, &a);
	struct hb_err    err = HB_ERR_INIT;
	const char      *verdict = NULL;
	ok(extract_judge(doc, NULL, &a, &verdict, &err) == HB_OK, "a whole extract is taken: %s", err.msg);
	is(verdict, "INDETERMINATE", "whose signer nobody here vouches for");
	uint8_t *changed = hb_memdup(&a, doc.p, doc.n);
	char    *mark = memmem(changed, doc.n, "8.0", 3);
	mark[0] = '9';
	refused(HB_BYTES(changed, doc.n), &a, "a mark changed after signing");
	refused(HB_STR(text), &a, "no signature at all");
	refused(HB_STR("rubbish"), &a, "no document at all");
	throwaway_free(&head);
	throwaway_free(&root);
	return tap_done();
}

/* hocba-sign/check.h - what a document would really have us sign, computed here from its own bytes.
 *
 * Refused: a digest that does not fit its region (HB_E_INPUT "chuKy.khongKhop"), a prepared signature that names another
 * certificate than ours ("goi.chungThuKhac"), attributes that are not those of the PDF ("goi.thuocTinhKhac"), a signing
 * time more than a day away from this machine's clock ("goi.thoiDiemLa").
 * The description comes from signed regions only; the packet's own title is not believed. */
#ifndef AGENT_CHECK_H
#define AGENT_CHECK_H
#include "packet.h"
#include "sign/pki.h"

struct checked {
	struct hb_sha256 digest;         /* to be signed */
	const char *kind;                /* "học bạ số", "sổ theo dõi và đánh giá học sinh", "tệp PDF", … */
	const char *class_name;          /* "7A", or "" */
	const char *subject;             /* "TOAN", or "" */
	const char *year;                /* "2025-2026", or "" */
	const char *pupil;               /* name when the signed region tells one pupil, or "" */
	const char *role;                /* claimed role, or "" */
};
enum hb_code check_document(const struct packet_document *d, const struct pki_cert *mine, struct hb_arena *a,
    struct checked *ret, struct hb_err *err);
const char *check_role_vi(const char *role);
#endif

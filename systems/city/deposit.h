/* city/deposit.h - a deposit as read and verified, before the register decides on it.  Private to systems/city. */
#ifndef CITY_DEPOSIT_H
#define CITY_DEPOSIT_H
#include "city/messages_in.h"
#include "record/transcript.h"

struct city_seal { const char *key, *fingerprint; };             /* of one school year: "2025-2026", hex */
struct city_deposit {
	const char *code, *year;
	int64_t version;
	struct hb_bytes xml, pdf;
	const struct record_year *record;        /* the year deposited, as the XML tells it */
	const char *personal_id, *school;
	const char *fingerprint;                 /* hex, of its seal */
	const char *seal_certificate;            /* hex SHA-256 of the certificate that sealed the XML */
	const char *pdf_certificate;             /* and the PDF */
	hb_time     sealed;
	struct city_seal *seals; size_t n_seals; /* of every year in the file */
};
/* Reads payload and files, verifies both.  What is wrong with the files goes to ans, subject the code. */
enum hb_code city_deposit_read(const struct city *c, const struct exchange_msg *m, struct hb_arena *a, struct city_deposit *d,
    struct exchange_answer *ans, struct hb_err *err);
/* The second half of it: verifies d->xml and d->pdf and fills the rest. */
enum hb_code city_deposit_judge(const struct city *c, struct hb_arena *a, struct city_deposit *d, struct exchange_answer *ans,
    struct hb_err *err);
/* Into the register; reasons to refuse go to ans. */
enum hb_code city_deposit_store(struct city *c, struct db_tx *tx, const struct city_deposit *d, const char *member,
    struct exchange_answer *ans, struct hb_err *err);
#endif

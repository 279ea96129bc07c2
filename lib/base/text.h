/* base/text.h - Vietnamese text: what may come in, how it is compared and sorted.
 *
 * Everything stored is UTF-8 in NFC; input may be NFD.  Names sort by tên (last word), then the words before
 * it, by the Vietnamese alphabet (a ă â b … d đ e ê …) and only then by tone: hb_name_key() gives bytes whose
 * memcmp order is that order, so a database sorts them without knowing the language.
 * hb_fold() is for finding columns and codes: no marks, lower case, one blank between words ("Họ và tên" -> "ho va ten").
 * Results live in the arena; NULL means the arena is full or the text is not UTF-8 (hb_utf8_valid says which). */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H
#include "base/buf.h"

bool  hb_utf8_valid(struct hb_bytes s);            /* also refuses NUL and non-characters of XML 1.0 */
char *hb_nfc(struct hb_arena *a, struct hb_bytes s) HB_MUST_CHECK;
char *hb_trim(struct hb_arena *a, const char *s) HB_MUST_CHECK;      /* outer blanks off, inner runs to one */
char *hb_fold(struct hb_arena *a, const char *s) HB_MUST_CHECK;
char *hb_name_key(struct hb_arena *a, const char *full_name) HB_MUST_CHECK;  /* printable ASCII */
size_t hb_utf8_count(const char *s);               /* code points */
/* Decimal comma for people: 84 tenths -> "8,4"; and the point form of the contracts: "8.4". */
void  hb_tenths_vi(int tenths, char out[8]);
void  hb_tenths(int tenths, char out[8]);
#endif

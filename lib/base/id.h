/* base/id.h - identifiers we make ourselves.
 *
 * hb_id: UUIDv7, the key of every row (architecture §5).  hb_record_code: the public look-up code of a học bạ:
 * "HB-" and 17 Crockford base32 digits in groups, 80 random bits and one check digit (mod 37 over the alphabet
 * would need symbols, so the check is a mod 31 digit), so that a mistyped code is noticed before it is looked up.
 * Randomness comes from the operating system; hb_random_seed() makes it repeatable in tests only.
 * Distinct struct types keep a code from being passed as a key. */
#ifndef BASE_ID_H
#define BASE_ID_H
#include "base/err.h"

struct hb_id { char s[37]; };                  /* lower-case UUID text, NUL-terminated */
struct hb_record_code { char s[26]; };         /* HB-XXXX-XXXX-XXXX-XXXX-C */

void hb_random(void *out, size_t n);
void hb_random_seed(uint64_t seed);            /* tests only: everything after is a fixed sequence */
struct hb_id hb_id_new(void);
bool hb_id_valid(const char *s);
struct hb_record_code hb_record_code_new(void);
bool hb_record_code_valid(const char *s);      /* shape and check digit */
#endif

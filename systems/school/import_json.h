/* school/import_json.h - the answer of an import, the same for every kind of file.
 *
 * {"kind","file","year","dry_run","applied","counts":{…},"faults":[{"sheet","cell","level","key","text","suggestion"}],
 *  "rows":[…]}: the kind adds its counts and rows. */
#ifndef SCHOOL_IMPORT_JSON_H
#define SCHOOL_IMPORT_JSON_H
#include "json/write.h"
#include "school/table.h"

void import_faults(struct jw *w, const struct xlsx_book *book, const struct table_faults *faults, const size_t *sheet_of);
#endif

/* test/10-rules/table.h - tables of cases that a teacher can read: clause, why, input, expected, tab-separated.
 * Lines of # explain the notation of a table; blank lines are skipped. */
#ifndef TABLE_H
#define TABLE_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row { char *clause, *why, *input, *expected; };
typedef void row_fn(const struct row *r, void *arg);

/* Calls fn for each row; returns their number, -1 when the file cannot be read or a line is no row. */
static inline int
table_each(const char *folder, const char *name, row_fn *fn, void *arg)
{
	char path[512], line[2048];
	int n = 0;
	snprintf(path, sizeof path, "%s/%s.tsv", folder, name);
	FILE *f = fopen(path, "r");
	if (f == NULL)
		return -1;
	while (n >= 0 && fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		char *at = line, *column[4];
		for (int i = 0; i < 4; i++)
			column[i] = strsep(&at, "\t");
		if (column[3] == NULL || at != NULL) {
			printf("# %s: no row: %s\n", path, line);
			n = -1;
			break;
		}
		fn(&(struct row){ column[0], column[1], column[2], column[3] }, arg);
		n++;
	}
	fclose(f);
	return n;
}
#endif

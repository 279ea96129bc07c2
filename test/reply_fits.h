/* test/reply_fits.h - does a successful JSON reply fit the schema its route declares (architecture §8)?
 * reply_fits() finds the route by method and path and says what does not fit in TAP comments. */
#ifndef REPLY_FITS_H
#define REPLY_FITS_H
#include <stdio.h>
#include <string.h>

#include "http/api.h"

/* Path of a target against a template: "{name}" takes one segment. */
__attribute__((unused)) static bool
reply_path_is(const char *template, const char *target)
{
	size_t n = strcspn(target, "?");
	const char *end = target + n;
	while (*template != '\0' && target < end) {
		if (*template == '{') {
			template = strchr(template, '}') + 1;
			target += strcspn(target, "/?");
		} else if (*template++ != *target++) {
			return false;
		}
	}
	return *template == '\0' && target == end;
}

__attribute__((unused)) static void
reply_bad(void *ctx, const char *pointer, const char *key, const char *text)
{
	printf("# %s at %s: %s %s\n", (const char *)ctx, pointer, key, text);
}

__attribute__((unused)) static bool
reply_fits(const struct api_table *table, const char *method, const char *target, int status, json_t *body,
    struct hb_arena *a)
{
	const struct api_route *route = NULL;
	for (unsigned i = 0; i < table->n; i++)         /* sorted: literal segments come before "{" */
		if (route == NULL && strcmp(table->routes[i].method, method) == 0 && reply_path_is(table->routes[i].path, target))
			route = &table->routes[i];
	if (route == NULL || status != route->status)
		return false;
	if (route->reply == NULL)
		return body == NULL;
	struct schema_sink sink = { reply_bad, (void *)(uintptr_t)route->operation };
	return body != NULL && schema_check(route->reply, body, a, &sink);
}
#endif

/* hocba assess as a program: the contract of architecture §7 on changed copies of two base documents. */
#include "tap.h"

#include <jansson.h>
#include <unistd.h>
#include <sys/wait.h>

#include "base/file.h"
#include "table.h"

#define WORDS 2048
struct bench { const char *hocba; char *tt22, *tt27; };

/* ---- Paths: "s.subjects[0].terms[1].ck"; s is students[0] ---- */
static const char *
step(const char *path, char name[64], int *ret_index)
{
	if (*path == '[') {
		char *end;
		*ret_index = (int)strtol(path + 1, &end, 10);
		return end + 1 + (end[1] == '.');
	}
	size_t n = strcspn(path, ".[");
	snprintf(name, 64, "%.*s", (int)n, path);
	*ret_index = -1;
	return path + n + (path[n] == '.');
}

static json_t *
child(json_t *at, const char *name, int index)
{
	return index >= 0 ? json_array_get(at, (size_t)index) : json_object_get(at, name);
}

static json_t *
find(json_t *root, const char *path, bool parent, char name[64], int *ret_index)
{
	json_t *at = root;
	if (strncmp(path, "s", 1) == 0 && (path[1] == '.' || path[1] == '\0')) {
		at = json_object_get(at, "students");
		if (path[1] == '\0')
			return json_array_get(at, 0);
		at = json_array_get(at, 0);
		path += 2;
	}
	while (*path != '\0') {
		path = step(path, name, ret_index);
		if (*path == '\0' && parent)
			return at;
		at = child(at, name, *ret_index);
	}
	return at;
}

static void
change(json_t *root, char *word)
{
	char name[64], *equals = strchr(word, '=');
	int index;
	if (equals == NULL) {
		word[strlen(word) - 1] = '\0';
		json_t *at = find(root, word, true, name, &index);
		if (index >= 0)
			json_array_remove(at, (size_t)index);
		else
			json_object_del(at, name);
		return;
	}
	*equals = '\0';
	json_t *at = find(root, word, true, name, &index), *v = json_loads(equals + 1, JSON_DECODE_ANY, NULL);
	if (index >= 0 && (size_t)index == json_array_size(at))
		json_array_append_new(at, v);
	else if (index >= 0)
		json_array_set_new(at, (size_t)index, v);
	else
		json_object_set_new(at, name, v);
}

static char *
input_of(const struct bench *b, char *text)
{
	if (strncmp(text, "text ", 5) == 0)
		return strdup(text + 5);
	char *word = strsep(&text, ";");
	json_t *root = json_loads(strcmp(word, "tt22") == 0 ? b->tt22 : b->tt27, 0, NULL);
	while ((word = strsep(&text, ";")) != NULL)
		change(root, word + 1);
	char *out = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return out;
}

/* ---- Running the program ---- */
static int
run(const char *hocba, const char *in, char **ret_out)
{
	int to[2], from[2], status;
	if (pipe(to) != 0 || pipe(from) != 0)
		return -1;
	pid_t pid = fork();
	if (pid == 0) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		close(to[1]);
		close(from[0]);
		execl(hocba, "hocba", "assess", (char *)NULL);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	size_t n = strlen(in), len = 0, cap = 1 << 16;
	if (write(to[1], in, n) != (ssize_t)n)
		printf("# short write\n");
	close(to[1]);
	char *out = malloc(cap + 1);
	for (ssize_t got; (got = read(from[0], out + len, cap - len)) > 0;)
		len += (size_t)got;
	out[len] = '\0';
	close(from[0]);
	waitpid(pid, &status, 0);
	*ret_out = out;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- What the output must hold ---- */
static bool
holds(json_t *root, char *word)
{
	char name[64], *equals = strchr(word, '=');
	int index;
	if (equals == NULL) {
		word[strlen(word) - 1] = '\0';
		return find(root, word, false, name, &index) == NULL;
	}
	*equals = '\0';
	if (word[0] == '#')
		return json_array_size(find(root, word + 1, false, name, &index)) == (size_t)atoi(equals + 1);
	json_t *want = json_loads(equals + 1, JSON_DECODE_ANY, NULL), *got = find(root, word, false, name, &index);
	bool good = got != NULL && json_equal(want, got) == 1;
	json_decref(want);
	return good;
}

static void
one_case(const struct row *r, void *arg)
{
	const struct bench *b = arg;
	char text[WORDS], expected[WORDS], *at = expected, *word, *out = NULL;
	snprintf(text, sizeof text, "%s", r->input);
	snprintf(expected, sizeof expected, "%s", r->expected);
	char *in = input_of(b, text);
	int status = run(b->hocba, in, &out);
	json_t *root = json_loads(out, 0, NULL);
	bool good = root != NULL && status == atoi(strsep(&at, ";"));
	while (good && (word = strsep(&at, ";")) != NULL) {
		good = holds(root, word + 1);
		if (!good)
			printf("# not so: %s\n", word);
	}
	if (!ok(good, "%s %s", r->clause, r->why))
		printf("# exit %d: %s\n", status, out);
	json_decref(root);
	free(out);
	free(in);
}

static char *
load(struct hb_arena *a, const char *folder, const char *name)
{
	char path[512];
	struct hb_bytes bytes = { 0 };
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (!ok(hb_file_read(path, 1 << 20, a, &bytes, NULL) == HB_OK, "reads %s", name))
		return NULL;
	return hb_strndup(a, (const char *)bytes.p, bytes.n);
}

int
main(int argc, char **argv)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 20);
	if (argc != 3)
		return 1;
	struct bench b = { argv[1], load(&a, argv[2], "tt22.json"), load(&a, argv[2], "tt27.json") };
	ok(table_each(argv[2], "cases", one_case, &b) > 80, "every line of cases is a row");
	return tap_done();
}

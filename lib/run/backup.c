#include "run/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { CHUNK = 1 << 16, PARTS = 4, NAME_LEN = 32, KEY_FILE = crypto_box_PUBLICKEYBYTES + crypto_box_SECRETKEYBYTES };
static const char MAGIC[] = "HOCBA-BACKUP-1\n";
static const char *const part_names[PARTS] = { "config.json", "system.key", "auth.key", "system.db" };

struct part_head { char name[NAME_LEN]; uint64_t length; };

static enum hb_code
disk(const char *path, struct hb_err *err)
{
	return hb_fail(err, HB_E_INTERNAL, "tep.khongDoc", "không ghi hoặc đọc được %.200s: %s", path, strerror(errno));
}

static enum hb_code
broken(const char *path, struct hb_err *err)
{
	return hb_fail(err, HB_E_INPUT, "saoLuu.hong", "%.200s: %s", path, hb_message("saoLuu.hong"));
}

enum hb_code
backup_key_make(const char *secret_path, struct hb_arena *a, const char **ret_public, struct hb_err *err)
{
	uint8_t keys[KEY_FILE];
	if (hb_file_exists(secret_path))
		return hb_fail(err, HB_E_CONFLICT, "khoa.daCo", "đã có khoá ở %.200s", secret_path);
	crypto_box_keypair(keys, keys + crypto_box_PUBLICKEYBYTES);
	char *hex = hb_hex(a, HB_BYTES(keys, crypto_box_PUBLICKEYBYTES));
	enum hb_code c = hex != NULL ? hb_file_write(secret_path, HB_BYTES(keys, sizeof keys), 0600, err) : hb_full(err);
	sodium_memzero(keys, sizeof keys);
	if (c == HB_OK)
		*ret_public = hex;
	return c;
}

/* --- writing ---------------------------------------------------------------------------------------------------- */
struct writer {
	FILE *f;
	crypto_secretstream_xchacha20poly1305_state state;
	uint8_t chunk[CHUNK];
	size_t  n;
	bool    failed;
};

static void
flush(struct writer *w, uint8_t tag)
{
	uint8_t sealed[CHUNK + crypto_secretstream_xchacha20poly1305_ABYTES];
	unsigned long long n;
	crypto_secretstream_xchacha20poly1305_push(&w->state, sealed, &n, w->chunk, w->n, NULL, 0, tag);
	w->failed |= fwrite(sealed, 1, n, w->f) != n;
	w->n = 0;
}

static void
put(struct writer *w, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	while (n > 0) {
		if (w->n == CHUNK)
			flush(w, 0);
		size_t take = n < CHUNK - w->n ? n : CHUNK - w->n;
		memcpy(w->chunk + w->n, p, take);
		w->n += take;
		p += take;
		n -= take;
	}
}

/* A part that the system does not have is left out. */
static void
put_part(struct writer *w, const char *name, const char *path)
{
	FILE *in = fopen(path, "rbe");
	if (in == NULL) {
		w->failed |= errno != ENOENT;
		return;
	}
	struct part_head head = { .name = "" };
	snprintf(head.name, sizeof head.name, "%s", name);
	fseeko(in, 0, SEEK_END);
	head.length = (uint64_t)ftello(in);
	rewind(in);
	put(w, &head, sizeof head);
	uint8_t piece[CHUNK];
	size_t n;
	uint64_t total = 0;
	while ((n = fread(piece, 1, sizeof piece, in)) > 0) {
		put(w, piece, n);
		total += n;
	}
	w->failed |= ferror(in) != 0 || total != head.length;
	fclose(in);
}

static enum hb_code
begin(struct writer *w, const struct run_config *config, struct hb_arena *a, struct hb_err *err)
{
	struct hb_bytes public;
	uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES], header[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
	uint8_t sealed[crypto_box_SEALBYTES + sizeof key];
	if (config->backup_key == NULL)
		return hb_fail(err, HB_E_INPUT, "cauHinh.sai", "%.200s: chưa có \"backup_key\"", config->file);
	enum hb_code c = hb_unhex(config->backup_key, a, &public, err);
	if (c != HB_OK)
		return c;
	if (public.n != crypto_box_PUBLICKEYBYTES)
		return hb_fail(err, HB_E_INPUT, "cauHinh.sai", "%.200s: \"backup_key\" không đúng", config->file);
	crypto_secretstream_xchacha20poly1305_keygen(key);
	bool good = crypto_box_seal(sealed, key, sizeof key, public.p) == 0;
	crypto_secretstream_xchacha20poly1305_init_push(&w->state, header, key);
	sodium_memzero(key, sizeof key);
	w->failed = !good || fwrite(MAGIC, 1, sizeof MAGIC - 1, w->f) != sizeof MAGIC - 1
	    || fwrite(sealed, 1, sizeof sealed, w->f) != sizeof sealed || fwrite(header, 1, sizeof header, w->f) != sizeof header;
	return HB_OK;
}

static enum hb_code
write_parts(struct runtime *rt, FILE *f, const char *to, const char *copy, struct hb_arena *a, struct hb_err *err)
{
	struct writer *w = HB_NEW(a, struct writer);
	if (w == NULL)
		return hb_full(err);
	w->f = f;
	enum hb_code c = begin(w, rt->config, a, err);
	if (c != HB_OK)
		return c;
	for (int i = 0; i < PARTS; i++) {
		const char *path = i == PARTS - 1 ? copy : run_config_file(rt->config, part_names[i], a);
		if (path == NULL)
			return hb_full(err);
		put_part(w, part_names[i], path);
	}
	flush(w, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
	w->failed |= fflush(f) != 0 || fsync(fileno(f)) != 0;
	return w->failed ? disk(to, err) : HB_OK;
}

enum hb_code
backup_write(struct runtime *rt, const char *to, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	char *copy = hb_printf(&a, "%s.db.part", to);
	if (copy == NULL)
		return hb_full(err);
	int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return disk(to, err);
	FILE *f = fdopen(fd, "wb");
	enum hb_code c = f != NULL ? db_backup(rt->db, copy, err) : disk(to, err);
	if (c == HB_OK)
		c = write_parts(rt, f, to, copy, &a, err);
	unlink(copy);                             /* the only moment the data lies unsealed beside the backup */
	if (f != NULL && fclose(f) != 0 && c == HB_OK)
		c = disk(to, err);
	if (c != HB_OK)
		unlink(to);
	return c;
}

/* --- reading ---------------------------------------------------------------------------------------------------- */
struct reader {
	FILE *f;
	crypto_secretstream_xchacha20poly1305_state state;
	uint8_t chunk[CHUNK];
	size_t  n, at;
	bool    last;
};

/* The next chunk, authentic; false when the file is cut, changed, or over. */
static bool
refill(struct reader *r)
{
	uint8_t sealed[CHUNK + crypto_secretstream_xchacha20poly1305_ABYTES], tag;
	unsigned long long n = 0;
	size_t got = r->last ? 0 : fread(sealed, 1, sizeof sealed, r->f);
	if (got < crypto_secretstream_xchacha20poly1305_ABYTES
	    || crypto_secretstream_xchacha20poly1305_pull(&r->state, r->chunk, &n, &tag, sealed, got, NULL, 0) != 0)
		return false;
	r->n = (size_t)n;
	r->at = 0;
	r->last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	return true;
}

static bool
take(struct reader *r, void *out, size_t n)
{
	uint8_t *p = out;
	while (n > 0) {
		if (r->at == r->n && !refill(r))
			return false;
		size_t some = n < r->n - r->at ? n : r->n - r->at;
		memcpy(p, r->chunk + r->at, some);
		r->at += some;
		p += some;
		n -= some;
	}
	return true;
}

static enum hb_code
unseal(struct reader *r, const char *from, const char *secret_path, struct hb_arena *a, struct hb_err *err)
{
	char magic[sizeof MAGIC - 1];
	uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES], header[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
	uint8_t sealed[crypto_box_SEALBYTES + sizeof key];
	struct hb_bytes keys;
	enum hb_code c = hb_file_read(secret_path, KEY_FILE, a, &keys, err);
	if (c != HB_OK)
		return c;
	if (fread(magic, 1, sizeof magic, r->f) != sizeof magic || memcmp(magic, MAGIC, sizeof magic) != 0
	    || fread(sealed, 1, sizeof sealed, r->f) != sizeof sealed || fread(header, 1, sizeof header, r->f) != sizeof header)
		return broken(from, err);
	if (keys.n != KEY_FILE || crypto_box_seal_open(key, sealed, sizeof sealed, keys.p, keys.p + crypto_box_PUBLICKEYBYTES) != 0)
		return hb_fail(err, HB_E_DENIED, "saoLuu.saiKhoa", "%.200s: %s", from, hb_message("saoLuu.saiKhoa"));
	bool good = crypto_secretstream_xchacha20poly1305_init_pull(&r->state, header, key) == 0;
	sodium_memzero(key, sizeof key);
	return good ? HB_OK : broken(from, err);
}

static bool
known_part(const char *name)
{
	for (int i = 0; i < PARTS; i++)
		if (strcmp(name, part_names[i]) == 0)
			return true;
	return false;
}

static enum hb_code
restore_part(struct reader *r, const struct part_head *head, const char *from, const char *folder, struct hb_err *err)
{
	char path[4096];
	uint8_t piece[CHUNK];
	snprintf(path, sizeof path, "%s/%s", folder, head->name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return disk(path, err);
	enum hb_code c = HB_OK;
	for (uint64_t left = head->length; c == HB_OK && left > 0;) {
		size_t n = left < sizeof piece ? (size_t)left : sizeof piece;
		if (!take(r, piece, n))
			c = broken(from, err);
		else if (write(fd, piece, n) != (ssize_t)n)
			c = disk(path, err);
		left -= n;
	}
	if (c == HB_OK && fsync(fd) != 0)
		c = disk(path, err);
	close(fd);
	return c;
}

/* All parts, then the mark that nothing was cut off. */
static enum hb_code
restore_all(struct reader *r, const char *from, const char *folder, struct hb_err *err)
{
	enum hb_code c = refill(r) ? HB_OK : broken(from, err);
	while (c == HB_OK && !(r->last && r->at == r->n)) {
		struct part_head head;
		if (r->at == r->n && !refill(r))
			return broken(from, err);
		if (r->last && r->at == r->n)
			break;
		if (!take(r, &head, sizeof head) || memchr(head.name, '\0', sizeof head.name) == NULL || !known_part(head.name))
			return broken(from, err);
		c = restore_part(r, &head, from, folder, err);
	}
	return c;
}

static void
remove_parts(const char *folder)
{
	char path[4096];
	for (int i = 0; i < PARTS; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, part_names[i]);
		unlink(path);
	}
}

enum hb_code
backup_restore(const char *from, const char *secret_path, const char *folder, struct hb_err *err)
{
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, HB_ARENA_DEFAULT);
	for (int i = 0; i < PARTS; i++) {
		char *path = hb_printf(&a, "%s/%s", folder, part_names[i]);
		if (path == NULL || hb_file_exists(path))
			return hb_fail(err, HB_E_CONFLICT, "cauHinh.daCo", "đã có dữ liệu ở %.200s", folder);
	}
	struct reader *r = HB_NEW(&a, struct reader);
	if (r == NULL)
		return hb_full(err);
	r->f = fopen(from, "rbe");
	if (r->f == NULL)
		return disk(from, err);
	enum hb_code c = hb_mkdirs(folder, 0750, err);
	if (c == HB_OK)
		c = unseal(r, from, secret_path, &a, err);
	if (c == HB_OK) {
		c = restore_all(r, from, folder, err);
		if (c != HB_OK)
			remove_parts(folder);             /* half a restore must not look like a whole one */
	}
	fclose(r->f);
	return c;
}

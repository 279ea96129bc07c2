/* The directory as it is now: read again when the file changed, never back to an older serial. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "exchange/exchange_sql.h"
#include "exchange/private.h"

struct directory {
	struct hb_arena a;
	struct exchange_members members;
	struct timespec changed;
	off_t size;
	ino_t inode;
	unsigned users;
};

static void
release(struct directory *d)
{
	if (d != NULL && --d->users == 0) {
		hb_arena_fini(&d->a);
		free(d);
	}
}

struct seen { int64_t serial; struct hb_sha256 hash; };

/* A serial is remembered for good: a restored old file is noticed after a restart too. */
static enum hb_code
remember(struct db_tx *tx, void *ctx, struct hb_err *err)
{
	struct seen *s = ctx;
	struct db_rows r;
	HB_SCOPED_ARENA a;
	hb_arena_init(&a, 1 << 16);
	enum hb_code rc = db_rows(tx, &exchange_directory_last, NULL, &a, &r, err);
	if (rc != HB_OK)
		return rc;
	int64_t last = r.n == 0 ? 0 : db_int(&r, 0, EXCHANGE_DIRECTORY_LAST_SERIAL);
	if (s->serial < last)
		return hb_fail(err, HB_E_CONFLICT, "lienThong.danhBaCu", "danh bạ thành viên số %lld cũ hơn số %lld đã dùng",
		    (long long)s->serial, (long long)last);
	if (s->serial == last) {
		struct hb_bytes had = db_bytes(&r, 0, EXCHANGE_DIRECTORY_LAST_SHA256);
		if (had.n != HB_SHA256_LEN || memcmp(had.p, s->hash.b, HB_SHA256_LEN) != 0)
			return hb_fail(err, HB_E_CONFLICT, "lienThong.danhBaCu", "có hai danh bạ khác nhau cùng số %lld", (long long)last);
		return HB_OK;
	}
	return db_run(tx, &exchange_directory_put, DB_ARGS(DB_INT(s->serial), DB_BYTES(HB_BYTES(s->hash.b, HB_SHA256_LEN)),
	    DB_TIME(hb_now())), NULL, err);
}

static enum hb_code
load(struct exchange *x, const struct stat *st, struct hb_err *err)
{
	struct directory *d = calloc(1, sizeof *d);
	struct hb_bytes file;
	if (d == NULL)
		return hb_full(err);
	d->users = 1;
	d->changed = st->st_mtim;
	d->size = st->st_size;
	d->inode = st->st_ino;
	hb_arena_init(&d->a, HB_ARENA_DEFAULT);
	enum hb_code rc = exchange_members_load(x->cfg.members_path, &x->cfg.authority, &d->a, &d->members, err);
	if (rc == HB_OK)
		rc = hb_file_read(x->cfg.members_path, HB_FILE_MAX, &d->a, &file, err);
	if (rc == HB_OK) {
		struct seen s = { d->members.serial, hb_sha256(file) };
		rc = db_write(x->db, remember, &s, err);
	}
	if (rc != HB_OK) {
		release(d);
		return rc;
	}
	release(x->directory);
	x->directory = d;
	return HB_OK;
}

static bool
same_file(const struct directory *d, const struct stat *st)
{
	return d != NULL && d->inode == st->st_ino && d->size == st->st_size && d->changed.tv_sec == st->st_mtim.tv_sec
	    && d->changed.tv_nsec == st->st_mtim.tv_nsec;
}

enum hb_code
exchange_directory(struct exchange *x, struct directory **ret_d, struct hb_err *err)
{
	struct stat st;
	enum hb_code rc = HB_OK;
	pthread_mutex_lock(&x->directory_lock);
	if (stat(x->cfg.members_path, &st) != 0)
		rc = hb_fail(err, HB_E_INTERNAL, "lienThong.danhBaHong", "không đọc được danh bạ thành viên %s", x->cfg.members_path);
	else if (!same_file(x->directory, &st))
		rc = load(x, &st, err);
	if (rc == HB_OK) {
		x->directory->users++;
		*ret_d = x->directory;
	}
	pthread_mutex_unlock(&x->directory_lock);
	return rc;
}

const struct exchange_members *
exchange_directory_members(const struct directory *d)
{
	return &d->members;
}

void
exchange_directory_done(struct exchange *x, struct directory *d)
{
	pthread_mutex_lock(&x->directory_lock);
	release(d);
	pthread_mutex_unlock(&x->directory_lock);
}

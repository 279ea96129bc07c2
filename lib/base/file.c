#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum hb_code
failed(struct hb_err *err, const char *what, const char *path)
{
	enum hb_code code = errno == ENOENT ? HB_E_NOTFOUND : HB_E_INTERNAL;
	return hb_fail(err, code, "tep.khongDoc", "không %s được tệp %.200s: %s", what, path, strerror(errno));
}

enum hb_code
hb_file_read(const char *path, size_t max, struct hb_arena *a, struct hb_bytes *ret_bytes, struct hb_err *err)
{
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return failed(err, "mở", path);
	HB_SCOPED_BUF b;
	hb_buf_init(&b, max);
	char piece[65536];
	size_t n;
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		hb_put(&b, piece, n);
	bool broken = ferror(f) != 0;
	fclose(f);
	if (broken) {
		errno = EIO;
		return failed(err, "đọc", path);
	}
	if (!hb_buf_ok(&b))
		return hb_fail(err, HB_E_TOOBIG, "gioiHan.tep", "tệp %.200s lớn hơn giới hạn %zu byte", path, max);
	char *p = hb_buf_take(&b, a);
	if (p == NULL)
		return hb_full(err);
	*ret_bytes = HB_BYTES(p, b.len);
	return HB_OK;
}

static int
write_all(int fd, struct hb_bytes b)
{
	while (b.n > 0) {
		ssize_t n = write(fd, b.p, b.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		b.p += n;
		b.n -= (size_t)n;
	}
	return fsync(fd);
}

enum hb_code
hb_file_write(const char *path, struct hb_bytes bytes, unsigned mode, struct hb_err *err)
{
	char tmp[PATH_MAX], folder[PATH_MAX];
	snprintf(folder, sizeof folder, "%s", path);
	if (snprintf(tmp, sizeof tmp, "%s.%d.tmp", path, (int)getpid()) >= (int)sizeof tmp) {
		errno = ENAMETOOLONG;
		return failed(err, "ghi", path);
	}
	int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd < 0)
		return failed(err, "ghi", path);
	bool ok = write_all(fd, bytes) == 0;
	int saved = errno;
	ok = close(fd) == 0 && ok;
	if (!ok || rename(tmp, path) != 0) {
		if (ok)
			saved = errno;
		unlink(tmp);
		errno = saved;
		return failed(err, "ghi", path);
	}
	int dir = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0) {
		fsync(dir);
		close(dir);
	}
	return HB_OK;
}

bool
hb_file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

enum hb_code
hb_mkdirs(const char *path, unsigned mode, struct hb_err *err)
{
	char p[PATH_MAX];
	if (snprintf(p, sizeof p, "%s", path) >= (int)sizeof p)
		return hb_fail(err, HB_E_INPUT, "tep.khongDoc", "đường dẫn quá dài: %.100s…", path);
	for (char *s = p + 1;; s++) {
		if (*s != '/' && *s != '\0')
			continue;
		char c = *s;
		*s = '\0';
		if (mkdir(p, mode) != 0 && errno != EEXIST)
			return failed(err, "tạo", p);
		*s = c;
		if (c == '\0')
			return HB_OK;
	}
}

/* base/file.h - whole files in, whole files out.
 *
 * hb_file_read() refuses a file over `max` bytes.  hb_file_write() is atomic: a temporary file beside it, fsync,
 * rename, fsync of the folder, so that a cut leaves the old bytes or the new ones.  Failures name the path. */
#ifndef BASE_FILE_H
#define BASE_FILE_H
#include "base/buf.h"

#define HB_FILE_MAX ((size_t)64 << 20)

enum hb_code hb_file_read(const char *path, size_t max, struct hb_arena *a, struct hb_bytes *ret_bytes,
    struct hb_err *err);
enum hb_code hb_file_write(const char *path, struct hb_bytes bytes, unsigned mode, struct hb_err *err);
bool         hb_file_exists(const char *path);
enum hb_code hb_mkdirs(const char *path, unsigned mode, struct hb_err *err);    /* like mkdir -p */
#endif

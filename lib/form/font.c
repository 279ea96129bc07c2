#include "form/font.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/codec.h"
#include "base/file.h"
#include "form/font_strip.h"
#include "form/form.h"

#define FOLDER "/usr/share/fonts/truetype/liberation2/"
#define FONT_MAX ((size_t)2 << 20)

/* Liberation Serif 2.1.5, Debian package fonts-liberation2. */
static const struct { const char *path, *sha256; } files[] = {
	{ FOLDER "LiberationSerif-Regular.ttf", "29d12439831b7f59194efec85872f24f54eff05738933f9a860220d2abff88ba" },
	{ FOLDER "LiberationSerif-Bold.ttf", "446a4421f297698427170fd7db20e59169a4188baaaf940e9bea58af6341a723" },
	{ FOLDER "LiberationSerif-Italic.ttf", "c1830c433ab41379f1139fac388989d37c9f08c81e1bd643efdcc7946db30753" },
	{ FOLDER "LiberationSerif-BoldItalic.ttf", "36dd6965be8915f6d7efb259757f1f7546a7c6f72c53a20bbe4ae7092f2cd558" },
};
enum { FILES = sizeof files / sizeof files[0] };

/* The checked bytes of one file. */
static enum hb_code
read_font(size_t i, struct hb_arena *a, struct hb_bytes *ret_bytes, struct hb_err *err)
{
	if (hb_file_read(files[i].path, FONT_MAX, a, ret_bytes, NULL) != HB_OK)
		return hb_bug(err, "font %s cannot be read: install fonts-liberation2", files[i].path);
	struct hb_sha256 digest = hb_sha256(*ret_bytes);
	const char *hex = hb_hex(a, HB_BYTES(digest.b, sizeof digest.b));
	if (hex == NULL || strcmp(hex, files[i].sha256) != 0)
		return hb_bug(err, "font %s is not Liberation Serif 2.1.5", files[i].path);
	return HB_OK;
}

enum hb_code
form_fonts_check(struct hb_err *err)
{
	enum hb_code c = HB_OK;
	for (size_t i = 0; i < FILES && c == HB_OK; i++) {
		HB_SCOPED_ARENA a;
		struct hb_bytes bytes;
		hb_arena_init(&a, 4 * FONT_MAX);
		c = read_font(i, &a, &bytes, err);
	}
	return c;
}

/* fontconfig and FreeType want a path: the stripped font is a file in memory that stays open with the process. */
static bool
add_font(FcConfig *config, size_t i)
{
	HB_SCOPED_ARENA a;
	struct hb_bytes bytes;
	char path[64];
	hb_arena_init(&a, 8 * FONT_MAX);
	if (read_font(i, &a, &bytes, NULL) != HB_OK || (bytes = font_strip(bytes, &a)).n == 0)
		return false;
	int fd = memfd_create("hocba-font", MFD_CLOEXEC);
	if (fd < 0 || write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n)
		return false;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return FcConfigAppFontAddFile(config, (const FcChar8 *)path);
}

static FcConfig *
make_config(void)
{
	FcConfig *config = FcConfigCreate();
	for (size_t i = 0; config != NULL && i < FILES; i++)
		if (!add_font(config, i)) {
			FcConfigDestroy(config);
			return NULL;
		}
	return config;
}

/* One configuration for the process: it is only read once it is made. */
static FcConfig *
private_config(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static FcConfig *config;
	pthread_mutex_lock(&lock);
	if (config == NULL)
		config = make_config();
	pthread_mutex_unlock(&lock);
	return config;
}

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
drop_map(void *map)
{
	g_object_unref(map);
}

static void
make_key(void)
{
	pthread_key_create(&key, drop_map);
}

PangoFontMap *
font_map(void)
{
	pthread_once(&once, make_key);
	PangoFontMap *map = pthread_getspecific(key);
	if (map != NULL)
		return map;
	FcConfig *config = private_config();
	if (config == NULL || (map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT)) == NULL)
		return NULL;
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), config);
	pthread_setspecific(key, map);
	return map;
}

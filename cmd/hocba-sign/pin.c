#include "pin.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* First line of a descriptor, byte by byte: nothing past it is taken. */
static enum hb_code
read_line(int fd, char *out, size_t max, struct hb_err *err)
{
	size_t n = 0;
	char c;

	while (read(fd, &c, 1) == 1 && c != '\n') {
		if (c == '\r')
			continue;
		if (n == max)
			return hb_fail(err, HB_E_INPUT, "token.saiPin", "mã PIN dài quá %zu kí tự", max);
		out[n++] = c;
	}
	out[n] = '\0';
	return n > 0 ? HB_OK : hb_fail(err, HB_E_INPUT, "token.saiPin", "chưa có mã PIN");
}

static enum hb_code
ask(const char *prompt, char out[P11_PIN_MAX + 1], struct hb_err *err)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios before, silent;
	enum hb_code code;

	if (tty < 0 || tcgetattr(tty, &before) != 0) {
		if (tty >= 0)
			close(tty);
		return hb_fail(err, HB_E_INPUT, "token.saiPin", "không có bàn phím để hỏi mã PIN; dùng --pin-file hoặc --pin-fd");
	}
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	dprintf(tty, "%s: ", prompt);
	tcsetattr(tty, TCSAFLUSH, &silent);
	code = read_line(tty, out, P11_PIN_MAX, err);
	tcsetattr(tty, TCSAFLUSH, &before);
	dprintf(tty, "\n");
	close(tty);
	return code;
}

enum hb_code
pin_read(const struct pin_options *o, const char *prompt, char out[P11_PIN_MAX + 1], struct hb_err *err)
{
	enum hb_code code;
	int fd = o->fd;

	if (o->file == NULL && fd < 0)
		return ask(prompt, out, err);
	if (o->file != NULL)
		fd = open(o->file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return hb_fail(err, HB_E_INPUT, "tep.khongDoc", "không mở được tệp mã PIN %s", o->file);
	code = read_line(fd, out, P11_PIN_MAX, err);
	if (o->file != NULL)
		close(fd);
	return code;
}

bool
pin_confirm(const char *question)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	char answer[16] = "";
	bool yes;

	if (tty < 0)
		return false;
	dprintf(tty, "%s [c/k] ", question);
	yes = read_line(tty, answer, sizeof answer - 1, NULL) == HB_OK && (strcmp(answer, "c") == 0 || strcmp(answer, "có") == 0);
	close(tty);
	return yes;
}

/* hocba-sign: the signer's agent.  It runs where the person sits; the key is in his token (D7.3). */
#include "agent.h"

#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
usage(void)
{
	fputs("Cách dùng:\n"
	    "  hocba-sign list  [--module TỆP.so] [--token NHÃN] [--p12 TỆP] [--json]\n"
	    "  hocba-sign sign  [--module TỆP.so] [--token NHÃN] [--p12 TỆP] [--pin-file TỆP | --pin-fd N]\n"
	    "                   [--in GÓI.json] [--out KẾT-QUẢ.json] [--yes] [--json]\n"
	    "  hocba-sign serve --origin https://… [--port 8988] [như sign]\n\n"
	    "sign đọc gói ký, tự tính lại mọi giá trị băm, cho xem sẽ ký gì rồi mới ký bằng khóa trong thiết bị.\n"
	    "Chạy lại với cùng --out thì những chữ ký đã xong được giữ nguyên.\n", stderr);
	return AGENT_USAGE;
}

void
agent_tell(const struct hb_err *err)
{
	fprintf(stderr, "hocba-sign: %s\n", err->msg);
	if (err->hint[0] != '\0')
		fprintf(stderr, "  %s\n", err->hint);
}

enum hb_code
agent_open_key(const struct agent_options *o, struct key_source **ret_key)
{
	struct key_options options = o->key;
	struct hb_err err = HB_ERR_INIT;
	char pin[P11_PIN_MAX + 1] = "";
	enum hb_code code = pin_read(&o->pin, o->key.p12 != NULL ? "Mật khẩu của tệp khóa" : "Mã PIN của thiết bị ký", pin, &err);

	options.pin = pin;
	if (code == HB_OK)
		code = key_open(&options, ret_key, &err);
	sodium_memzero(pin, sizeof pin);
	if (code != HB_OK)
		agent_tell(&err);
	return code;
}

static bool
read_options(int argc, char **argv, struct agent_options *o)
{
	enum { MODULE = 1, TOKEN, P12, PIN_FILE, PIN_FD, IN, OUT, ORIGIN, PORT, YES, JSON };
	static const struct option names[] = {
		{ "module", required_argument, NULL, MODULE }, { "token", required_argument, NULL, TOKEN },
		{ "p12", required_argument, NULL, P12 }, { "pin-file", required_argument, NULL, PIN_FILE },
		{ "pin-fd", required_argument, NULL, PIN_FD }, { "in", required_argument, NULL, IN },
		{ "out", required_argument, NULL, OUT }, { "origin", required_argument, NULL, ORIGIN },
		{ "port", required_argument, NULL, PORT }, { "yes", no_argument, NULL, YES }, { "json", no_argument, NULL, JSON },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1)
		switch (c) {
		case MODULE: o->key.module = optarg; break;
		case TOKEN: o->key.token = optarg; break;
		case P12: o->key.p12 = optarg; break;
		case PIN_FILE: o->pin.file = optarg; break;
		case PIN_FD: o->pin.fd = (int)strtol(optarg, NULL, 10); break;
		case IN: o->in = optarg; break;
		case OUT: o->out = optarg; break;
		case ORIGIN: o->origin = optarg; break;
		case PORT: o->port = (int)strtol(optarg, NULL, 10); break;
		case YES: o->yes = true; break;
		case JSON: o->json = true; break;
		default: return false;
		}
	return optind == argc;
}

int
main(int argc, char **argv)
{
	struct agent_options o = { .pin.fd = -1, .port = 8988 };

	if (argc < 2 || sodium_init() < 0 || !read_options(argc - 1, argv + 1, &o))
		return usage();
	if (strcmp(argv[1], "list") == 0)
		return agent_list(&o);
	if (strcmp(argv[1], "sign") == 0)
		return agent_sign(&o);
	if (strcmp(argv[1], "serve") == 0 && o.origin != NULL)
		return agent_serve(&o);
	return usage();
}

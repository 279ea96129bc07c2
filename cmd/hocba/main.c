/* hocba: the table of sub-commands.  Each opens at most one database (architecture §3). */
#include "system.h"

#include <stdio.h>
#include <string.h>

/* Sorted by name; a test checks it. */
static const struct hb_cmd commands[] = {
	{ "assess", cmd_assess, "đánh giá cả năm theo thông tư: JSON vào, JSON ra (--explain để có lí do)" },
	{ "demo", cmd_demo, "chơi cả năm học mẫu, từ danh sách lớp đến học bạ đã kiểm (--data, --out)" },
	{ "import", cmd_import, "nhập danh sách lớp hoặc điểm từ xlsx, CSV (roster|marks TỆP)" },
	{ "pki", cmd_pki, "PKI thử nghiệm trên máy này: cấp chứng thư, OCSP, dấu thời gian" },
	{ "verify", cmd_verify, "kiểm tra chữ ký số của học bạ, sổ theo dõi (XML, PDF)" },
	{ NULL, NULL, NULL },
};

static int
usage(void)
{
	fputs("Cách dùng: hocba LỆNH …\n\n", stderr);
	for (const struct hb_cmd *c = commands; c->name != NULL; c++)
		fprintf(stderr, "  %-12s %s\n", c->name, c->help);
	fputs("\nvà hocba HỆ-THỐNG init|serve|fsck|backup|restore|migrate:\n\n", stderr);
	for (const struct hb_system *const *s = systems; *s != NULL; s++)
		fprintf(stderr, "  %-12s %s\n", (*s)->name, (*s)->title);
	return HB_EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	if (argc >= 2)
		for (const struct hb_cmd *c = commands; c->name != NULL; c++)
			if (strcmp(c->name, argv[1]) == 0)
				return c->run(argc - 1, argv + 1);
	if (argc >= 2)
		for (const struct hb_system *const *s = systems; *s != NULL; s++)
			if (strcmp((*s)->name, argv[1]) == 0)
				return cmd_system(argc - 1, argv + 1);
	return usage();
}

/* cmd.h - what a sub-command of hocba is: a name, a line of help, a function.  argv[0] is its own name.
 * Exit status is the contract of architecture §7: 3 > 1 > 2 > 0. */
#ifndef CMD_H
#define CMD_H

enum hb_exit { HB_EXIT_OK = 0, HB_EXIT_BAD = 1, HB_EXIT_INDETERMINATE = 2, HB_EXIT_USAGE = 3 };
struct hb_cmd { const char *name; int (*run)(int argc, char **argv); const char *help; };

int cmd_assess(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_pki(int argc, char **argv);
int cmd_verify(int argc, char **argv);
#endif

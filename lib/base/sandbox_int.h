/* base/sandbox_int.h - what passes between the server, the helper and a child. */
#ifndef BASE_SANDBOX_INT_H
#define BASE_SANDBOX_INT_H
#include <fcntl.h>

#include "base/sandbox.h"

enum { SANDBOX_MAGIC = 0x48425342 };
struct sandbox_order { int job; size_t length; };
/* First bytes of an answer; `length` bytes of output follow. */
struct sandbox_answer {
	uint32_t magic, code;
	size_t   length;
	char     key[64], clause[64], msg[320], hint[200];
};

sandbox_job *sandbox_job_of(int number);
_Noreturn void sandbox_helper(int control, const struct sandbox_limits *limits);
/* Gives up everything a parser has no use for; false when the kernel refuses, and then nothing is parsed. */
bool sandbox_confine(const struct sandbox_limits *limits);
#endif

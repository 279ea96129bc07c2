/* Limits of a child that reads hostile bytes: resources, then Landlock, then the list of system calls. */
#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sandbox_int.h"

static bool
limit(int what, rlim_t value)
{
	struct rlimit r = { value, value };
	return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

static bool
limit_resources(const struct sandbox_limits *limits)
{
	alarm(limits->wall_s);
#if !defined(__SANITIZE_ADDRESS__)                /* the sanitizer reserves terabytes of addresses */
	if (!limit(RLIMIT_AS, limits->memory))
		return false;
#endif
	return limit(RLIMIT_CPU, limits->cpu_s) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_NOFILE, 0);
}

/* No file may be reached at all.  Kernels without Landlock still have the list below. */
static bool
close_files(void)
{
	struct landlock_ruleset_attr rules = { .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE
	    | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE
	    | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_SYM };
	int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
	if (fd < 0)
		return errno == ENOSYS || errno == EOPNOTSUPP || errno == EMFILE;
	bool done = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	close(fd);
	return done;
}

/* Memory, time and the answer.  Looking for files is told "no" (libraries ask for locales and zones); anything else
 * ends the process. */
static bool
limit_calls(void)
{
	static const int allowed[] = {
		SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(close), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(mmap), SCMP_SYS(munmap),
		SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(getrandom),
		SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sched_yield),
		SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack),
		SCMP_SYS(sched_getaffinity), SCMP_SYS(tgkill), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
	};
	static const int refused[] = {
		SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access),
		SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(ioctl),
		SCMP_SYS(fcntl), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(prlimit64),
	};
#if defined(__SANITIZE_ADDRESS__)                 /* its reports use calls of their own */
	uint32_t otherwise = SCMP_ACT_ERRNO(EACCES);
#else
	uint32_t otherwise = SCMP_ACT_KILL_PROCESS;
#endif
	scmp_filter_ctx ctx = seccomp_init(otherwise);
	bool good = ctx != NULL;
	for (size_t i = 0; good && i < sizeof allowed / sizeof allowed[0]; i++)
		good = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
	for (size_t i = 0; good && otherwise == SCMP_ACT_KILL_PROCESS && i < sizeof refused / sizeof refused[0]; i++)
		good = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), refused[i], 0) == 0;
	good = good && seccomp_load(ctx) == 0;
	seccomp_release(ctx);
	return good;
}

bool
sandbox_confine(const struct sandbox_limits *limits)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && close_files() && limit_resources(limits) && limit_calls();
}

#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "network/names.h"

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined __riscv
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#define ALLOW(number) \
  BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* No opening, no executing, no other process: what is left is its sockets and its memory. */
static int
filter_system_calls (void)
{
#ifdef ARCHITECTURE
  static struct sock_filter filter[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, arch)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    ALLOW (SYS_recvmsg),
    ALLOW (SYS_sendmsg),
    ALLOW (SYS_recvfrom),
    ALLOW (SYS_sendto),
    ALLOW (SYS_socket),
    ALLOW (SYS_connect),
    ALLOW (SYS_accept4),
    ALLOW (SYS_close),
#ifdef SYS_poll
    ALLOW (SYS_poll),
#endif
    ALLOW (SYS_ppoll),
    ALLOW (SYS_clock_gettime),
    ALLOW (SYS_getrandom),
#ifdef SYS_newfstatat
    ALLOW (SYS_newfstatat),
#endif
    ALLOW (SYS_fstat),
    ALLOW (SYS_mmap),
    ALLOW (SYS_munmap),
    ALLOW (SYS_restart_syscall),
    ALLOW (SYS_rt_sigreturn),
    ALLOW (SYS_exit_group),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  struct sock_fprog program = { .len = sizeof filter / sizeof *filter, .filter = filter };
  return prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
#else
  return 0; /* an architecture whose number we don't know: without rights it is all the same */
#endif
}

static int
drop_capabilities (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct none[2] = { 0 };
  for (unsigned long capability = 0; prctl (PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
    if (prctl (PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
      return -1;
  prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return (int) syscall (SYS_capset, &header, none);
}

int
names_enter_sandbox (void)
{
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || drop_capabilities () < 0)
    return -1;
  return filter_system_calls ();
}

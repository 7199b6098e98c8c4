#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "network/ports.h"

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined __riscv
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#define ALLOW(number) \
  BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static int
filter_system_calls (void)
{
#ifdef ARCHITECTURE
  static struct sock_filter filter[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, arch)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    ALLOW (SYS_recvfrom),
    ALLOW (SYS_sendto),
#ifdef SYS_epoll_wait
    ALLOW (SYS_epoll_wait),
#endif
    ALLOW (SYS_epoll_pwait),
    ALLOW (SYS_epoll_ctl),
    ALLOW (SYS_accept4),
    ALLOW (SYS_socket),
    ALLOW (SYS_bind),
    ALLOW (SYS_connect),
    ALLOW (SYS_setsockopt),
    ALLOW (SYS_getsockopt),
    ALLOW (SYS_shutdown),
    ALLOW (SYS_close),
    ALLOW (SYS_recvmsg),
    ALLOW (SYS_sendmsg),
    ALLOW (SYS_brk),
    ALLOW (SYS_mmap),
    ALLOW (SYS_mremap),
    ALLOW (SYS_munmap),
    ALLOW (SYS_madvise),
    ALLOW (SYS_getrandom),
    ALLOW (SYS_clock_nanosleep),
    ALLOW (SYS_nanosleep),
    ALLOW (SYS_restart_syscall),
    ALLOW (SYS_rt_sigreturn),
    ALLOW (SYS_exit_group),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  struct sock_fprog program = { .len = sizeof filter / sizeof *filter, .filter = filter };
  return prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
#else
  return 0; /* an architecture whose number we don't know */
#endif
}

/* Routes, and sockets that are bound to any address. */
static int
drop_other_capabilities (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct kept[2] = {
    { .effective = CAP_TO_MASK (CAP_NET_ADMIN), .permitted = CAP_TO_MASK (CAP_NET_ADMIN) },
  };
  for (unsigned long capability = 0; prctl (PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
    if (prctl (PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
      return -1;
  prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return (int) syscall (SYS_capset, &header, kept);
}

int
ports_enter_sandbox (void)
{
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || drop_other_capabilities () < 0)
    return -1;
  return filter_system_calls ();
}

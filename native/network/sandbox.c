#include "network/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined __riscv
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

/* Instructions of the longest filter. */
#define LENGTH_MAX 128

static int
drop_capabilities (uint32_t kept)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[2] = { { .effective = kept, .permitted = kept } };

  for (unsigned long capability = 0; prctl (PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
    if (prctl (PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
      return -1;
  prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return (int) syscall (SYS_capset, &header, data);
}

static int
filter_system_calls (const struct sock_filter *allowed, size_t count)
{
#ifdef ARCHITECTURE
  static const struct sock_filter begin[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, arch)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
  };
  static const struct sock_filter end = BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  const size_t first = sizeof begin / sizeof *begin;
  struct sock_filter filter[LENGTH_MAX];
  struct sock_fprog program = { .len = (unsigned short) (first + count + 1), .filter = filter };

  if (first + count + 1 > LENGTH_MAX)
    {
      errno = E2BIG;
      return -1;
    }
  memcpy (filter, begin, sizeof begin);
  memcpy (filter + first, allowed, count * sizeof *allowed);
  filter[first + count] = end;
  return prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
#else
  (void) allowed;
  (void) count;
  return 0;
#endif
}

int
enter_sandbox (uint32_t kept_capabilities, const struct sock_filter *allowed, size_t count)
{
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || drop_capabilities (kept_capabilities) < 0)
    return -1;
  return filter_system_calls (allowed, count);
}

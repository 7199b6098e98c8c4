#include "network/ports.h"
#include "network/sandbox.h"

static const struct sock_filter ALLOWED[] = {
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
};

int
ports_enter_sandbox (uint32_t kept_capabilities)
{
  return enter_sandbox (kept_capabilities, ALLOWED, sizeof ALLOWED / sizeof *ALLOWED);
}

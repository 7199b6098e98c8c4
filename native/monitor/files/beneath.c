#include "monitor/files/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPEN_ATTEMPTS 32

int
open_beneath (int root, const char *path, int flags)
{
  struct open_how how = { .flags = (unsigned) flags | O_CLOEXEC,
                          .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
  int fd = -1;
  /* EAGAIN: something was renamed on the way, and the kernel can't vouch for the walk: openat2(2) */
  for (int attempt = 0; fd < 0 && attempt < OPEN_ATTEMPTS; attempt++)
    {
      fd = (int) syscall (SYS_openat2, root, path, &how, sizeof how);
      if (fd < 0 && errno != EAGAIN && errno != EINTR)
        break;
    }
  return fd;
}

/* What a container's process notifies of: only what may pass reaches the service manager. */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/descriptor.h"
#include "fuzz/target.h"
#include "monitor/facts/notify.h"

static int
open_manager (char name[32])
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int length = snprintf (name, 32, "@tspod-fuzz-%d", (int) getpid ());
  memcpy (address.sun_path + 1, name + 1, (size_t) length - 1);
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0
      || bind (fd, (struct sockaddr *) &address,
               (socklen_t) (offsetof (struct sockaddr_un, sun_path) + (size_t) length))
             < 0)
    abort ();
  return fd;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static int manager = -1;
  static char name[32], mode[] = "container";
  char *notify[] = { mode, name, NULL }, heard[8192];
  int ends[2];
  if (manager < 0)
    manager = open_manager (name);
  if (socketpair (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0)
    abort ();
  autoclose int process = ends[0], end = ends[1];
  struct monitor m = { .plan.notify = notify, .notify_fd = end, .dir_fd = -1 };
  if (send (process, data, size, MSG_DONTWAIT) < 0)
    return 0;
  notify_pass_on (&m);
  ssize_t n = recv (manager, heard, sizeof heard - 1, 0);
  if (n < 0)
    return 0;
  heard[n] = '\0';
  if (strncmp (heard, "MAINPID=", 8) == 0 || strstr (heard, "\nMAINPID=") || strstr (heard, "\nFDSTORE"))
    abort ();
  return 0;
}

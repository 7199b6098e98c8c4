#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../common/descriptor.h"

static int
loopback_up (void)
{
  struct ifreq request = { .ifr_name = "lo" };
  autoclose int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ioctl (fd, SIOCGIFFLAGS, &request) < 0)
    return -1;
  request.ifr_flags |= IFF_UP;
  return ioctl (fd, SIOCSIFFLAGS, &request);
}

/* In a child, since the monitor must stay in the host's network, and could not go back to it: the host's belongs to another user namespace. */
static int
make_and_bind (const char *path)
{
  if (unshare (CLONE_NEWNET) < 0 || loopback_up () < 0)
    return errno;
  return mount ("/proc/self/ns/net", path, NULL, MS_BIND, NULL) < 0 ? errno : 0;
}

int
netns_make (struct monitor *m)
{
  int status;
  if (!m->plan.netns)
    return 0;
  autoclose int file = open (m->plan.netns, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (m->plan.netns_of_process)
    return file < 0 ? fail (m, "netns", errno, "%s", m->plan.netns) : 0;
  pid_t pid = file < 0 ? -1 : fork ();
  if (pid == 0)
    _exit (make_and_bind (m->plan.netns));
  if (pid < 0)
    return fail (m, "netns", errno, "%s", m->plan.netns);
  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return 0;
  return fail (m, "netns", WIFEXITED (status) ? WEXITSTATUS (status) : EIO, "%s", m->plan.netns);
}

int
netns_take (struct monitor *m)
{
  char path[64];
  umount2 (m->plan.netns, MNT_DETACH | UMOUNT_NOFOLLOW); /* of an earlier run */
  snprintf (path, sizeof path, "/proc/%d/ns/net", (int) m->process.pid);
  return mount (path, m->plan.netns, NULL, MS_BIND, NULL) < 0 ? fail (m, "netns", errno, "%s", m->plan.netns) : 0;
}

#include "monitor/network/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/descriptor.h"

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

/*
 * A child makes the namespace: the monitor must stay in the host's network, and could not go back to it,
 * since that belongs to another user namespace.
 */
static _Noreturn void
live_in_it (int made_fd, int leave_fd)
{
  char byte;
  int error = unshare (CLONE_NEWNET) < 0 || loopback_up () < 0 ? errno : 0;
  if (write (made_fd, &error, sizeof error) < 0 || read (leave_fd, &byte, 1) < 0)
    _exit (1);
  _exit (0);
}

int
netns_begin (struct monitor *m, struct netns *netns)
{
  int made[2], leave[2];
  if (!m->plan.netns || m->plan.netns_of_process)
    return 0;
  if (pipe2 (made, O_CLOEXEC) < 0)
    return fail (m, "netns", errno, "pipe");
  netns->made_fd = made[0];
  autoclose int made_end = made[1];
  if (pipe2 (leave, O_CLOEXEC) < 0)
    return fail (m, "netns", errno, "pipe");
  netns->leave_fd = leave[1];
  autoclose int leave_end = leave[0];
  netns->pid = fork ();
  if (netns->pid == 0)
    {
      close (made[0]);
      close (leave[1]);
      live_in_it (made[1], leave[0]);
    }
  return netns->pid < 0 ? fail (m, "netns", errno, "fork") : 0;
}

static int
bind_of (struct monitor *m, pid_t pid)
{
  char source[48];
  snprintf (source, sizeof source, "/proc/%d/ns/net", (int) pid);
  return mount (source, m->plan.netns, NULL, MS_BIND, NULL) < 0
             ? fail (m, "netns", errno, "%s", m->plan.netns)
             : 0;
}

/* The file has a directory of its own, as Podman's has, by whose name others know it. */
static void
make_parent (const char *path)
{
  char parent[PATH_MAX];
  const char *slash = strrchr (path, '/');
  if (slash && snprintf (parent, sizeof parent, "%.*s", (int) (slash - path), path) < (int) sizeof parent)
    mkdir (parent, 0700);
}

int
netns_bind (struct monitor *m, const struct netns *netns)
{
  int error = EIO;
  if (!m->plan.netns)
    return 0;
  make_parent (m->plan.netns);
  autoclose int file = open (m->plan.netns, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return fail (m, "netns", errno, "%s", m->plan.netns);
  if (m->plan.netns_of_process)
    return 0;
  if (read (netns->made_fd, &error, sizeof error) < 0 || error != 0)
    return fail (m, "netns", error, "%s", m->plan.netns);
  return bind_of (m, netns->pid);
}

void
netns_end (struct netns *netns)
{
  close_descriptor (&netns->made_fd);
  close_descriptor (&netns->leave_fd);
  while (netns->pid > 0 && waitpid (netns->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  netns->pid = -1;
}

int
netns_take (struct monitor *m)
{
  umount2 (m->plan.netns, MNT_DETACH | UMOUNT_NOFOLLOW); /* the namespace of an earlier run is bound there */
  return bind_of (m, m->process.pid);
}

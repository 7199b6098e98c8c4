#include "monitor/pod/sidecars.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "monitor/pod/members.h"

/* Returns the pidfd that says when a sidecar is gone; or -1, if it doesn't run. */
static int
open_sidecar (const char *directory)
{
  int fd = member_open_process (directory, "monitor");
  return fd >= 0 ? fd : member_open_process (directory, "process");
}

/* Whether one runs; DIRECTORY, of PATH_MAX bytes, and SECONDS are then those of the last. */
static bool
find_last (const struct monitor *m, char *directory, unsigned *seconds)
{
  struct members members;
  char path[PATH_MAX], note[64];
  unsigned order, last = 0, time;
  bool found = false;
  members_open (&members, m);
  while (members_next (&members, path, sizeof path))
    {
      members_read_note (&members, note, sizeof note);
      if (sscanf (note, "sidecar %u %u", &order, &time) != 2 || (found && order < last))
        continue;
      autoclose int fd = open_sidecar (path);
      if (fd < 0)
        continue;
      found = true;
      last = order;
      *seconds = time;
      memcpy (directory, path, sizeof path);
    }
  members_close (&members);
  return found;
}

int
sidecar_end_next (struct monitor *m)
{
  char directory[PATH_MAX];
  unsigned seconds;
  struct sidecar *sidecar = &m->pod.sidecar;
  if (!find_last (m, directory, &seconds))
    return -1;
  int fd = open_sidecar (directory);
  if (fd < 0)
    return -1;
  sidecar->process_fd = member_open_process (directory, "process");
  sidecar->timer_fd = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC);
  /* a time of 0 would disarm the timer */
  struct itimerspec after = { .it_value = { .tv_sec = seconds, .tv_nsec = seconds ? 0 : 1 } };
  timerfd_settime (sidecar->timer_fd, 0, &after, NULL);
  syscall (SYS_pidfd_send_signal, fd, SIGTERM, NULL, 0);
  return fd;
}

void
sidecar_kill (struct sidecar *sidecar)
{
  syscall (SYS_pidfd_send_signal, sidecar->process_fd, SIGKILL, NULL, 0);
  close_descriptor (&sidecar->timer_fd);
}

void
sidecar_forget (struct sidecar *sidecar)
{
  close_descriptor (&sidecar->process_fd);
  close_descriptor (&sidecar->timer_fd);
}

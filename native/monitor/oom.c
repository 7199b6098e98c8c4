#include "oom.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../common/descriptor.h"

/* The kernel counts in memory.events what was killed by any OOM killer in that cgroup and below. */
static uint64_t
count_kills (int fd)
{
  char text[512];
  ssize_t n = fd < 0 ? -1 : pread (fd, text, sizeof text - 1, 0);
  text[n > 0 ? n : 0] = '\0';
  char *line = strstr (text, "oom_kill ");
  return line ? strtoull (line + strlen ("oom_kill "), NULL, 10) : 0;
}

void
oom_watch (struct process *process)
{
  char path[64], groups[PATH_MAX], events[PATH_MAX + 64];
  snprintf (path, sizeof path, "/proc/%d/cgroup", (int) process->pid);
  autoclose int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read (fd, groups, sizeof groups - 1);
  if (n <= 0)
    return;
  groups[n] = '\0';
  /* the only line on a cgroup2 host; on a hybrid one its hierarchy has no memory controller, and the open fails */
  char *unified = strncmp (groups, "0::", 3) == 0 ? groups + 3 : NULL;
  if (!unified)
    return;
  snprintf (events, sizeof events, "/sys/fs/cgroup%.*s/memory.events", (int) strcspn (unified, "\n"), unified);
  process->oom_events_fd = open (events, O_RDONLY | O_CLOEXEC);
  process->oom_kills = count_kills (process->oom_events_fd);
}

bool
oom_happened (const struct process *process)
{
  return count_kills (process->oom_events_fd) > process->oom_kills;
}

#include "oom.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"

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
  char events[CGROUP_PATH_MAX];
  if (cgroup_file (process->pid, "memory.events", events) < 0)
    return;
  process->oom_events_fd = open (events, O_RDONLY | O_CLOEXEC);
  process->oom_kills = count_kills (process->oom_events_fd);
}

bool
oom_happened (const struct process *process)
{
  return count_kills (process->oom_events_fd) > process->oom_kills;
}

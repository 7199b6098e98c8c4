#include "monitor/cgroup/oom.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "monitor/cgroup/cgroup.h"

/* Reads a counter of memory.events (cgroups(7)), whose lines are `NAME VALUE`. */
static uint64_t
counter (const char *text, const char *name)
{
  size_t size = strlen (name);
  for (const char *line = text; line; line = strchr (line, '\n'))
    {
      line += *line == '\n';
      if (strncmp (line, name, size) == 0 && line[size] == ' ')
        return strtoull (line + size, NULL, 10);
    }
  return 0;
}

/* Returns -1 when the cgroup is gone. */
static int
read_events (int fd, struct oom_events *events)
{
  char text[512];
  ssize_t n = fd < 0 ? -1 : pread (fd, text, sizeof text - 1, 0);
  if (n <= 0)
    return -1;
  text[n] = '\0';
  *events = (struct oom_events) { .ooms = counter (text, "oom"), .kills = counter (text, "oom_kill") };
  return 0;
}

void
oom_watch (struct process *process)
{
  char events[CGROUP_PATH_MAX];
  if (cgroup_file (process->pid, "memory.events", events) < 0)
    return;
  process->oom_events_fd = open (events, O_RDONLY | O_CLOEXEC);
  read_events (process->oom_events_fd, &process->oom_before);
  process->oom_last = process->oom_before;
}

struct pollfd
oom_poll (const struct process *process)
{
  return (struct pollfd) { .fd = process->oom ? -1 : process->oom_events_fd, .events = POLLPRI };
}

int
oom_look (struct process *process)
{
  if (read_events (process->oom_events_fd, &process->oom_last) < 0)
    {
      close_descriptor (&process->oom_events_fd); /* otherwise poll(2) would report the error for ever */
      return -1;
    }
  if (process->oom_last.kills > process->oom_before.kills)
    process->oom = true;
  return 0;
}

void
oom_conclude (struct process *process)
{
  /* systemd removes the cgroup as soon as it is empty, perhaps before the last kill could be read there */
  if (oom_look (process) < 0 && process->signal == SIGKILL
      && process->oom_last.ooms > process->oom_before.ooms)
    process->oom = true;
}

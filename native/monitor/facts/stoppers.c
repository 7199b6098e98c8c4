#include "monitor/facts/stoppers.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/process-identity.h"

void
stoppers_add (const struct monitor *m)
{
  autoclose int fd = openat (m->dir_fd, "stoppers", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0)
    dprintf (fd, "%d %llu\n", (int) getpid (), process_start_time (getpid ()));
}

void
stoppers_forget (const struct monitor *m)
{
  unlinkat (m->dir_fd, "stoppers", 0);
}

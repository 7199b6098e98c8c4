#include "cgroup.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/descriptor.h"

int
cgroup_file (pid_t pid, const char *name, char path[CGROUP_PATH_MAX])
{
  char proc[64], groups[8192];
  snprintf (proc, sizeof proc, "/proc/%d/cgroup", (int) pid);
  autoclose int fd = open (proc, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read (fd, groups + 1, sizeof groups - 2);
  if (n <= 0)
    return -1;
  groups[0] = '\n';
  groups[n + 1] = '\0';
  /* the only line on a cgroup2 host; on a hybrid one its hierarchy may be mounted elsewhere, and has few controllers */
  char *group = strstr (groups, "\n0::/");
  if (!group)
    return -1;
  group += strlen ("\n0::");
  size_t room = CGROUP_PATH_MAX;
  int size = snprintf (path, room, "/sys/fs/cgroup%.*s/%s", (int) strcspn (group, "\n"), group, name);
  return size > 0 && (size_t) size < room ? 0 : -1;
}

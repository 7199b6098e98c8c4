#include "monitor/cgroup/cgroup.h"

#include <stdio.h>
#include <string.h>

#include "common/read-text.h"

int
cgroup_file (pid_t pid, const char *name, char path[CGROUP_PATH_MAX])
{
  char proc[64], groups[8192] = "\n";
  snprintf (proc, sizeof proc, "/proc/%d/cgroup", (int) pid);
  if (read_text (proc, groups + 1, sizeof groups - 1) <= 0)
    return -1;
  /*
   * a cgroup2 host has only this line; on a hybrid host its hierarchy may be mounted elsewhere, and has few
   * controllers
   */
  char *group = strstr (groups, "\n0::/");
  if (!group)
    return -1;
  group += strlen ("\n0::");
  size_t room = CGROUP_PATH_MAX;
  int size = snprintf (path, room, "/sys/fs/cgroup%.*s/%s", (int) strcspn (group, "\n"), group, name);
  return size > 0 && (size_t) size < room ? 0 : -1;
}

#include "freezer.h"

#include <stdio.h>
#include <string.h>

#include "cgroup.h"

bool
freezer_is_frozen (const struct process *process)
{
  char path[CGROUP_PATH_MAX], line[64];
  bool frozen = false;
  if (cgroup_file (process->pid, "cgroup.events", path) < 0)
    return false;
  FILE *file = fopen (path, "re");
  while (file && fgets (line, sizeof line, file))
    frozen |= strcmp (line, "frozen 1\n") == 0;
  if (file)
    fclose (file);
  return frozen;
}

#include "monitor/cgroup/freezer.h"

#include <stdio.h>
#include <string.h>

#include "monitor/cgroup/cgroup.h"

static bool
has_line (const struct process *process, const char *name, const char *wanted)
{
  char path[CGROUP_PATH_MAX], line[64];
  bool found = false;
  if (cgroup_file (process->pid, name, path) < 0)
    return false;
  FILE *file = fopen (path, "re");
  while (file && fgets (line, sizeof line, file))
    found |= strcmp (line, wanted) == 0;
  if (file)
    fclose (file);
  return found;
}

/*
 * True from the moment that freezing is asked for. Where a group above is frozen, only cgroup.events says
 * so.
 */
bool
freezer_is_frozen (const struct process *process)
{
  return has_line (process, "cgroup.freeze", "1\n") || has_line (process, "cgroup.events", "frozen 1\n");
}

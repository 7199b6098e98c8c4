#include "common/process-identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/read-text.h"

/* PF_EXITING of the kernel's include/linux/sched.h */
#define EXITING 4

/* Returns a field of /proc/PID/stat behind the state; 0 if there is no such process, or it has ended. */
static unsigned long long
read_field (pid_t pid, int wanted)
{
  char path[32], stat[1024];
  snprintf (path, sizeof path, "/proc/%d/stat", (int) pid);
  if (read_text (path, stat, sizeof stat) <= 0)
    return 0;

  /*
   * The command's name stands in parentheses and may hold any character, so fields are counted from the
   * last parenthesis.
   */
  const char *field = strrchr (stat, ')');
  if (!field || strlen (field) < 3 || field[2] == 'Z' || field[2] == 'X')
    return 0;
  for (int number = 2; number < wanted; number++)
    {
      field = strchr (field + 1, ' ');
      if (!field)
        return 0;
    }
  return strtoull (field + 1, NULL, 10);
}

unsigned long long
process_start_time (pid_t pid)
{
  return read_field (pid, 22);
}

bool
process_is_exiting (pid_t pid)
{
  return read_field (pid, 9) & EXITING;
}

#include "common/process-identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/read-text.h"

unsigned long long
process_start_time (pid_t pid)
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
  for (int number = 2; number < 22; number++)
    {
      field = strchr (field + 1, ' ');
      if (!field)
        return 0;
    }
  return strtoull (field + 1, NULL, 10);
}

#include "attach/interrupts.h"

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/read-text.h"

/* The pid that the status file names; 0: none. */
static int
process_of (const char *directory)
{
  char path[PATH_MAX], text[1024];
  int pid = 0;
  if ((size_t) snprintf (path, sizeof path, "%s/status", directory) >= sizeof path)
    return 0;
  read_text (path, text, sizeof text);
  const char *line = strstr (text, "\nprocess ");
  return line && sscanf (line, "\nprocess %d", &pid) == 1 ? pid : 0;
}

/* The value of a field of /proc/PID/status; NULL: there is none. */
static const char *
field (const char *status, const char *name)
{
  const char *found = strstr (status, name);
  return found ? found + strlen (name) : NULL;
}

/* Writes the name of the process's program. Returns whether it takes no notice of SIGINT. */
static bool
is_deaf (int pid, char name[64])
{
  char path[64], status[4096];
  snprintf (path, sizeof path, "/proc/%d/status", pid);
  if (pid <= 0 || read_text (path, status, sizeof status) <= 0)
    return false;
  const char *named = field (status, "Name:\t"), *caught = field (status, "\nSigCgt:\t");
  if (!named || !caught || strtoull (caught, NULL, 16) & 1ULL << (SIGINT - 1))
    return false;
  snprintf (name, 64, "%.*s", (int) strcspn (named, "\n"), named);
  return true;
}

int
interrupts_count (unsigned *count, const char *directory)
{
  char name[64];
  ++*count;
  if (*count < 2 || !is_deaf (process_of (directory), name))
    return SIGINT;
  if (*count > 2)
    return SIGKILL;
  fprintf (stderr, "\n%s (PID 1) ignores SIGINT: ctrl-C again to kill it\n", name);
  return SIGINT;
}

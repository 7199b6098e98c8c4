#include "attach/detached.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ID_LENGTH 64

void
tell_detached (const char *directory)
{
  const char *slash = strrchr (directory, '/');
  /* exec has a session of its own, to which one can't come back */
  if (slash && strlen (slash + 1) == ID_LENGTH && isatty (STDERR_FILENO))
    fprintf (stderr, "\ndetached; tspod attach %.12s\n", slash + 1);
}

#include "attach/detached.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ID_LENGTH 64

void
tell_detached (const char *directory)
{
  const char *slash = strrchr (directory, '/');
  /* that of exec is its session's, to which nothing comes back */
  if (slash && strlen (slash + 1) == ID_LENGTH && isatty (STDERR_FILENO))
    fprintf (stderr, "\ndetached; tspod attach %.12s\n", slash + 1);
}

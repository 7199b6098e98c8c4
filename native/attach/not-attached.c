#include "attach/not-attached.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "attach/exit-code.h"

/* The exit code from the monitor's last answer; -1 if there was none, since the monitor was killed. */
static int
exit_code (struct answers *answers)
{
  int code;
  return answers->fd >= 0 && sscanf (answers_next (answers), "ended %d", &code) == 1 ? code : -1;
}

_Noreturn void
not_attached (struct answers *answers, int error, bool health)
{
  int code = exit_code (answers);
  if (code >= 0)
    exit (code);
  if (error != ENOENT) /* the socket is there, but nobody listens any more */
    fputs ("Error: lost connection to the container's monitor\n", stderr);
  else if (health)
    fputs ("Error: the container ended before its health check\n", stderr);
  else
    fputs ("Error: you can only attach to running containers\n", stderr);
  exit (EXIT_TROUBLE);
}

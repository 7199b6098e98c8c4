#include "attach/held.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach/exit-code.h"

/* The exit code from the monitor's last message; -1 if there was none, since the monitor was killed. */
static int
exit_code (const struct held *held)
{
  char line[64] = "";
  size_t size = 0;
  int code;
  if (held->sync_fd < 0)
    return -1;
  if (*held->answer)
    return atoi (held->answer);
  while (size < sizeof line - 1 && !strchr (line, '\n'))
    {
      ssize_t n = read (held->sync_fd, line + size, sizeof line - 1 - size);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      size += (size_t) n;
      line[size] = '\0';
    }
  return sscanf (line, "ended %d\n", &code) == 1 ? code : -1;
}

_Noreturn void
not_attached (const struct held *held, int error, bool health)
{
  int code = exit_code (held);
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

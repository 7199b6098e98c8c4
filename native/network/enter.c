#include "network/enter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/network-holder.h"

static char **
cut_at_dashes (char **arguments)
{
  while (*arguments && strcmp (*arguments, "--") != 0)
    arguments++;
  if (!*arguments)
    return NULL;
  *arguments = NULL;
  return arguments + 1;
}

/* What it holds of the namespace's lock goes on over the exec: the holder stays as long as the command. */
int
network_enter (char **arguments)
{
  char **command = cut_at_dashes (arguments);
  if (!command || !*command || !arguments[0] || !arguments[1])
    return 125;
  struct network_holder holder = { .live_fd = atoi (arguments[0]),
                                   .directory = arguments[1],
                                   .command = arguments + 2,
                                   .users_fd = -1,
                                   .socket_fd = -1,
                                   .namespace_fd = -1 };
  if (network_holder_join (&holder) < 0 || setns (holder.namespace_fd, CLONE_NEWNET) < 0)
    {
      fprintf (stderr, "Error: joining the shared network namespace: %s\n", strerror (errno));
      return 125;
    }
  fcntl (holder.users_fd, F_SETFD, 0);
  close (holder.namespace_fd);
  close (holder.socket_fd);
  execvp (command[0], command);
  fprintf (stderr, "Error: %s: %s\n", command[0], strerror (errno));
  return errno == ENOENT ? 127 : 126;
}

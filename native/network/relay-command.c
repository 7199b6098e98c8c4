#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "network/port-address.h"
#include "network/ports.h"
#include "network/relay.h"

/* What stands between the commas of an argument. */
enum
{
  PROTOCOL,
  HOST_ADDRESS,
  HOST_PORT,
  ADDRESS,
  PORT,
  WORDS,
};

struct command
{
  int namespace;
  struct relay relays[RELAYS_MAX];
  struct port_forward *forwards;
  size_t relay_count, forward_count;
};

static int
open_forward (struct command *command, char *text)
{
  char *words[WORDS];
  size_t count = 0;
  while (count < WORDS && (words[count] = strsep (&text, ",")))
    count++;
  if (count < WORDS)
    {
      errno = EINVAL;
      return -1;
    }
  if (strcmp (words[PROTOCOL], "tcp") != 0)
    {
      if (command->relay_count < RELAYS_MAX)
        command->relay_count += relay_open (&command->relays[command->relay_count], words[PROTOCOL],
                                            words[HOST_ADDRESS], words[HOST_PORT], words[ADDRESS],
                                            words[PORT]);
      return 0;
    }
  int fd = port_listen (words[PROTOCOL], words[HOST_ADDRESS], words[HOST_PORT]);
  if (fd < 0)
    return -1;
  command->forwards[command->forward_count++] =
      (struct port_forward) { .fd = fd, .address = words[ADDRESS], .port = words[PORT] };
  return 0;
}

static _Noreturn void
serve_datagrams (struct command *command)
{
  prctl (PR_SET_NAME, "tspod-relay");
  relay_serve (command->namespace, command->relays, command->relay_count);
}

/*
 * Datagrams have a process of their own beside that of the connections. This one's end is that of its ports
 * of tcp: who waits for it may listen there.
 */
static _Noreturn void
serve (struct command *command)
{
  pid_t self = getpid (), pid = command->relay_count && command->forward_count ? fork () : -1;
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (getppid () != self)
        _exit (0);
      for (size_t i = 0; i < command->forward_count; i++)
        close (command->forwards[i].fd);
      serve_datagrams (command);
    }
  if (!command->forward_count)
    serve_datagrams (command);
  prctl (PR_SET_NAME, "tspod-ports");
  ports_serve_own (command->namespace, command->forwards, command->forward_count);
}

int
relay_command (char **arguments)
{
  static struct command command;
  size_t count = 0;
  while (arguments[count])
    count++;
  command.forwards = calloc (count, sizeof *command.forwards);
  command.namespace = open (arguments[0], O_RDONLY | O_CLOEXEC);
  if (!command.forwards || command.namespace < 0)
    {
      fprintf (stderr, "-1 %s: %s\n", arguments[0], strerror (errno));
      return 1;
    }
  allow_all_descriptors ();
  for (char **text = arguments + 1; *text; text++)
    if (open_forward (&command, *text) < 0)
      {
        fprintf (stderr, "%zu %s\n", command.forward_count, strerror (errno));
        return 1;
      }
  if (setsid () < 0 || (!command.relay_count && !command.forward_count))
    return 0;
  for (int fd = 0; fd < 3; fd++)
    close (fd);
  serve (&command);
}

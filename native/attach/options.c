#include "attach/options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach/exit-code.h"

static int
parse_hex (struct options *options, const char *hex)
{
  size_t length = strlen (hex);
  unsigned byte;
  if (length % 2 || length / 2 > DETACH_KEYS_MAX)
    return -1;
  for (size_t i = 0; i < length / 2; i++)
    {
      if (!isxdigit ((unsigned char) hex[2 * i]) || sscanf (hex + 2 * i, "%2x", &byte) != 1)
        return -1;
      options->detach_keys[i] = (unsigned char) byte;
    }
  options->detach_size = length / 2;
  return 0;
}

static int
take_failed_command (struct options *options, int argc, char **argv)
{
  if (argc == 0)
    return -1;
  options->starting.failed_command = calloc ((size_t) argc + 2, sizeof *options->starting.failed_command);
  if (!options->starting.failed_command)
    return -1;
  memcpy (options->starting.failed_command, argv, (size_t) argc * sizeof *argv);
  return 0;
}

int
parse_options (struct options *options, int argc, char **argv)
{
  int i = 1;
  bool starting = false;
  *options = (struct options) {
    .stdout_wanted = true, .stderr_wanted = true, .answers.fd = -1, .starting.lock_fd = -1
  };
  for (; i < argc && argv[i][0] == '-'; i++)
    if (strcmp (argv[i], "--tty") == 0)
      options->tty = true;
    else if (strcmp (argv[i], "--stdin") == 0)
      options->stdin_wanted = true;
    else if (strcmp (argv[i], "--no-stdout") == 0)
      options->stdout_wanted = false;
    else if (strcmp (argv[i], "--no-stderr") == 0)
      options->stderr_wanted = false;
    else if (strcmp (argv[i], "--sig-proxy") == 0)
      options->sig_proxy = true;
    else if (strcmp (argv[i], "--tell-attached") == 0)
      options->tells_when_attached = true;
    else if (strcmp (argv[i], "--rm") == 0)
      options->stop_on_broken_output = true;
    else if (strcmp (argv[i], "--stop-seconds") == 0 && i + 1 < argc)
      options->stop_seconds = strtoul (argv[++i], NULL, 10);
    else if (strcmp (argv[i], "--healthcheck") == 0 && i + 1 < argc)
      options->health_timeout = argv[++i];
    else if (strcmp (argv[i], "--starting") == 0 && i + 2 < argc)
      {
        starting = true;
        options->answers.fd = atoi (argv[++i]);
        options->starting.lock_fd = atoi (argv[++i]);
      }
    else if (strcmp (argv[i], "--detach-keys") != 0 || ++i == argc || parse_hex (options, argv[i]) < 0)
      return -1;
  if (i == argc)
    return -1;
  options->directory = argv[i++];
  if (starting)
    return take_failed_command (options, argc - i, argv + i);
  return i == argc ? 0 : -1;
}

int
print_usage (void)
{
  fputs ("usage: tspod-attach [--tty] [--stdin] [--no-stdout] [--no-stderr] [--detach-keys HEX]"
         " [--sig-proxy] [--rm] [--stop-seconds N] [--tell-attached] [--healthcheck TIMEOUT]"
         " DIR | --starting SYNC-FD LOCK-FD DIR FAILED-COMMAND...\n",
         stderr);
  return EXIT_TROUBLE;
}

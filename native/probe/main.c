/*
 * tspod-probe PID-FILE HOST PORT tcp
 * tspod-probe PID-FILE HOST PORT http PATH HEADERS
 * tspod-probe PID-FILE HOST PORT grpc SERVICE
 * tspod-probe PID-FILE HOST PORT exec PROGRAM ARGUMENT...
 *
 * An empty HOST is the container's own address. `exec` is for what is too much for C (TLS): the program gets
 * the address and the port as its last two arguments.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/probe.h"

enum
{
  PID_FILE = 1,
  HOST,
  PORT,
  KIND,
  FIRST,
  SECOND,
};

int
failed (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
  fflush (stdout);
  return PROBE_FAILED;
}

static int
become (char **words, int count, const char *host, const char *port)
{
  char **argv = calloc ((size_t) count + 3, sizeof *argv);
  if (!argv)
    return failed ("out of memory");
  memcpy (argv, words, (size_t) count * sizeof *argv);
  argv[count] = strdup (host);
  argv[count + 1] = strdup (port);
  execv (argv[0], argv);
  return failed ("%s: %s", argv[0], strerror (errno));
}

int
main (int argc, char **argv)
{
  char own[ADDRESS_SIZE];
  if (argc <= KIND)
    return failed ("tspod-probe is called by tspod's monitor");
  signal (SIGPIPE, SIG_IGN);
  if (join_network (argv[PID_FILE]) < 0)
    return failed ("joining the container's network: %s", strerror (errno));
  own_address (own);
  const char *kind = argv[KIND], *host = *argv[HOST] ? argv[HOST] : own, *port = argv[PORT];
  if (strcmp (kind, "exec") == 0 && argc > FIRST)
    return become (argv + FIRST, argc - FIRST, host, port);
  int fd = dial (host, port);
  if (fd < 0)
    return PROBE_FAILED;
  if (strcmp (kind, "tcp") == 0)
    return PROBE_PASSED;
  if (strcmp (kind, "http") == 0 && argc > SECOND)
    return probe_http (fd, host, port, argv[FIRST], argv[SECOND]);
  if (strcmp (kind, "grpc") == 0 && argc > FIRST)
    return probe_grpc (fd, host, port, argv[FIRST]);
  return failed ("unknown probe \"%s\"", kind);
}

/*
 * tspod-visitor DIR COUNT CHECKS - comes COUNT times to the monitor of DIR (protocol.h, section 2), whose
 * process is `cat` with a terminal. Each time it attaches, changes the window's size, and has a line come
 * back; the first CHECKS times it asks for a health check as well, and awaits its result.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "attach-protocol.h"
#include "common/descriptor.h"
#include "common/unix-socket.h"

#define SILENCE_SECONDS 30

static _Noreturn void
die (const char *what)
{
  fprintf (stderr, "tspod-visitor: %s: %s\n", what, strerror (errno));
  exit (1);
}

static void
say (int fd, char type, const void *payload, size_t size)
{
  char packet[64] = { type };
  if (size)
    memcpy (packet + 1, payload, size);
  if (send (fd, packet, 1 + size, MSG_NOSIGNAL) < 0)
    die ("send");
}

/* Until a packet of that type came that holds TEXT. */
static void
await (int fd, char type, const char *text)
{
  static char packet[1 + ATTACH_PAYLOAD_MAX + 1];
  for (;;)
    {
      ssize_t n = recv (fd, packet, sizeof packet - 1, 0);
      if (n == 0)
        errno = ECONNRESET;
      if (n <= 0)
        die (text);
      packet[n] = '\0';
      if (packet[0] == type && strstr (packet + 1, text))
        return;
    }
}

static void
visit (int directory, int number, bool check)
{
  const struct timeval silence = { .tv_sec = SILENCE_SECONDS };
  const unsigned char size[] = { 0, (unsigned char) (20 + number % 50), 0,
                                 (unsigned char) (60 + number % 90) };
  char line[32];
  autoclose int fd = connect_at (directory, "attach", SOCK_SEQPACKET);
  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence) < 0)
    die ("attach");
  say (fd, MSG_WINDOW, size, sizeof size);
  int length = snprintf (line, sizeof line, "visit %d.\n", number);
  say (fd, MSG_STDIN, line, (size_t) length);
  line[length - 1] = '\0';
  await (fd, MSG_STDOUT, line);
  if (!check)
    return;
  say (fd, MSG_HEALTH, NULL, 0);
  await (fd, MSG_HEALTH, "");
}

int
main (int argc, char **argv)
{
  if (argc != 4)
    return 2;
  autoclose int directory = open (argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0)
    die (argv[1]);
  int count = atoi (argv[2]), checks = atoi (argv[3]);
  for (int number = 0; number < count; number++)
    visit (directory, number, number < checks);
  return 0;
}

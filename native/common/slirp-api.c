#include "common/slirp-api.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/unix-socket.h"

#define TRIES 500
#define PAUSE_US 2000
#define ANSWER_SECONDS 10

static int
connect_patiently (int directory, const char *path)
{
  for (int tries = 0; tries < TRIES; tries++)
    {
      int fd = directory == AT_FDCWD ? connect_to (path, SOCK_STREAM)
                                     : connect_at (directory, path, SOCK_STREAM);
      if (fd >= 0 || (errno != ENOENT && errno != ECONNREFUSED))
        return fd;
      usleep (PAUSE_US);
    }
  return -1;
}

/* Each request has a connection of its own, as the API asks. */
int
slirp_ask (int directory, const char *path, const char *request, char *answer, size_t size)
{
  const struct timeval limit = { .tv_sec = ANSWER_SECONDS };
  size_t used = 0;
  ssize_t n;
  autoclose int fd = connect_patiently (directory, path);
  *answer = '\0';
  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0)
    return -1;
  if (send (fd, request, strlen (request), MSG_NOSIGNAL) != (ssize_t) strlen (request)
      || shutdown (fd, SHUT_WR) < 0)
    return -1;
  while (used < size - 1 && (n = recv (fd, answer + used, size - 1 - used, 0)) != 0)
    {
      if (n < 0)
        return -1;
      used += (size_t) n;
      answer[used] = '\0';
    }
  return 0;
}

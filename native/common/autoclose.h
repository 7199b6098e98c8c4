/* autoclose.h - a descriptor that is closed when its variable goes out of scope */
#ifndef TSPOD_AUTOCLOSE_H
#define TSPOD_AUTOCLOSE_H

#include <errno.h>
#include <unistd.h>

#define autoclose __attribute__ ((cleanup (close_fd)))

static inline void
close_fd (int *fd)
{
  int saved = errno; /* runs after `return -1`: keep the errno that the caller will read */

  if (*fd >= 0)
    close (*fd);
  errno = saved;
}

/* Hands the descriptor over to the caller. */
static inline int
take_fd (int *fd)
{
  int taken = *fd;

  *fd = -1;
  return taken;
}

#endif

/*
 * descriptor.h - ownership of file descriptors and memory: they are released on every way out of a block,
 * unless they are taken.
 */
#ifndef TSPOD_DESCRIPTOR_H
#define TSPOD_DESCRIPTOR_H

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define autoclose __attribute__ ((cleanup (close_descriptor)))
#define autofree __attribute__ ((cleanup (free_pointer)))

/*
 * Closes *fd if it is open, and marks it closed. Keeps errno, since it runs after `return -1`, and the
 * caller will read errno.
 */
static inline void
close_descriptor (int *fd)
{
  int saved = errno;
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
  errno = saved;
}

static inline void
free_pointer (void *pointer)
{
  int saved = errno;
  free (*(void **) pointer);
  errno = saved;
}

/* Hands the descriptor on: the variable owns it no longer. */
static inline int
take_fd (int *fd)
{
  int taken = *fd;
  *fd = -1;
  return taken;
}

#endif

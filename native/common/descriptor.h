/*
 * descriptor.h - ownership of file descriptors and memory: they are released on every way out of a block,
 * unless they are taken. And how many there may be.
 */
#ifndef TSPOD_DESCRIPTOR_H
#define TSPOD_DESCRIPTOR_H

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
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

/* For a process that has one for each port and client: as many as it may have at all. */
static inline void
allow_all_descriptors (void)
{
  struct rlimit files;
  if (getrlimit (RLIMIT_NOFILE, &files) < 0)
    return;
  files.rlim_cur = files.rlim_max;
  setrlimit (RLIMIT_NOFILE, &files);
}

#endif

/* target.h - what all targets have: the function that libFuzzer calls, and the input as a file. */
#ifndef TSPOD_FUZZ_TARGET_H
#define TSPOD_FUZZ_TARGET_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Gives the reader one input. What is wrong with the reader ends the program. Returns 0. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A file in memory with that content, to be read from its start. */
static inline int
file_with (const uint8_t *data, size_t size)
{
  int fd = memfd_create ("input", MFD_CLOEXEC);
  if (fd < 0 || write (fd, data, size) != (ssize_t) size || lseek (fd, 0, SEEK_SET) < 0)
    abort ();
  return fd;
}

/* The path by which such a file is opened again. */
static inline void
path_of (int fd, char path[32])
{
  snprintf (path, 32, "/proc/self/fd/%d", fd);
}

#endif

/* seconds.h - whole seconds of the monotonic clock. */
#ifndef TSPOD_SECONDS_H
#define TSPOD_SECONDS_H

#include <time.h>

static inline time_t
seconds_now (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

#endif

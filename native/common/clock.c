#include "common/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct timespec
clock_now (void)
{
  struct timespec now;
  clock_gettime (CLOCK_REALTIME, &now);
  return now;
}

int64_t
clock_monotonic_ms (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_left (int64_t time)
{
  int64_t left = time - clock_monotonic_ms ();
  return left > 0 ? left : 0;
}

void
clock_format (char text[TIMESTAMP_SIZE], struct timespec time)
{
  struct tm tm;
  char date[20], line[80];
  localtime_r (&time.tv_sec, &tm);
  strftime (date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
  long minutes = labs (tm.tm_gmtoff) / 60;
  snprintf (line, sizeof line, "%s.%09ld%c%02ld:%02ld", date, time.tv_nsec, tm.tm_gmtoff < 0 ? '-' : '+',
            minutes / 60, minutes % 60);
  memcpy (text, line, TIMESTAMP_SIZE - 1);
  text[TIMESTAMP_SIZE - 1] = '\0';
}

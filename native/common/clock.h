/* clock.h - points in time as the monitor's files have them. */
#ifndef TSPOD_CLOCK_H
#define TSPOD_CLOCK_H

#include <stdint.h>
#include <time.h>

#define TIMESTAMP_SIZE 36 /* "2006-01-02T15:04:05.000000000-07:00" and its NUL */

struct timespec clock_now (void);

/* Returns milliseconds of a clock that never jumps. */
int64_t clock_monotonic_ms (void);

/* Returns milliseconds until that time of the same clock; 0: it has come. */
int64_t clock_left (int64_t time);

/* Writes the time as RFC 3339 has it, always with nine digits of nanoseconds and the local offset. */
void clock_format (char text[TIMESTAMP_SIZE], struct timespec time);

#endif

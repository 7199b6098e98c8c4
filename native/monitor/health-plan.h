/*
 * health-plan.h - the words of the plan's `health` and `health-startup`, by their places (../protocol.h,
 * section 2).
 */
#ifndef TSPOD_HEALTH_PLAN_H
#define TSPOD_HEALTH_PLAN_H

#include <stdint.h>

/* Of `health`. */
enum health_word
{
  INTERVAL_MS,
  TIMEOUT_MS,
  START_PERIOD_MS,
  RETRIES,
  ACTION,
  RESULTS_FILE,
  PID_FILE,
  STOP_SIGNAL,
  STOP_SECONDS,
};

/* Of `health-startup`. */
enum startup_word
{
  STARTUP_INTERVAL_MS,
  STARTUP_TIMEOUT_MS,
  STARTUP_RETRIES,
  STARTUP_SUCCESSES,
};

/* The word as a number. Milliseconds of some weeks need more than 32 bits. */
int64_t health_number (char *const *words, int word);

#endif

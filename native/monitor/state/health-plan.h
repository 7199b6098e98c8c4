/*
 * health-plan.h - the places of words in the plan's `health`, `health-startup`, `health-times` and `ready`
 * (../protocol.h, section 2).
 */
#ifndef TSPOD_HEALTH_PLAN_H
#define TSPOD_HEALTH_PLAN_H

#include <stdint.h>

/* Words of `health`. Times are in ms, but for CHECK_SECONDS. */
enum health_word
{
  CHECK_INTERVAL,
  CHECK_TIMEOUT,
  CHECK_START_PERIOD,
  CHECK_RETRIES,
  CHECK_ACTION,
  CHECK_RESULTS,
  CHECK_PID_FILE,
  CHECK_SIGNAL,
  CHECK_SECONDS,
  CHECK_COUNT,
  CHECK_SIZE,
  CHECK_LOG,
};

/* Words of `health-startup`. Times are in ms. */
enum startup_word
{
  STARTUP_INTERVAL,
  STARTUP_TIMEOUT,
  STARTUP_RETRIES,
  STARTUP_SUCCESSES,
};

/* Words of `health-times`, in ms. */
enum times_word
{
  TIMES_DELAY,
  TIMES_STARTUP_DELAY,
  TIMES_PAUSE,
  TIMES_LONGEST,
  TIMES_GOOD_RUN,
};

/* Words of `ready`. Times are in ms. */
enum ready_word
{
  READY_DELAY,
  READY_INTERVAL,
  READY_TIMEOUT,
  READY_FAILURES,
  READY_SUCCESSES,
  READY_RESULTS,
  READY_PID_FILE,
};

/* Returns the word as a number: milliseconds of some weeks need more than 32 bits. */
int64_t health_number (char *const *words, int word);

#endif

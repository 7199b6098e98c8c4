#include "health-startup.h"

#include <stdlib.h>

enum startup_argument
{
  STARTUP_INTERVAL_MS,
  STARTUP_TIMEOUT_MS,
  STARTUP_RETRIES,
  STARTUP_SUCCESSES,
};

static unsigned
startup_number (const struct monitor *m, enum startup_argument argument)
{
  return (unsigned) strtoul (m->plan.health_startup[argument], NULL, 10);
}

bool
startup_is_under_way (const struct monitor *m)
{
  return m->plan.health_startup && !m->health.started_up;
}

int64_t
startup_interval (const struct monitor *m)
{
  return startup_number (m, STARTUP_INTERVAL_MS);
}

int64_t
startup_time_limit (const struct monitor *m)
{
  return startup_number (m, STARTUP_TIMEOUT_MS);
}

bool
startup_judge (struct monitor *m, int code)
{
  struct health *health = &m->health;
  if (!startup_is_under_way (m))
    return false;
  health->startup_successes = code ? 0 : health->startup_successes + 1;
  health->startup_failures = code ? health->startup_failures + 1 : 0;
  health->started_up = code == 0 && health->startup_successes >= startup_number (m, STARTUP_SUCCESSES);
  return true;
}

bool
startup_has_failed (const struct monitor *m)
{
  return startup_is_under_way (m) && startup_number (m, STARTUP_RETRIES) && m->health.startup_failures >= startup_number (m, STARTUP_RETRIES);
}

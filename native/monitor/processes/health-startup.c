#include "monitor/processes/health-startup.h"

#include "monitor/state/health-plan.h"

static int64_t
number (const struct monitor *m, enum startup_word word)
{
  return health_number (m->plan.health_startup, word);
}

bool
startup_is_under_way (const struct monitor *m)
{
  return m->plan.health_startup && !m->health.started_up;
}

int64_t
startup_interval (const struct monitor *m)
{
  return number (m, STARTUP_INTERVAL);
}

int64_t
startup_time_limit (const struct monitor *m)
{
  return number (m, STARTUP_TIMEOUT);
}

bool
startup_judge (struct monitor *m, int code)
{
  struct health *health = &m->health;
  if (!startup_is_under_way (m))
    return false;
  health->startup_successes = code ? 0 : health->startup_successes + 1;
  health->startup_failures = code ? health->startup_failures + 1 : 0;
  health->started_up = code == 0 && health->startup_successes >= number (m, STARTUP_SUCCESSES);
  return true;
}

bool
startup_has_failed (const struct monitor *m)
{
  if (!startup_is_under_way (m))
    return false;
  int64_t retries = number (m, STARTUP_RETRIES);
  return retries && m->health.startup_failures >= retries;
}

#include "monitor/processes/health-judge.h"

#include "monitor/facts/notify.h"
#include "monitor/processes/health-startup.h"
#include "monitor/state/health-plan.h"

static int64_t
number (const struct monitor *m, enum health_word word)
{
  return health_number (m->plan.health, word);
}

static bool
in_start_period (const struct monitor *m)
{
  const struct timespec *started = &m->process.started, *begun = &m->health.check.begun;
  return ((int64_t) begun->tv_sec - started->tv_sec) * 1000 + (begun->tv_nsec - started->tv_nsec) / 1000000
         < number (m, CHECK_START_PERIOD);
}

void
health_judge (struct monitor *m, int code)
{
  struct health *health = &m->health;
  bool startup = startup_judge (m, code);
  if (code == 0)
    {
      if (health->state != HEALTH_GOOD)
        notify_healthy (m);
      health->state = HEALTH_GOOD;
      health->streak = 0;
    }
  else if (!startup && !in_start_period (m) && ++health->streak >= (unsigned) number (m, CHECK_RETRIES))
    health->state = HEALTH_BAD;
}

#include "monitor/processes/health-change.h"

#include <string.h>

#include "common/clock.h"
#include "monitor/processes/health.h"

static bool
same_words (char *const *a, char *const *b)
{
  if (!a || !b)
    return a == b;
  while (*a && *b && strcmp (*a, *b) == 0)
    {
      a++;
      b++;
    }
  return !*a && !*b;
}

void
health_changed (struct monitor *m, const struct plan *before)
{
  struct health *health = &m->health;
  const struct plan *now = &m->plan;
  if (m->process.ended || !m->process.pid)
    return;
  if (!now->health)
    health->next_at = 0;
  else if (!before->health)
    health_begin (m);
  else if (!same_words (before->health, now->health)
           || !same_words (before->health_startup, now->health_startup))
    health->next_at = health_interval (m) ? clock_monotonic_ms () : 0;
  /* a startup check that is new is for the runs to come */
  if (!before->health_startup)
    health->started_up = true;
}

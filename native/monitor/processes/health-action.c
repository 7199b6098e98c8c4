#include "monitor/processes/health-action.h"

#include <signal.h>
#include <string.h>

#include "common/clock.h"
#include "monitor/facts/stoppers.h"
#include "monitor/processes/process.h"
#include "monitor/state/health-plan.h"

static int64_t
number (const struct monitor *m, enum health_word word)
{
  return health_number (m->plan.health, word);
}

static bool
action_is (const struct monitor *m, const char *action)
{
  return strcmp (m->plan.health[CHECK_ACTION], action) == 0;
}

/* Brings the container to its end; whether it runs again is restart()'s to decide. */
static void
stop_process (struct monitor *m, int64_t seconds)
{
  int signal = seconds ? (int) number (m, CHECK_SIGNAL) : SIGKILL;
  m->health.next_at = 0;
  m->health.kill_at = seconds ? clock_monotonic_ms () + seconds * 1000 : 0;
  stoppers_add (m);
  process_signal (&m->process, signal);
}

void
health_run_anew (struct monitor *m)
{
  if (m->restart.leaving || m->restart.forced)
    return;
  m->restart.forced = true;
  stop_process (m, number (m, CHECK_SECONDS));
}

void
health_take_action (struct monitor *m)
{
  if (action_is (m, "none") || m->restart.leaving || m->restart.forced)
    return;
  m->restart.forced = action_is (m, "restart");
  m->restart.leaving = !m->restart.forced;
  stop_process (m, action_is (m, "kill") ? 0 : number (m, CHECK_SECONDS));
}

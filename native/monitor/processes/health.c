#include "monitor/processes/health.h"

#include <signal.h>

#include "attach-protocol.h"
#include "common/clock.h"
#include "monitor/facts/events.h"
#include "monitor/facts/health-results.h"
#include "monitor/processes/check.h"
#include "monitor/processes/health-action.h"
#include "monitor/processes/health-judge.h"
#include "monitor/processes/health-startup.h"
#include "monitor/processes/process.h"
#include "monitor/state/health-plan.h"

static int64_t
number (const struct monitor *m, enum health_word word)
{
  return health_number (m->plan.health, word);
}

int64_t
health_interval (const struct monitor *m)
{
  return startup_is_under_way (m) ? startup_interval (m) : number (m, CHECK_INTERVAL);
}

static int64_t
time_limit (const struct monitor *m)
{
  return startup_is_under_way (m) ? startup_time_limit (m) : number (m, CHECK_TIMEOUT);
}

/* Returns milliseconds from the start to the first check. */
static int64_t
first_delay (const struct monitor *m)
{
  if (!m->plan.health_times)
    return 0;
  return health_number (m->plan.health_times, startup_is_under_way (m) ? TIMES_STARTUP_DELAY : TIMES_DELAY);
}

void
health_begin (struct monitor *m)
{
  struct health *health = &m->health;
  if (!m->plan.health)
    return;
  health->state = HEALTH_STARTING;
  health->streak = 0;
  health->kill_at = 0;
  health->started_up = false;
  health->startup_failures = health->startup_successes = 0;
  health->next_at = health_interval (m) ? clock_monotonic_ms () + first_delay (m) : 0;
  health_write_results (m);
}

bool
health_check_now (struct monitor *m)
{
  struct health *health = &m->health;
  if (health->check.pid)
    return true;
  if (!m->plan.health)
    return false;
  struct check_request request = { .argv = startup_is_under_way (m) ? m->plan.health_startup_command
                                                                    : m->plan.health_command,
                                   .pid_file = m->plan.health[CHECK_PID_FILE],
                                   .limit = time_limit (m),
                                   .room = health_output_room (m) };
  return check_begin (m, &health->check, &request);
}

static void
note_result (struct monitor *m, int code)
{
  struct health *health = &m->health;
  health_keep_result (m, code);
  health_write_results (m);
  event_append (m, "health_status");
  health->code = code;
  health->news = true;
}

/* As podman: a check that the container's end has cut off says nothing of its health. */
static void
note_stopped (struct monitor *m)
{
  m->health.state = HEALTH_STOPPED;
  note_result (m, 1);
}

void
health_reaped (struct monitor *m, pid_t pid, int status)
{
  int code;
  struct health *health = &m->health;
  const char *pid_file = m->plan.health ? m->plan.health[CHECK_PID_FILE] : "";
  enum check_end end = check_reaped (m, &health->check, pid_file, pid, status, &code);
  if (end == CHECK_RUNS || !m->plan.health)
    return;
  if (end == CHECK_IS_OVER && code != 0)
    note_stopped (m);
  if (end == CHECK_REFUSED) /* a client that asked for the check waits as well */
    health->next_at = clock_monotonic_ms () + FROZEN_MS;
  if (end != CHECK_ENDED)
    return;
  health_judge (m, code);
  note_result (m, code);
  health->next_at = health_interval (m) ? clock_monotonic_ms () + health_interval (m) : 0;
  if (startup_has_failed (m))
    health_run_anew (m);
  else if (health->state == HEALTH_BAD)
    health_take_action (m);
}

int
health_answer (const struct monitor *m)
{
  const struct health *health = &m->health;
  if (health->state == HEALTH_STOPPED)
    return HEALTH_IS_STOPPED;
  return health->code == 1 && startup_is_under_way (m) ? HEALTH_IS_STARTING : health->code;
}

void
health_act (struct monitor *m)
{
  struct health *health = &m->health;
  int64_t now = clock_monotonic_ms ();
  if (!m->plan.health || m->process.ended)
    return;
  if (health->kill_at && now >= health->kill_at)
    {
      health->kill_at = 0;
      process_signal (&m->process, SIGKILL);
    }
  check_enforce (m, &health->check, m->plan.health[CHECK_PID_FILE], time_limit (m));
  if (!health->check.pid && health->next_at && now >= health->next_at && !health_check_now (m))
    health->next_at = now + FROZEN_MS;
}

int64_t
health_due (const struct monitor *m)
{
  const struct health *health = &m->health;
  int64_t at = health->check.pid ? health->check.deadline : health->next_at;
  if (!m->plan.health || m->process.ended)
    return -1;
  if (health->kill_at && (!at || health->kill_at < at))
    at = health->kill_at;
  return at ? clock_left (at) : -1;
}

void
health_end (struct monitor *m)
{
  if (!m->health.check.pid)
    return;
  check_end (&m->health.check);
  if (m->plan.health)
    note_stopped (m);
}

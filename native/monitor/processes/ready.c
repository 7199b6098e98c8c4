#include "monitor/processes/ready.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "monitor/facts/status.h"
#include "monitor/processes/check.h"
#include "monitor/processes/health-startup.h"
#include "monitor/state/health-plan.h"

static int64_t
number (const struct monitor *m, enum ready_word word)
{
  return health_number (m->plan.ready, word);
}

static void
write_results (const struct monitor *m)
{
  char text[32];
  const char *path = m->plan.ready[READY_RESULTS];
  int size = snprintf (text, sizeof text, "ready %d\n", m->ready.is_ready);
  if (status_write_file (path, text, (size_t) size) < 0)
    warn_and_go_on (m, "writing %s", path);
}

void
ready_begin (struct monitor *m)
{
  struct ready *ready = &m->ready;
  if (!m->plan.ready)
    return;
  ready->is_ready = false;
  ready->failures = ready->successes = 0;
  ready->next_at = 0;
  write_results (m);
}

void
ready_act (struct monitor *m)
{
  struct ready *ready = &m->ready;
  if (!m->plan.ready || m->process.ended || startup_is_under_way (m))
    return;
  int64_t now = clock_monotonic_ms ();
  if (!ready->next_at)
    ready->next_at = now + number (m, READY_DELAY);
  check_enforce (m, &ready->check, m->plan.ready[READY_PID_FILE], number (m, READY_TIMEOUT));
  if (ready->check.pid || now < ready->next_at)
    return;
  ready->next_at = now + number (m, READY_INTERVAL);
  struct check_request request = { .argv = m->plan.ready_command,
                                   .pid_file = m->plan.ready[READY_PID_FILE],
                                   .limit = number (m, READY_TIMEOUT),
                                   .room = CHECK_OUTPUT };
  if (!check_begin (m, &ready->check, &request))
    ready->next_at = now + FROZEN_MS;
}

int64_t
ready_due (const struct monitor *m)
{
  const struct ready *ready = &m->ready;
  if (!m->plan.ready || m->process.ended || startup_is_under_way (m))
    return -1;
  return clock_left (ready->check.pid ? ready->check.deadline : ready->next_at);
}

void
ready_reaped (struct monitor *m, pid_t pid, int status)
{
  int code;
  struct ready *ready = &m->ready;
  if (!m->plan.ready)
    return;
  const char *pid_file = m->plan.ready[READY_PID_FILE];
  if (check_reaped (m, &ready->check, pid_file, pid, status, &code) != CHECK_ENDED)
    return;
  bool before = ready->is_ready;
  ready->successes = code ? 0 : ready->successes + 1;
  ready->failures = code ? ready->failures + 1 : 0;
  if (ready->successes >= number (m, READY_SUCCESSES))
    ready->is_ready = true;
  if (ready->failures >= number (m, READY_FAILURES))
    ready->is_ready = false;
  if (ready->is_ready != before)
    write_results (m);
}

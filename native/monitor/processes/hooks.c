#include "monitor/processes/hooks.h"

#include <signal.h>
#include <stdint.h>

#include "monitor/processes/check.h"
#include "monitor/processes/process.h"

/* Kubernetes gives a hook no limit. A year, so that sums with the clock don't overflow. */
#define NO_LIMIT_MS (365 * INT64_C (86400000))

void
hooks_begin (struct monitor *m)
{
  char **hook = m->plan.post_start;
  if (!hook)
    return;
  struct check_request request = {
    .argv = hook + 1, .pid_file = hook[0], .limit = NO_LIMIT_MS, .room = CHECK_OUTPUT
  };
  if (!check_begin (m, &m->hooks.post_start, &request))
    warn_and_go_on (m, "the hook after the start can't be run: %s", hook[1]);
}

void
hooks_reaped (struct monitor *m, pid_t pid, int status)
{
  int code;
  struct check *check = &m->hooks.post_start;
  char **hook = m->plan.post_start;
  if (!hook || check_reaped (m, check, hook[0], pid, status, &code) != CHECK_ENDED || code == 0)
    return;
  warn_and_go_on (m, "the hook after the start has failed, so the container is killed: %.*s",
                  (int) check->used, check->output);
  process_signal (&m->process, SIGKILL);
}

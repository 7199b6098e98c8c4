#include "monitor/cgroup/scope.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "common/read-text.h"
#include "common/systemd-scope.h"
#include "monitor/facts/report.h"

#define AWAIT_MS 3000
#define LOOK_EVERY_US 1000

/* The plan's `scope NAME SLICE SOCKET`. */
enum
{
  NAME,
  SLICE,
  SOCKET,
};

/*
 * Collects this process and those that it has started which live as long: in the group of the monitor's
 * caller they would end with that group.
 */
static int
ask (struct monitor *m)
{
  char *const *scope = m->plan.scope;
  size_t count = 0;
  autofree pid_t *pids = calloc (2 + m->helper_count, sizeof *pids);
  if (!pids)
    return -1;
  pids[count++] = getpid ();
  if (m->network.pid)
    pids[count++] = m->network.pid;
  for (size_t i = 0; i < m->helper_count; i++)
    pids[count++] = m->helpers[i];
  return systemd_scope_ask (&(struct systemd_scope) {
      .manager = scope[SOCKET], .name = scope[NAME], .slice = scope[SLICE], .pids = pids, .count = count });
}

void
scope_ask (struct monitor *m)
{
  if (!m->plan.scope || m->scope_asked)
    return;
  m->scope_asked = true;
  if (ask (m) < 0)
    warn_and_go_on (m, "asking systemd for a scope");
}

static bool
is_in_scope (const char *name)
{
  char groups[4096];
  read_text ("/proc/self/cgroup", groups, sizeof groups);
  return strstr (groups, name);
}

void
scope_await (struct monitor *m)
{
  int64_t deadline = clock_monotonic_ms () + AWAIT_MS;
  /*
   * systemd reports a finished job only to clients that have subscribed, and subscribing takes longer than
   * the job
   */
  while (m->plan.scope && !is_in_scope (m->plan.scope[NAME]))
    {
      if (clock_monotonic_ms () > deadline)
        {
          errno = ETIMEDOUT;
          warn_and_go_on (m, "waiting for the scope");
          return;
        }
      usleep (LOOK_EVERY_US);
    }
}

#include "scope.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/read-text.h"
#include "../common/systemd-scope.h"
#include "clock.h"
#include "report.h"

#define AWAIT_MS 3000
#define LOOK_EVERY_US 1000

/* The plan's `scope NAME SLICE SOCKET`. */
enum
{
  NAME,
  SLICE,
  SOCKET,
};

static int
ask (char *const *scope)
{
  return systemd_scope_ask (&(struct systemd_scope) { .manager = scope[SOCKET], .name = scope[NAME], .slice = scope[SLICE] });
}

void
scope_ask (struct monitor *m)
{
  if (m->plan.scope && ask (m->plan.scope) < 0)
    warn_and_go_on (m, "asking systemd for a scope");
}

static bool
is_in_scope (const char *name)
{
  char groups[4096];
  read_text ("/proc/self/cgroup", groups, sizeof groups);
  return strstr (groups, name) != NULL;
}

void
scope_await (struct monitor *m)
{
  int64_t deadline = clock_monotonic_ms () + AWAIT_MS;
  /* systemd tells only those who have subscribed, which takes longer than it takes */
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

#include "monitor/changes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "monitor/processes/health-change.h"

static void
free_plan (struct plan *plan)
{
  free (plan->records);
  free (plan->strings);
  free (plan->text);
}

/* A policy and a health check are always said whole. */
static void
take_over (struct monitor *m, const struct plan *changed)
{
  struct plan *plan = &m->plan;
  plan->restart = changed->restart;
  plan->start_again = changed->start_again;
  plan->health = changed->health;
  plan->health_command = changed->health_command;
  plan->health_startup = changed->health_startup;
  plan->health_startup_command = changed->health_startup_command;
  plan->health_times = changed->health_times;
}

int
changes_take (struct monitor *m)
{
  char problem[256];
  struct plan changed = { 0 }, before = m->plan, last = m->changed;
  autoclose int fd = openat (m->dir_fd, "changes", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT)
    return 0;
  if (fd < 0)
    return fail (m, "plan", errno, "%s/changes", m->plan.dir);
  if (plan_read_changes (&changed, fd, problem, sizeof problem) < 0)
    {
      int number = errno;
      free_plan (&changed);
      return fail (m, "plan", number, "%s", problem);
    }
  unlinkat (m->dir_fd, "changes", 0);
  take_over (m, &changed);
  m->changed = changed;
  health_changed (m, &before);
  free_plan (&last);
  return 0;
}

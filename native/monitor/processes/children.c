#include "monitor/processes/children.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "monitor/processes/health.h"
#include "monitor/processes/hooks.h"
#include "monitor/processes/process.h"
#include "monitor/processes/ready.h"
#include "monitor/state/signals.h"

#define GRACE_MS 1000

void
children_list (pid_t **list, size_t *count)
{
  char path[64];
  *list = NULL;
  *count = 0;
  snprintf (path, sizeof path, "/proc/self/task/%d/children", (int) getpid ());
  FILE *file = fopen (path, "re");
  for (int pid; file && fscanf (file, "%d", &pid) == 1;)
    {
      pid_t *grown = realloc (*list, (*count + 1) * sizeof **list);
      if (!grown)
        break;
      *list = grown;
      grown[(*count)++] = pid;
    }
  if (file)
    fclose (file);
}

static void
note_end (struct monitor *m, pid_t pid, int status)
{
  if (pid == m->process.pid && !m->process.ended) /* after its end another process may have its pid */
    process_ended (&m->process, status);
  else if (pid == m->delete_pid)
    m->delete_pid = 0;
  else if (pid == m->network.pid)
    m->network.pid = 0;
  else if (pid == m->network.relay_pid)
    {
      m->network.relay_pid = 0;
      m->network.relay_at = m->network.relaying && WIFSIGNALED (status) ? clock_monotonic_ms () : 0;
    }
  health_reaped (m, pid, status);
  ready_reaped (m, pid, status);
  hooks_reaped (m, pid, status);
  for (size_t i = 0; i < m->helper_count; i++)
    if (m->helpers[i] == pid)
      m->helpers[i] = 0;
}

void
children_reap (struct monitor *m)
{
  int status;
  pid_t pid;
  while ((pid = waitpid (-1, &status, WNOHANG)) > 0 || (pid < 0 && errno == EINTR))
    if (pid > 0)
      note_end (m, pid, status);
}

int
children_wait (struct monitor *m)
{
  int status;
  pid_t pid = waitpid (-1, &status, 0);
  if (pid > 0)
    note_end (m, pid, status);
  return pid > 0 || errno == EINTR ? 0 : -1;
}

static bool
is_helper (const struct monitor *m, pid_t pid)
{
  for (size_t i = 0; i < m->helper_count; i++)
    if (m->helpers[i] == pid)
      return true;
  /* the last two leave by themselves: slirp4netns when its exit pipe closes */
  return pid == m->network.relay_pid || pid == m->network.pid || pid == m->delete_pid;
}

static bool
none_left (struct monitor *m)
{
  children_reap (m);
  return waitpid (-1, NULL, WNOHANG) < 0 && errno == ECHILD;
}

static bool
wait_for_none (struct monitor *m, int64_t until)
{
  struct pollfd change = { .fd = m->signal_fd, .events = POLLIN };
  while (!none_left (m))
    {
      int64_t left = until - clock_monotonic_ms ();
      if (left <= 0)
        return false;
      if (poll (&change, 1, (int) left) > 0)
        while (signals_next_leave (m->signal_fd))
          ; /* the monitor is leaving already; what counts is that children may have ended */
    }
  return true;
}

static void
signal_children (struct monitor *m, bool helpers_too)
{
  size_t count;
  pid_t *list;
  children_list (&list, &count);
  for (size_t i = 0; i < count; i++)
    if (!is_helper (m, list[i]))
      kill (list[i], SIGKILL);
    else if (list[i] != m->network.pid)
      kill (list[i], helpers_too ? SIGKILL : SIGTERM);
    else if (helpers_too)
      kill (list[i], SIGKILL);
  free (list);
}

/* Kills all but our helpers; returns how many there were. */
static size_t
kill_stragglers (struct monitor *m)
{
  size_t count, killed = 0;
  pid_t *list;
  children_list (&list, &count);
  for (size_t i = 0; i < count; i++)
    if (!is_helper (m, list[i]) && kill (list[i], SIGKILL) == 0)
      killed++;
  free (list);
  return killed;
}

void
children_end_stragglers (struct monitor *m)
{
  int64_t until = clock_monotonic_ms () + GRACE_MS;
  children_reap (m);
  while (kill_stragglers (m) > 0 && clock_monotonic_ms () < until)
    {
      usleep (1000);
      children_reap (m);
    }
}

void
children_end (struct monitor *m)
{
  if (none_left (m))
    return;
  signal_children (m, false);
  if (wait_for_none (m, clock_monotonic_ms () + GRACE_MS))
    return;
  signal_children (m, true);
  wait_for_none (m, clock_monotonic_ms () + GRACE_MS);
}

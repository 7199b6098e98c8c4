#include "monitor/processes/health.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attach-protocol.h"
#include "common/clock.h"
#include "common/descriptor.h"
#include "common/process-identity.h"
#include "common/read-text.h"
#include "monitor/cgroup/freezer.h"
#include "monitor/facts/events.h"
#include "monitor/facts/health-results.h"
#include "monitor/processes/health-action.h"
#include "monitor/processes/health-judge.h"
#include "monitor/processes/health-startup.h"
#include "monitor/processes/process.h"
#include "monitor/processes/spawn.h"
#include "monitor/state/health-plan.h"

/* The runtime gets so long to report the end of a check whose process was killed. */
#define RUNTIME_GRACE_MS 2000
/* The time between two looks whether a frozen container goes on. */
#define FROZEN_MS 1000

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
  health->next_at = health_interval (m) ? clock_monotonic_ms () : 0;
  health_write_results (m);
}

bool
health_check_now (struct monitor *m)
{
  int pair[2];
  struct health *health = &m->health;
  if (health->pid)
    return true;
  if (!m->plan.health || m->process.ended || freezer_is_frozen (&m->process) || pipe2 (pair, O_CLOEXEC) < 0)
    return false;
  autoclose int ours = pair[0], theirs = pair[1];
  struct spawn spawn = { .argv = startup_is_under_way (m) ? m->plan.health_startup_command
                                                          : m->plan.health_command,
                         .fds = { -1, theirs, theirs },
                         .fd_count = 3,
                         .oom_score_adj = m->oom_score_adj };
  health->room = health_output_room (m);
  if (!health->output && !(health->output = malloc (health->room)))
    return false;
  unlink (m->plan.health[CHECK_PID_FILE]);
  health->used = 0;
  health->timed_out = health->held_up = false;
  health->begun = clock_now ();
  health->deadline = clock_monotonic_ms () + time_limit (m);
  if (fcntl (ours, F_SETFL, O_NONBLOCK) < 0 || (health->pid = spawn_child (&spawn)) < 0)
    {
      warn_and_go_on (m, "health check: %s", m->plan.health_command[0]);
      health->pid = 0;
      return false;
    }
  health->fd = take_fd (&ours);
  return true;
}

/* Keeps as much as there is room for; the rest is read too, so that the check is not held up. */
void
health_read (struct monitor *m)
{
  char data[4096];
  ssize_t n;
  struct health *health = &m->health;
  while ((n = read (health->fd, data, sizeof data)) > 0)
    {
      size_t room = health->room - health->used, part = (size_t) n < room ? (size_t) n : room;
      memcpy (health->output + health->used, data, part);
      health->used += part;
    }
  if (n == 0)
    close_descriptor (&health->fd);
}

/*
 * Returns whether the container's process has ended, even if that was not noted yet: the check has failed
 * because of it then.
 */
static bool
process_is_over (const struct monitor *m)
{
  siginfo_t info = { 0 };
  return m->process.ended || process_is_exiting (m->process.pid)
         || (waitid (P_PID, (id_t) m->process.pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid);
}

/*
 * crun and runc refuse to run anything in a frozen container. Returns whether that happened: nothing was
 * checked then. A check that had begun before counts.
 */
static bool
was_refused (const struct monitor *m, int status)
{
  return exit_code (status) != 0 && !m->health.timed_out && access (m->plan.health[CHECK_PID_FILE], F_OK) < 0
         && freezer_is_frozen (&m->process);
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
  struct health *health = &m->health;
  if (!health->pid || pid != health->pid)
    return;
  if (health->fd >= 0)
    health_read (m);
  close_descriptor (&health->fd);
  health->pid = 0;
  if (!m->plan.health)
    return;
  if (process_is_over (m))
    {
      if (exit_code (status) != 0)
        note_stopped (m);
      return;
    }
  if (was_refused (m, status))
    {
      /* a client that asked for the check waits as well */
      health->next_at = clock_monotonic_ms () + FROZEN_MS;
      return;
    }
  int code = health->timed_out ? -1 : exit_code (status) != 0;
  health_judge (m, code);
  note_result (m, code);
  health->next_at = health_interval (m) ? clock_monotonic_ms () + health_interval (m) : 0;
  if (startup_has_failed (m))
    health_run_anew (m);
  else if (health->state == HEALTH_BAD)
    health_take_action (m);
}

/* While the runtime lives, no other process has the pid of its child. */
static void
kill_check (struct monitor *m)
{
  char text[32];
  struct health *health = &m->health;
  read_text (m->plan.health[CHECK_PID_FILE], text, sizeof text);
  pid_t pid = (pid_t) strtol (text, NULL, 10);
  if (health->timed_out || pid <= 1)
    kill (health->pid, SIGKILL);
  /* runtimes make it the leader of a session, so its children go with it */
  else if (kill (-pid, SIGKILL) < 0)
    kill (pid, SIGKILL);
  health->timed_out = true;
  health->deadline = clock_monotonic_ms () + RUNTIME_GRACE_MS;
}

/* Time in which the check was frozen with the container does not count: it gets all of its time again. */
static void
end_late_check (struct monitor *m)
{
  struct health *health = &m->health;
  int64_t now = clock_monotonic_ms ();
  if (freezer_is_frozen (&m->process))
    {
      health->held_up = true;
      health->deadline = now + FROZEN_MS;
    }
  else if (health->held_up)
    {
      health->held_up = false;
      health->deadline = now + time_limit (m);
    }
  else
    kill_check (m);
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
  if (health->pid && now >= health->deadline)
    end_late_check (m);
  if (!health->pid && health->next_at && now >= health->next_at && !health_check_now (m))
    health->next_at = now + FROZEN_MS;
}

int64_t
health_due (const struct monitor *m)
{
  const struct health *health = &m->health;
  int64_t at = health->pid ? health->deadline : health->next_at;
  if (!m->plan.health || m->process.ended)
    return -1;
  if (health->kill_at && (!at || health->kill_at < at))
    at = health->kill_at;
  int64_t left = at - clock_monotonic_ms ();
  return !at ? -1 : left > 0 ? left : 0;
}

void
health_end (struct monitor *m)
{
  struct health *health = &m->health;
  if (!health->pid)
    return;
  kill (health->pid, SIGKILL);
  health->pid = 0;
  close_descriptor (&health->fd);
  if (m->plan.health)
    note_stopped (m);
}

#include "monitor/health.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/read-text.h"
#include "monitor/clock.h"
#include "monitor/events.h"
#include "monitor/freezer.h"
#include "monitor/health-plan.h"
#include "monitor/health-results.h"
#include "monitor/health-startup.h"
#include "monitor/notify.h"
#include "monitor/process.h"
#include "monitor/spawn.h"
#include "monitor/stoppers.h"

/* The runtime gets so long to report the end of a check whose process was killed. */
#define RUNTIME_GRACE_MS 2000
/* The time between two looks whether a frozen container goes on. */
#define FROZEN_MS 1000

static int64_t
number (const struct monitor *m, enum health_word word)
{
  return health_number (m->plan.health, word);
}

static int64_t
interval (const struct monitor *m)
{
  return startup_is_under_way (m) ? startup_interval (m) : number (m, CHECK_INTERVAL);
}

static int64_t
time_limit (const struct monitor *m)
{
  return startup_is_under_way (m) ? startup_time_limit (m) : number (m, CHECK_TIMEOUT);
}

static bool
action_is (const struct monitor *m, const char *action)
{
  return strcmp (m->plan.health[CHECK_ACTION], action) == 0;
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
  health->next_at = interval (m) ? clock_monotonic_ms () : 0;
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
      size_t room = sizeof health->output - health->used, part = (size_t) n < room ? (size_t) n : room;
      memcpy (health->output + health->used, data, part);
      health->used += part;
    }
  if (n == 0)
    close_descriptor (&health->fd);
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

static void
run_anew (struct monitor *m)
{
  if (m->restart.leaving || m->restart.forced)
    return;
  m->restart.forced = true;
  stop_process (m, number (m, CHECK_SECONDS));
}

static void
take_action (struct monitor *m)
{
  if (action_is (m, "none") || m->restart.leaving || m->restart.forced)
    return;
  m->restart.forced = action_is (m, "restart");
  m->restart.leaving = !m->restart.forced;
  stop_process (m, action_is (m, "kill") ? 0 : number (m, CHECK_SECONDS));
}

static bool
in_start_period (const struct monitor *m)
{
  const struct timespec *started = &m->process.started, *begun = &m->health.begun;
  return ((int64_t) begun->tv_sec - started->tv_sec) * 1000 + (begun->tv_nsec - started->tv_nsec) / 1000000
         < number (m, CHECK_START_PERIOD);
}

static void
judge (struct monitor *m, int code)
{
  struct health *health = &m->health;
  bool startup = startup_judge (m, code);
  if (code == 0)
    {
      if (health->state != HEALTH_GOOD)
        notify_healthy (m);
      health->state = HEALTH_GOOD;
      health->streak = 0;
    }
  else if (!startup && !in_start_period (m) && ++health->streak >= (unsigned) number (m, CHECK_RETRIES))
    health->state = HEALTH_BAD;
}

/*
 * Returns whether the container's process has ended, even if that was not noted yet: the check has failed
 * because of it then.
 */
static bool
process_is_over (const struct monitor *m)
{
  siginfo_t info = { 0 };
  return m->process.ended
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
  if (process_is_over (m))
    return;
  if (was_refused (m, status))
    {
      /* a client that asked for the check waits as well */
      health->next_at = clock_monotonic_ms () + FROZEN_MS;
      return;
    }
  int code = health->timed_out ? -1 : exit_code (status) != 0;
  judge (m, code);
  health_keep_result (health, code);
  health_write_results (m);
  event_append (m, "health_status");
  health->news = true;
  health->next_at = interval (m) ? clock_monotonic_ms () + interval (m) : 0;
  if (startup_has_failed (m))
    run_anew (m);
  else if (health->state == HEALTH_BAD)
    take_action (m);
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
  if (health->pid)
    kill (health->pid, SIGKILL);
  close_descriptor (&health->fd);
}

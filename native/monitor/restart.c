#include "monitor/restart.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "monitor/changes.h"
#include "monitor/facts/events.h"
#include "monitor/facts/status.h"
#include "monitor/facts/stoppers.h"
#include "monitor/finish.h"
#include "monitor/processes/children.h"
#include "monitor/processes/process.h"
#include "monitor/setup.h"
#include "monitor/state/health-plan.h"
#include "monitor/state/signals.h"

/*
 * Docker's numbers, https://docs.docker.com/reference/cli/docker/container/run/#restart, after a first run
 * that follows at once: what has failed once need not fail again, and Podman's runs follow at once always.
 */
#define FIRST_DELAY_MS 100
#define LONGEST_DELAY_MS 60000
#define GOOD_RUN_MS 10000
/* A process that ends later than this after a `kill` has ended for another reason. */
#define KILL_EFFECT_S 10

/* The mark holds the word "stop" or "kill". */
static bool
stopped_by_user (const struct monitor *m)
{
  char word;
  struct stat st;
  autoclose int fd = open (m->plan.restart[2], O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &st) < 0)
    return false;
  return read (fd, &word, 1) != 1 || word != 'k'
         || m->process.finished.tv_sec - st.st_mtim.tv_sec <= KILL_EFFECT_S;
}

static bool
is_wanted (const struct monitor *m)
{
  if (!m->plan.restart || m->restart.leaving || stopped_by_user (m))
    return false;
  if (m->restart.forced)
    return true;
  if (strcmp (m->plan.restart[0], "no") == 0)
    return false;
  if (strcmp (m->plan.restart[0], "on-failure") != 0)
    return true;
  unsigned long retries = strtoul (m->plan.restart[1], NULL, 10);
  return m->process.code != 0 && (!retries || m->restart.count < retries);
}

/* For `ps`: when the process is going to be run again. */
static void
tell_pause (struct monitor *m, int64_t pause)
{
  struct timespec *due = &m->restart.due;
  *due = clock_now ();
  due->tv_sec += pause / 1000;
  due->tv_nsec += pause % 1000 * 1000000;
  if (due->tv_nsec >= 1000000000)
    {
      due->tv_sec++;
      due->tv_nsec -= 1000000000;
    }
  if (status_write (m) < 0)
    warn_and_go_on (m, "writing the status file");
}

/* The first run follows at once, the next ones ever later: *DELAY is the next pause, 0 before the first. */
static int64_t
take_pause (int64_t *delay, int64_t first, int64_t longest)
{
  int64_t pause = *delay;
  *delay = pause ? 2 * pause : first;
  if (*delay > longest)
    *delay = longest;
  return pause;
}

/* Returns milliseconds before the next run. */
static int64_t
next_pause (struct monitor *m)
{
  char *const *times = m->plan.health_times;
  if (!m->restart.forced)
    return take_pause (&m->restart.delay, FIRST_DELAY_MS, LONGEST_DELAY_MS);
  if (!times) /* what a check asks for follows at once, unless the plan says otherwise */
    return 0;
  return take_pause (&m->restart.forced_delay, health_number (times, TIMES_PAUSE),
                     health_number (times, TIMES_LONGEST));
}

/*
 * Waits before the next run. Any signal has us look at the mark again. Returns whether the process is still
 * to run.
 */
static bool
back_off (struct monitor *m)
{
  struct pollfd fds = { .fd = m->signal_fd, .events = POLLIN };
  int64_t left, pause = next_pause (m), until = clock_monotonic_ms () + pause;
  if (!pause)
    return is_wanted (m);
  tell_pause (m, pause);
  while (is_wanted (m) && (left = until - clock_monotonic_ms ()) > 0)
    if (poll (&fds, 1, (int) left) > 0)
      {
        while (signals_next_leave (m->signal_fd))
          m->restart.leaving = true;
        changes_take (m);
        children_reap (m);
      }
  m->restart.due = (struct timespec) { 0 };
  return is_wanted (m);
}

/* Where the process can't be started, what is known of the last run stays. */
static int
run_again (struct monitor *m)
{
  struct process last = m->process;
  m->restart.last_code = last.code;
  process_forget (&m->process);
  if (!m->restart.forced)
    m->restart.count++;
  m->restart.forced = false;
  m->restart.again = true;
  stoppers_forget (m);
  event_append (m, "restart");
  if (set_up_process (m) == 0)
    return 0;
  errno = m->failure.number;
  warn_and_go_on (m, "restart: %s: %s", m->failure.stage, m->failure.text);
  undo_process (m);
  process_forget (&m->process);
  last.pidfd = last.oom_events_fd = -1;
  m->process = last;
  return -1;
}

bool
restart (struct monitor *m)
{
  changes_take (m);
  if (!is_wanted (m))
    return false;
  int64_t lasted = clock_monotonic_ms () - m->restart.began_at;
  if (lasted >= GOOD_RUN_MS)
    m->restart.delay = 0;
  if (m->plan.health_times && lasted >= health_number (m->plan.health_times, TIMES_GOOD_RUN))
    m->restart.forced_delay = 0;
  prepare_next_run (m);
  while (back_off (m))
    if (run_again (m) == 0)
      {
        /*
         * the exit file speaks of a run that is over; if the monitor is killed, nobody shall take it for
         * the end of this run
         */
        unlink (m->plan.exit_file);
        return true;
      }
  return false;
}

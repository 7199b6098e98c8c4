#include "monitor/processes/check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "common/process-identity.h"
#include "common/read-text.h"
#include "monitor/cgroup/freezer.h"
#include "monitor/processes/spawn.h"

/* The runtime gets so long to report the end of a check whose process was killed. */
#define RUNTIME_GRACE_MS 2000

bool
check_begin (struct monitor *m, struct check *check, const struct check_request *request)
{
  int pair[2];
  if (m->process.ended || freezer_is_frozen (&m->process) || pipe2 (pair, O_CLOEXEC) < 0)
    return false;
  autoclose int ours = pair[0], theirs = pair[1];
  struct spawn spawn = {
    .argv = request->argv, .fds = { -1, theirs, theirs }, .fd_count = 3, .oom_score_adj = m->oom_score_adj
  };
  check->room = request->room;
  if (!check->output && !(check->output = malloc (check->room)))
    return false;
  unlink (request->pid_file);
  check->used = 0;
  check->timed_out = check->held_up = false;
  check->begun = clock_now ();
  check->deadline = clock_monotonic_ms () + request->limit;
  if (fcntl (ours, F_SETFL, O_NONBLOCK) < 0 || (check->pid = spawn_child (&spawn)) < 0)
    {
      warn_and_go_on (m, "check: %s", request->argv[0]);
      check->pid = 0;
      return false;
    }
  check->fd = take_fd (&ours);
  return true;
}

/* Keeps as much as there is room for; the rest is read too, so that the check is not held up. */
void
check_read (struct check *check)
{
  char data[4096];
  ssize_t n;
  while ((n = read (check->fd, data, sizeof data)) > 0)
    {
      size_t room = check->room - check->used, part = (size_t) n < room ? (size_t) n : room;
      memcpy (check->output + check->used, data, part);
      check->used += part;
    }
  if (n == 0)
    close_descriptor (&check->fd);
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
was_refused (const struct monitor *m, const struct check *check, const char *pid_file, int status)
{
  return exit_code (status) != 0 && !check->timed_out && access (pid_file, F_OK) < 0
         && freezer_is_frozen (&m->process);
}

enum check_end
check_reaped (struct monitor *m, struct check *check, const char *pid_file, pid_t pid, int status, int *code)
{
  if (!check->pid || pid != check->pid)
    return CHECK_RUNS;
  if (check->fd >= 0)
    check_read (check);
  close_descriptor (&check->fd);
  check->pid = 0;
  *code = check->timed_out ? -1 : exit_code (status) != 0;
  if (process_is_over (m))
    return CHECK_IS_OVER;
  return was_refused (m, check, pid_file, status) ? CHECK_REFUSED : CHECK_ENDED;
}

/* While the runtime lives, no other process has the pid of its child. */
static void
kill_check (struct check *check, const char *pid_file)
{
  char text[32];
  read_text (pid_file, text, sizeof text);
  pid_t pid = (pid_t) strtol (text, NULL, 10);
  if (check->timed_out || pid <= 1)
    kill (check->pid, SIGKILL);
  /* runtimes make it the leader of a session, so its children go with it */
  else if (kill (-pid, SIGKILL) < 0)
    kill (pid, SIGKILL);
  check->timed_out = true;
  check->deadline = clock_monotonic_ms () + RUNTIME_GRACE_MS;
}

void
check_enforce (struct monitor *m, struct check *check, const char *pid_file, int64_t limit)
{
  int64_t now = clock_monotonic_ms ();
  if (!check->pid || now < check->deadline)
    return;
  if (freezer_is_frozen (&m->process))
    {
      check->held_up = true;
      check->deadline = now + FROZEN_MS;
    }
  else if (check->held_up)
    {
      check->held_up = false;
      check->deadline = now + limit;
    }
  else
    kill_check (check, pid_file);
}

void
check_end (struct check *check)
{
  if (check->pid)
    kill (check->pid, SIGKILL);
  check->pid = 0;
  close_descriptor (&check->fd);
}

#include "monitor/processes/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/descriptor.h"

/*
 * All sources are first moved up and out of the way, then down into place: a source may have the number of
 * another's target.
 */
static void
place_descriptors (const struct spawn *spawn)
{
  int high[SPAWN_FDS_MAX];
  for (size_t i = 0; i < spawn->fd_count; i++)
    {
      autoclose int null = spawn->fds[i] < 0 ? open ("/dev/null", O_RDWR | O_CLOEXEC) : -1;
      high[i] = fcntl (null >= 0 ? null : spawn->fds[i], F_DUPFD_CLOEXEC, (int) spawn->fd_count);
    }
  for (size_t i = 0; i < spawn->fd_count; i++)
    dup2 (high[i], (int) i);
}

static void
reset_signals (bool ignore_sigpipe)
{
  sigset_t none;
  signal (SIGPIPE, ignore_sigpipe ? SIG_IGN : SIG_DFL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
}

static void
write_text (const char *path, const char *text)
{
  autoclose int fd = open (path, O_WRONLY | O_CLOEXEC);
  if (fd >= 0 && write (fd, text, strlen (text)) < 0)
    return; /* where that is not allowed, the inherited one stays */
}

/* The parent may have ended before it was asked for its death. */
static void
die_with (pid_t parent)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != parent)
    _exit (127);
}

static _Noreturn void
become (const struct spawn *spawn, int error_fd, pid_t parent)
{
  if (spawn->dies_with_us)
    die_with (parent);
  error_fd = fcntl (error_fd, F_DUPFD_CLOEXEC, (int) spawn->fd_count);
  int program = spawn->program > 0 ? fcntl (spawn->program, F_DUPFD_CLOEXEC, (int) spawn->fd_count) : -1;
  place_descriptors (spawn);
  reset_signals (spawn->ignore_sigpipe);
  if (spawn->oom_score_adj)
    write_text ("/proc/self/oom_score_adj", spawn->oom_score_adj);
  if (!spawn->directory || chdir (spawn->directory) == 0)
    {
      if (program >= 0)
        fexecve (program, spawn->argv, environ);
      execvp (spawn->argv[0], spawn->argv);
    }
  int error = errno;
  if (write (error_fd, &error, sizeof error) < 0)
    _exit (126);
  _exit (127);
}

pid_t
spawn_child (const struct spawn *spawn)
{
  int pair[2], error = 0;
  if (pipe2 (pair, O_CLOEXEC) < 0)
    return -1;
  autoclose int reader = pair[0], writer = pair[1];
  pid_t parent = getpid (), pid = fork ();
  if (pid == 0)
    become (spawn, writer, parent);
  close_descriptor (&writer);
  if (pid < 0)
    return -1;
  if (read (reader, &error, sizeof error) != sizeof error)
    return pid; /* an end of file means that exec has closed it */
  waitpid (pid, NULL, 0);
  errno = error;
  return -1;
}

int
exit_code (int status)
{
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}

int
run_spawned (const struct spawn *spawn)
{
  int status;
  pid_t pid = spawn_child (spawn);
  if (pid < 0)
    return -1;
  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      return -1;
  return exit_code (status);
}

int
run_child (char *const *argv, const char *oom_score_adj)
{
  struct spawn spawn = { .argv = argv, .fds = { -1, -1, -1 }, .fd_count = 3, .oom_score_adj = oom_score_adj };
  return run_spawned (&spawn);
}

#include "monitor/runtime.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "common/process-identity.h"
#include "monitor/files/sealed-copy.h"
#include "monitor/log/output-text.h"
#include "monitor/network/network.h"
#include "monitor/processes/children.h"
#include "monitor/processes/spawn.h"
#include "monitor/state/signals.h"
#include "monitor/stdio/console.h"
#include "monitor/stdio/streams.h"

#define NETWORK_READY_MS 60000
/* So long after the process's end the runtime's `start` may take to end by itself. */
#define START_GRACE_MS 1000

struct creation
{
  pid_t pid; /* 0: it has ended */
  int status;
};

/*
 * The signal may be SIGCHLD, or one that asks the monitor to leave: nothing runs yet, so everything can be
 * undone.
 */
static int
read_signals (struct monitor *m)
{
  int number = signals_next_leave (m->signal_fd);
  if (!number)
    return 0;
  m->restart.leaving = true;
  return fail (m, "create", EINTR, "interrupted by signal %d", number);
}

/*
 * The runtime has opened the namespaces by their pids. Those processes must still be who they were when we
 * were told of them: then no other has had their pids meanwhile.
 */
static int
check_joined (struct monitor *m)
{
  const struct plan *plan = &m->plan;
  for (size_t i = 0; i < plan->count; i++)
    {
      char *const *argv = plan->records[i].argv;
      if (record_is (&plan->records[i], "joins")
          && process_start_time ((pid_t) strtol (argv[0], NULL, 10)) != strtoull (argv[1], NULL, 10))
        return fail (m, "joins", ESRCH, "%s", argv[2]);
    }
  return 0;
}

static int
check_create (struct monitor *m, struct creation *creation)
{
  char text[1024];
  if (!creation->pid || waitpid (creation->pid, &creation->status, WNOHANG) != creation->pid)
    return 0;
  creation->pid = 0;
  int code = exit_code (creation->status);
  if (code == 0)
    {
      m->created = true;
      return check_joined (m);
    }
  /* killed half-way, it may have left a container behind: `delete` is for that one as well */
  m->created = WIFSIGNALED (creation->status);
  first_line (m->streams.err.fd, text, sizeof text);
  return fail (m, "create", code, "%s", text);
}

static int
step (struct monitor *m, struct creation *creation, int64_t until)
{
  struct pollfd fds[] = {
    { .fd = m->signal_fd, .events = POLLIN },
    { .fd = m->network.ready_fd, .events = POLLIN },
    { .fd = m->streams.console_fd, .events = POLLIN },
  };
  int64_t left = until - clock_monotonic_ms ();
  if (m->network.ready_fd >= 0 && left <= 0)
    return fail (m, "network", ETIMEDOUT, "not ready after %d seconds", NETWORK_READY_MS / 1000);
  if (poll (fds, 3, m->network.ready_fd >= 0 ? (int) left : -1) < 0)
    return errno == EINTR ? 0 : fail (m, "runtime", errno, "poll");
  if (fds[0].revents && read_signals (m) < 0)
    return -1;
  if (fds[2].revents && console_take (m) < 0)
    return -1;
  if (check_create (m, creation) < 0)
    return -1;
  return fds[1].revents ? network_ready (m) : 0;
}

/* The runtime connects before it ends: a terminal that has not come by then will not come. */
static int
expect_console (struct monitor *m)
{
  if (m->plan.terminal && m->streams.out.fd < 0 && console_take (m) < 0)
    return -1;
  if (m->plan.terminal && m->streams.out.fd < 0)
    return fail (m, "stdio", EPROTO, "the runtime has sent no terminal");
  if (m->plan.terminal)
    close_descriptor (&m->streams.err.fd);
  return 0;
}

void
runtime_copy (struct monitor *m)
{
  int fd = m->plan.copy_runtime && !m->runtime_fd ? sealed_copy (m->plan.create[0]) : -1;
  if (fd > 0)
    m->runtime_fd = fd;
}

/* The copy takes half a megabyte, which is not kept while the container runs. */
static void
drop_copy (struct monitor *m)
{
  if (m->runtime_fd)
    close (m->runtime_fd);
  m->runtime_fd = 0;
}

static pid_t
spawn_create (struct monitor *m)
{
  const int *ends = m->streams.child;
  runtime_copy (m);
  struct spawn spawn = { .argv = m->plan.create,
                         .program = m->runtime_fd,
                         .fds = { ends[0], ends[1], ends[2] },
                         .fd_count = 3,
                         .oom_score_adj = m->oom_score_adj,
                         .dies_with_us = true };
  for (size_t i = 0; i < m->preserved; i++)
    spawn.fds[spawn.fd_count++] = FD_PRESERVED + (int) i;
  if (m->plan.terminal)
    spawn.fds[spawn.fd_count++] = m->dir_fd;
  return spawn_child (&spawn);
}

/* Closes our copies of the container's ends: as long as we had one, its reader would see no end of file. */
static void
hand_over (struct monitor *m)
{
  streams_handed_over (m);
  for (size_t i = 0; i < m->preserved && !m->plan.restart; i++)
    close (FD_PRESERVED + (int) i);
  if (!m->plan.restart)
    m->preserved = 0;
}

int
runtime_create (struct monitor *m)
{
  struct creation creation = { .pid = spawn_create (m) };
  int64_t until = clock_monotonic_ms () + NETWORK_READY_MS;
  if (creation.pid < 0)
    return fail (m, "runtime", errno, "%s", m->plan.create[0]);
  hand_over (m);
  while (creation.pid || m->network.ready_fd >= 0)
    if (step (m, &creation, until) < 0)
      {
        /* a runtime that was killed half-way may have left a container, which `delete` removes */
        if (creation.pid && kill (creation.pid, SIGKILL) == 0 && waitpid (creation.pid, NULL, 0) > 0)
          m->created = true;
        return -1;
      }
  return expect_console (m);
}

int
runtime_await_network (struct monitor *m)
{
  struct creation none = { 0 };
  int64_t until = clock_monotonic_ms () + NETWORK_READY_MS;
  while (m->network.ready_fd >= 0)
    if (step (m, &none, until) < 0)
      return -1;
  return 0;
}

/* Whether the descriptor of a process says within so many milliseconds that it has ended. */
static bool
ends_within (int pidfd, int milliseconds)
{
  struct pollfd end = { .fd = pidfd, .events = POLLIN };
  return poll (&end, 1, milliseconds) > 0;
}

/*
 * Waits for the runtime's `start`, which waits in turn for the process to take its word. It never does where
 * it was killed before (by the kernel, for want of memory, or by somebody). Returns an exit code, or -1 with
 * errno.
 */
static int
await_start (struct monitor *m, pid_t pid)
{
  int status;
  autoclose int start = (int) syscall (SYS_pidfd_open, pid, 0);
  struct pollfd fds[] = { { .fd = start, .events = POLLIN }, { .fd = m->process.pidfd, .events = POLLIN } };
  /* without pidfds (before Linux 5.3) it is only waited for */
  if (start >= 0 && m->process.pidfd >= 0)
    {
      while (poll (fds, 2, -1) < 0 && errno == EINTR)
        ;
      /* of a short process the end may be seen first */
      if (!fds[0].revents && !ends_within (start, START_GRACE_MS))
        kill (pid, SIGKILL);
    }
  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      return -1;
  return exit_code (status);
}

int
runtime_start (struct monitor *m)
{
  char *const *argv = m->restart.again && m->plan.start_again ? m->plan.start_again : m->plan.start;
  struct spawn spawn = { .argv = argv,
                         .program = m->runtime_fd,
                         .fds = { -1, -1, -1 },
                         .fd_count = 3,
                         .oom_score_adj = m->oom_score_adj,
                         .dies_with_us = true };
  pid_t pid = argv ? spawn_child (&spawn) : 0;
  int code = pid > 0 ? await_start (m, pid) : (int) pid;
  int error = errno;
  drop_copy (m);
  if (code < 0)
    return fail (m, "runtime", error, "%s", argv[0]);
  /* the runtime's word found no reader, or was waited for until we ended it */
  bool in_vain = code == 128 + SIGPIPE || code == 128 + SIGKILL;
  if (in_vain && m->process.pidfd >= 0 && ends_within (m->process.pidfd, 0))
    return fail (m, "killed", ECANCELED, "%s", "");
  return code > 0 ? fail (m, "start", code, "%s", "") : 0;
}
void
runtime_begin_delete (struct monitor *m)
{
  m->created = false;
  if (!m->plan.delete)
    return;
  runtime_copy (m);
  struct spawn spawn = { .argv = m->plan.delete,
                         .program = m->runtime_fd,
                         .fds = { -1, -1, -1 },
                         .fd_count = 3,
                         .oom_score_adj = m->oom_score_adj };
  m->delete_pid = spawn_child (&spawn);
  drop_copy (m);
  if (m->delete_pid < 0)
    warn_and_go_on (m, "%s", m->plan.delete[0]);
  if (m->delete_pid < 0)
    m->delete_pid = 0;
}

void
runtime_await_delete (struct monitor *m)
{
  while (m->delete_pid && children_wait (m) == 0)
    ;
}

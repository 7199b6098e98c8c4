/*
 * tspod-monitor - owns one container, or one exec session, from before its creation until after its end.
 *
 * It carries out a plan (../protocol.h) that the command computed, keeps the container's stdio, and leaves
 * facts on disk. It knows no images, names or registries. It must outlive everything that it watches: after
 * `started` nothing makes it exit.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/trace.h"
#include "monitor/facts/report.h"
#include "monitor/finish.h"
#include "monitor/restart.h"
#include "monitor/setup.h"
#include "monitor/state/monitor.h"
#include "monitor/state/signals.h"
#include "monitor/stdio/own-stdio.h"
#include "monitor/supervise.h"

/*
 * The command waits only for the parent of this fork: from here on nothing that happens to the command
 * touches us.
 */
static void
leave_the_command (void)
{
  pid_t pid = fork ();
  if (pid < 0)
    perror ("tspod-monitor: fork");
  if (pid != 0)
    _exit (pid < 0 ? 1 : 0);
  setsid ();
}

static void
close_on_exec (size_t preserved)
{
  int end = FD_PRESERVED + (int) preserved;
  for (int fd = FD_PLAN; fd < end; fd++)
    fcntl (fd, F_SETFD, FD_CLOEXEC);
  close_range ((unsigned) end, ~0U, 0);
}

/*
 * When memory runs out, the kernel is to kill the container rather than the monitor, which can report it.
 * Without rights the kernel refuses, and the score stays as it was.
 */
static void
survive_oom (struct monitor *m)
{
  autoclose int fd = open ("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read (fd, m->oom_score_text, sizeof m->oom_score_text - 1);
  if (n > 0 && pwrite (fd, "-1000", 5, 0) == 5)
    m->oom_score_adj = m->oom_score_text;
}

static void
become_monitor (struct monitor *m)
{
  close_on_exec (m->preserved);
  if (!m->passthrough)
    leave_stdio ();
  m->signal_fd = signals_take ();
  prctl (PR_SET_CHILD_SUBREAPER, 1);
  umask (022);
  survive_oom (m);
  if (chdir ("/") < 0)
    warn_and_go_on (m, "/");
}

int
main (int argc, char **argv)
{
  size_t preserved = argc > 1 ? strtoul (argv[1], NULL, 10) : 0;
  struct monitor m = {
    .plan_fd = FD_PLAN,
    .lock_fd = FD_LOCK,
    .sync_fd = FD_SYNC,
    .trace = { .fd = -1 },
    .signal_fd = -1,
    .dir_fd = -1,
    .store_fd = -1,
    .preserved = preserved < PRESERVED_MAX ? preserved : PRESERVED_MAX,
    .passthrough = argc > 2 && strcmp (argv[2], ARG_PASSTHROUGH) == 0,
    .process = { .pidfd = -1, .oom_events_fd = -1 },
    .bridges = { .holder = { .live_fd = FD_LIVE, .users_fd = -1, .socket_fd = -1, .namespace_fd = -1 } },
    .network = { .ready_fd = -1, .exit_fd = -1, .error_fd = -1 },
    .streams = { .out = { .fd = -1, .name = STREAM_STDOUT },
                 .err = { .fd = -1, .name = STREAM_STDERR },
                 .in = -1,
                 .console_fd = -1,
                 .child = { -1, -1, -1 } },
    .log = { .fd = -1 },
    .notify_fd = -1,
    .health = { .check = { .fd = -1 } },
    .ready = { .check = { .fd = -1 } },
    .hooks = { .post_start = { .fd = -1 } },
    .pod = { .held_fd = -1,
             .started_fd = -1,
             .lock_fd = -1,
             .watch_fd = -1,
             .survivor_fd = -1,
             .sidecar = { -1, -1 } },
    .attach = { .listen_fd = -1 },
  };
  leave_the_command ();
  become_monitor (&m);
  int64_t began = trace_now ();
  m.trace = trace_continue (getenv (ENV_TRACE), NULL);
  unsetenv (ENV_TRACE); /* it is nothing to the runtime and what that runs */
  trace_name (&m.trace, "tspod-monitor");
  if (set_up (&m) < 0)
    {
      undo_set_up (&m);
      close_descriptor (&m.lock_fd); /* the command may take the lock as its next step */
      report_failure (&m);
      return 1;
    }
  trace_phase (&m.trace, "start", began);
  do
    {
      began = trace_now ();
      supervise (&m);
      finish_run (&m);
      trace_phase (&m.trace, "process runs", began);
    }
  while (restart (&m));
  began = trace_now ();
  finish (&m);
  trace_phase (&m.trace, "clear away", began);
  /* as a unit's main process the monitor reports to systemd how the container has ended */
  return m.process.code;
}

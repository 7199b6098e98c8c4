#include "monitor/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "monitor/cgroup/scope.h"
#include "monitor/facts/events.h"
#include "monitor/facts/notify.h"
#include "monitor/facts/report.h"
#include "monitor/facts/status.h"
#include "monitor/files/mounts.h"
#include "monitor/files/remove.h"
#include "monitor/network/bridges.h"
#include "monitor/network/netns.h"
#include "monitor/network/network.h"
#include "monitor/pod/pod.h"
#include "monitor/processes/children.h"
#include "monitor/processes/health.h"
#include "monitor/processes/hooks.h"
#include "monitor/processes/process.h"
#include "monitor/processes/ready.h"
#include "monitor/runtime.h"
#include "monitor/state/signals.h"
#include "monitor/stdio/attach-server.h"
#include "monitor/stdio/streams.h"

/* A store that knows no locks (some network file systems) is as good as locked. */
static int
lock_store (struct monitor *m)
{
  const char *path = m->plan.store ? m->plan.store[0] : NULL;
  if (!path)
    return 0;
  m->store_fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (m->store_fd < 0)
    return fail (m, "plan", errno, "%s", path);
  if (flock (m->store_fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
    return 0;
  close_descriptor (&m->store_fd); /* the status file in there is the other one's */
  return fail (m, "running", EWOULDBLOCK, "%s", path);
}

static int
read_plan (struct monitor *m)
{
  char problem[256];
  if (plan_read (&m->plan, m->plan_fd, problem, sizeof problem) < 0)
    return fail (m, "plan", errno, "%s", problem);
  m->dir_fd = open (m->plan.dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (m->dir_fd < 0)
    return fail (m, "plan", errno, "%s", m->plan.dir);
  m->holding = m->plan.hold;
  return lock_store (m) < 0 ? -1 : pod_join (m);
}

/* Waits for GO before the first run; later runs find everything that they need. */
static int
await_go (struct monitor *m)
{
  char byte = 0;
  struct pollfd fds[] = { { .fd = m->plan_fd, .events = POLLIN }, { .fd = m->signal_fd, .events = POLLIN } };
  if (m->plan_fd < 0)
    return 0;
  do
    if (poll (fds, 2, -1) > 0 && fds[1].revents && signals_next_leave (m->signal_fd))
      return fail (m, "go", EINTR, "interrupted");
  while (!fds[0].revents);
  if (read (m->plan_fd, &byte, 1) < 0 || byte != GO)
    return fail (m, "go", ECANCELED, "the command has left");
  close_descriptor (&m->plan_fd);
  return 0;
}

static int
open_log (struct monitor *m)
{
  return log_open (&m->log, m->plan.log) < 0 ? fail (m, "log", errno, "%s", m->log.path) : 0;
}

static int
identify_process (struct monitor *m)
{
  if (process_identify (&m->process, m->plan.pid_file) < 0)
    return fail (m, "runtime", errno, "%s", m->plan.pid_file);
  if (!m->plan.start) /* an exec session runs from here on */
    m->process.started = m->process.created;
  if (status_write (m) < 0)
    return fail (m, "write", errno, "%s/status", m->plan.dir);
  if (status_write_pid (m->plan.write_pid, m->process.pid) < 0)
    return fail (m, "write", errno, "%s", m->plan.write_pid);
  if (status_write_pid (m->plan.write_monitor_pid, getpid ()) < 0)
    return fail (m, "write", errno, "%s", m->plan.write_monitor_pid);
  event_append (m, "init");
  report_created (m);
  return 0;
}

static void
note_started (struct monitor *m)
{
  if (m->plan.start)
    {
      m->process.started = clock_now ();
      if (status_write (m) < 0)
        warn_and_go_on (m, "writing the status file");
    }
  m->restart.began_at = clock_monotonic_ms ();
  if (m->plan.timeout)
    m->kill_at = m->restart.began_at + (int64_t) m->plan.timeout * 1000;
  event_append (m, "start");
  if (m->holding) /* a client is about to attach */
    event_append (m, "attach");
  notify_started (m);
  pod_note_started (m);
  health_begin (m);
  ready_begin (m);
  hooks_begin (m);
  /* closed before the answer, since the command may take the lock as its next step */
  close_descriptor (&m->lock_fd);
  report_started (m);
  if (!m->holding && !m->plan.bound)
    close_descriptor (&m->sync_fd);
}

/*
 * The process is in a network namespace that it came with, for which the helper of an earlier run is of no
 * use.
 */
static int
set_up_late_network (struct monitor *m)
{
  network_stop (m);
  while (m->network.pid && children_wait (m) == 0)
    ;
  if (netns_take (m) < 0 || network_start (m) < 0 || runtime_await_network (m) < 0)
    return -1;
  if (network_prepare (m) < 0)
    return -1;
  bridges_forget (m);
  return network_forward_ports (m) < 0 ? -1 : bridges_set_up (m);
}

int
set_up_process (struct monitor *m)
{
  bool late = m->plan.netns_of_process;
  /* a run after the first finds it there, unless it has died */
  bool network = m->plan.network && !late && !m->network.pid;
  if (streams_open (m) < 0 || (network && network_start (m) < 0))
    return -1;
  scope_ask (m);
  int64_t began = trace_now ();
  if (await_go (m) < 0)
    return -1;
  trace_phase (&m->trace, "wait for the bundle", began);
  /* an exec session's process is moved from the monitor's group, so the scope must be there */
  if (!m->plan.start)
    scope_await (m);
  began = trace_now ();
  if (runtime_create (m) < 0)
    return -1;
  trace_phase (&m->trace, "runtime create", began);
  if ((network && network_forward_ports (m) < 0) || identify_process (m) < 0)
    return -1;
  /* a service ends what is left in it when the command ends, and the command may be all that it waits for */
  scope_await (m);
  if (late && set_up_late_network (m) < 0)
    return -1;
  began = trace_now ();
  if (runtime_start (m) < 0)
    return -1;
  trace_phase (&m->trace, "runtime start", began);
  note_started (m);
  return 0;
}

int
set_up (struct monitor *m)
{
  struct netns netns = { .pid = -1, .made_fd = -1, .leave_fd = -1 };
  int64_t began = trace_now ();
  if (read_plan (m) < 0)
    return -1;
  trace_phase (&m->trace, "read the plan", began);
  began = trace_now ();
  if (netns_begin (m, &netns) < 0)
    return -1;
  bool ready = notify_open (m) == 0 && mounts_make (m) == 0 && attach_open (m) == 0 && open_log (m) == 0
               && netns_bind (m, &netns) == 0;
  netns_end (&netns);
  runtime_copy (m);
  trace_phase (&m->trace, "mounts", began);
  if (ready && !m->plan.netns_of_process && (network_prepare (m) < 0 || bridges_set_up (m) < 0))
    return -1;
  return ready ? set_up_process (m) : -1;
}

void
undo_process (struct monitor *m)
{
  if (m->created)
    {
      if (!m->plan.delete) /* an exec session has no delete of its own */
        process_signal (&m->process, SIGKILL);
      runtime_begin_delete (m);
      runtime_await_delete (m);
    }
  streams_close (m);
}

void
undo_set_up (struct monitor *m)
{
  network_stop (m);
  bridges_leave (m);
  undo_process (m);
  log_close (&m->log);
  notify_close (m);
  children_end (m);
  mounts_undo (m);
  if (m->dir_fd >= 0)
    remove_runtime_files (m);
}

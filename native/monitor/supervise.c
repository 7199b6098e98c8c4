#include "monitor/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "attach-protocol.h"
#include "common/clock.h"
#include "common/descriptor.h"
#include "monitor/cgroup/oom.h"
#include "monitor/changes.h"
#include "monitor/facts/notify.h"
#include "monitor/facts/report.h"
#include "monitor/files/remove.h"
#include "monitor/finish.h"
#include "monitor/network/bridges.h"
#include "monitor/network/network.h"
#include "monitor/pod/pod.h"
#include "monitor/processes/check.h"
#include "monitor/processes/children.h"
#include "monitor/processes/health.h"
#include "monitor/processes/process.h"
#include "monitor/processes/ready.h"
#include "monitor/runtime.h"
#include "monitor/state/signals.h"
#include "monitor/stdio/attach-server.h"
#include "monitor/stdio/input.h"
#include "monitor/stdio/streams.h"

/* After a process's end its output waits so long for a client on its way, which may be stopped just then. */
#define HOLD_MS 5000
/* More clients than this are not served until others have gone. */
#define CLIENTS_MAX 256

enum slot
{
  SLOT_SIGNAL,
  SLOT_LISTEN,
  SLOT_SYNC,
  SLOT_STDIN,
  SLOT_STDOUT,
  SLOT_STDERR,
  SLOT_HEALTH,
  SLOT_READY,
  SLOT_HOOK,
  SLOT_NOTIFY,
  SLOT_OOM,
  SLOT_HOLDER,
  SLOT_POD,
  SLOT_CLIENTS = SLOT_POD + POD_FDS,
};

static void
handle_signals (struct monitor *m)
{
  for (int number; (number = signals_next_leave (m->signal_fd));)
    {
      /* The host may be shutting down: pass the signal on, so that the container can end in order. */
      m->restart.leaving = true;
      process_signal (&m->process, number);
    }
}

/*
 * Acts once, when the process has ended: the runtime cleans up while the last output is read; with --rm not
 * before the clients have gone.
 */
static void
note_end (struct monitor *m)
{
  if (!m->process.ended || !m->created)
    return;
  m->hold_until = clock_monotonic_ms () + HOLD_MS;
  health_end (m);
  check_end (&m->ready.check);
  check_end (&m->hooks.post_start);
  report_ended (m);
  streams_process_ended (m);
  if (remove_is_called_off (m))
    m->plan.remove = false;
  m->created = false;
  if (!deletes_last (m))
    runtime_begin_delete (m);
  /* Stopping slirp4netns takes 15 ms or more, so it begins now; but a restart uses it again. */
  if (!m->plan.restart)
    {
      network_stop (m);
      bridges_leave (m);
    }
}

static void
end_hold (struct monitor *m)
{
  m->holding = false;
  close_descriptor (&m->sync_fd);
}

/* Nobody reads the answers any more: nobody attaches. A process that is bound to its reader ends with it. */
static void
note_reader_gone (struct monitor *m)
{
  if (m->plan.bound && !m->process.ended)
    process_signal (&m->process, SIGKILL);
  end_hold (m);
}

static void
limit_hold (struct monitor *m)
{
  if (m->holding && m->hold_until && clock_monotonic_ms () >= m->hold_until)
    end_hold (m);
}

static void
enforce_timeout (struct monitor *m)
{
  if (!m->kill_at || m->process.ended || clock_monotonic_ms () < m->kill_at)
    return;
  m->kill_at = 0;
  m->process.timed_out = true;
  process_signal (&m->process, SIGKILL);
}

/* Returns the sooner of two times to wait; -1: for ever. */
static int64_t
sooner (int64_t a, int64_t b)
{
  return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* Returns the sooner of LEFT and the milliseconds until that time of the monotonic clock, if it is not 0. */
static int64_t
sooner_at (int64_t left, int64_t time)
{
  return time ? sooner (left, clock_left (time)) : left;
}

/* Returns milliseconds until something is due; -1: nothing is. */
static int
next_due (struct monitor *m)
{
  int64_t left = -1, longest = 3600000;
  if (!m->process.ended)
    left = sooner_at (sooner_at (left, m->kill_at), network_relay_at (m));
  left = sooner (sooner (left, streams_quiet_left (m)), sooner (health_due (m), ready_due (m)));
  left = sooner_at (sooner_at (left, bridges_retry_at (m)), pod_act_at (m));
  if (m->holding)
    left = sooner_at (left, m->hold_until);
  return (int) (left > longest ? longest : left);
}

/*
 * The loop tells clients the results of input and health, since it runs both, and neither knows of clients'
 * sockets.
 */
static void
tell_clients (struct monitor *m)
{
  attach_tell_taken (m);
  if (m->health.news)
    attach_tell_health (m, health_answer (m));
  m->health.news = false;
}

static int
carry_out (struct monitor *m, char asked)
{
  if (asked == CHANGE_SETTINGS)
    return changes_take (m);
  if (m->process.ended)
    return fail (m, "network", ESRCH, "the container has ended");
  if (!attach_awaits_change (m)) /* who was killed, or waits no longer, has noted nothing of it */
    return fail (m, "network", EPIPE, "who asked for it has gone");
  return bridges_change (m, asked == CHANGE_ALL_NETWORKS);
}

/* A change that a client has asked for may take a while, so it is not made where its packet was read. */
static void
make_changes (struct monitor *m)
{
  char text[sizeof m->failure.text + 64] = "";
  char asked = m->bridges.asked;
  m->bridges.asked = 0;
  if (bridges_retry_at (m) && !m->process.ended && clock_left (bridges_retry_at (m)) == 0)
    bridges_rejoin (m);
  network_revive_relay (m);
  if (!asked)
    return;
  if (carry_out (m, asked) < 0)
    snprintf (text, sizeof text, "%s %d %s", m->failure.stage, m->failure.number, m->failure.text);
  attach_tell_change (m, text);
}

/*
 * A client that does not read holds the process up, as a full pipe would. What a dead process has left is so
 * little that it can be kept for the client.
 */
static bool
reads_output (const struct monitor *m)
{
  return !m->holding && (!m->attach.backlogged || m->process.ended);
}

static size_t
collect (const struct monitor *m, struct pollfd *fds)
{
  const struct streams *s = &m->streams;
  bool reading = reads_output (m);
  size_t served = attach_poll (m, fds + SLOT_CLIENTS, CLIENTS_MAX);
  fds[SLOT_SIGNAL] = (struct pollfd) { .fd = m->signal_fd, .events = POLLIN };
  fds[SLOT_LISTEN] = (struct pollfd) { .fd = served < CLIENTS_MAX ? m->attach.listen_fd : -1,
                                       .events = POLLIN };
  fds[SLOT_SYNC] = (struct pollfd) { .fd = m->sync_fd }; /* POLLERR means that its reader is gone */
  fds[SLOT_STDIN] = (struct pollfd) { .fd = s->first ? s->in : -1, .events = POLLOUT };
  fds[SLOT_STDOUT] = (struct pollfd) { .fd = reading ? s->out.fd : -1, .events = POLLIN };
  fds[SLOT_STDERR] = (struct pollfd) { .fd = reading ? s->err.fd : -1, .events = POLLIN };
  fds[SLOT_HEALTH] = (struct pollfd) { .fd = m->health.check.fd, .events = POLLIN };
  fds[SLOT_READY] = (struct pollfd) { .fd = m->ready.check.fd, .events = POLLIN };
  fds[SLOT_HOOK] = (struct pollfd) { .fd = m->hooks.post_start.fd, .events = POLLIN };
  fds[SLOT_OOM] = oom_poll (&m->process);
  fds[SLOT_HOLDER] = (struct pollfd) { .fd = m->bridges.holder.socket_fd, .events = POLLIN };
  pod_poll (m, fds + SLOT_POD);
  fds[SLOT_NOTIFY] = (struct pollfd) { .fd = m->notify_fd, .events = POLLIN };
  return SLOT_CLIENTS + served;
}

static void
dispatch (struct monitor *m, const struct pollfd *fds, size_t count)
{
  if (fds[SLOT_OOM].revents)
    oom_look (&m->process);
  if (fds[SLOT_SIGNAL].revents)
    handle_signals (m);
  if (fds[SLOT_SYNC].revents)
    note_reader_gone (m);
  attach_handle (m, fds + SLOT_CLIENTS, count - SLOT_CLIENTS);
  if (fds[SLOT_LISTEN].revents && attach_accept (m))
    end_hold (m);
  if (fds[SLOT_HEALTH].revents)
    check_read (&m->health.check);
  if (fds[SLOT_READY].revents)
    check_read (&m->ready.check);
  if (fds[SLOT_HOOK].revents)
    check_read (&m->hooks.post_start);
  if (fds[SLOT_HOLDER].revents)
    bridges_rejoin (m);
  pod_look (m, fds + SLOT_POD);
  if (fds[SLOT_NOTIFY].revents)
    notify_pass_on (m);
  if (fds[SLOT_STDIN].revents)
    input_write (m);
  if (fds[SLOT_STDOUT].revents && reads_output (m))
    streams_pump (m, &m->streams.out);
  if (fds[SLOT_STDERR].revents && reads_output (m))
    streams_pump (m, &m->streams.err);
}

/*
 * A client that is still on its way must find a monitor that tells it the exit code, so the run is not over
 * while holding.
 */
static bool
is_over (const struct monitor *m)
{
  return m->process.ended && !m->delete_pid && !m->holding && m->streams.out.fd < 0 && m->streams.err.fd < 0;
}

void
supervise (struct monitor *m)
{
  struct pollfd fds[SLOT_CLIENTS + CLIENTS_MAX];
  for (;;)
    {
      children_reap (m);
      note_end (m);
      limit_hold (m);
      enforce_timeout (m);
      health_act (m);
      ready_act (m);
      pod_act (m);
      tell_clients (m);
      make_changes (m);
      int due = next_due (m);
      if (is_over (m))
        return;
      size_t count = collect (m, fds);
      int ready = poll (fds, count, due);
      if (ready > 0)
        dispatch (m, fds, count);
      else if (ready < 0 && errno != EINTR)
        {
          warn_and_go_on (m, "poll");
          usleep (100000);
        }
    }
}

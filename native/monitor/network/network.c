#include "monitor/network/network.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "common/slirp-api.h"
#include "monitor/log/output-text.h"
#include "monitor/processes/children.h"
#include "monitor/processes/spawn.h"

#define RETRY_MS 1000

int
network_start (struct monitor *m)
{
  int ready[2], leave[2], errors[2];
  if (!m->plan.network)
    return 0;
  network_stop (m); /* the pipe of a slirp4netns that has died */
  if (m->plan.network_api)
    unlink (m->plan.network_api);
  if (pipe2 (ready, O_CLOEXEC) < 0)
    return fail (m, "network", errno, "pipe");
  m->network.ready_fd = ready[0];
  autoclose int ready_end = ready[1];
  if (pipe2 (leave, O_CLOEXEC) < 0)
    return fail (m, "network", errno, "pipe");
  m->network.exit_fd = leave[1];
  autoclose int leave_end = leave[0];
  if (pipe2 (errors, O_CLOEXEC) < 0)
    return fail (m, "network", errno, "pipe");
  m->network.error_fd = errors[0];
  autoclose int errors_end = errors[1];
  /* slirp4netns runs in DIR, since the path of its API socket is relative: sun_path ends at 108 bytes. */
  /* It ignores SIGPIPE: once it is ready, its messages are no longer read. */
  struct spawn spawn = { .argv = m->plan.network,
                         .fds = { -1, -1, errors_end, ready_end, leave_end },
                         .fd_count = 5,
                         .directory = m->plan.dir,
                         .ignore_sigpipe = true,
                         .oom_score_adj = m->oom_score_adj };
  m->network.pid = spawn_child (&spawn);
  if (m->network.pid > 0)
    return 0;
  m->network.pid = 0;
  return fail (m, "network", errno, "%s", m->plan.network[0]);
}

int
network_ready (struct monitor *m)
{
  char byte, text[512];
  ssize_t n = read (m->network.ready_fd, &byte, 1);
  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return 0;
  if (n != 1)
    {
      last_line (m->network.error_fd, text, sizeof text);
      return fail (m, "network", EPIPE, "%s", *text ? text : "it left before it was ready");
    }
  close_descriptor (&m->network.ready_fd);
  close_descriptor (&m->network.error_fd);
  return 0;
}

/* One of an earlier run may be in a network namespace that has gone, and has the ports. */
static void
end_relay (struct monitor *m)
{
  m->network.relaying = false;
  m->network.relay_at = 0;
  if (m->network.relay_pid)
    kill (m->network.relay_pid, SIGKILL);
}

void
network_stop (struct monitor *m)
{
  end_relay (m);
  close_descriptor (&m->network.exit_fd);
  close_descriptor (&m->network.ready_fd);
  close_descriptor (&m->network.error_fd);
}

/* We end what it has put into the background: it is not what a container has left. */
int
network_prepare (struct monitor *m)
{
  char *const *argv = m->plan.network_prepare;
  char text[512];
  int ends[2];
  if (!argv)
    return 0;
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return fail (m, "network", errno, "pipe");
  autoclose int reader = ends[0], writer = ends[1];
  /* with SIGPIPE ignored, pasta takes what signal(2) gives back for an error */
  struct spawn spawn = { .argv = argv,
                         .fds = { -1, -1, writer },
                         .fd_count = 3,
                         .dies_with_us = true,
                         .oom_score_adj = m->oom_score_adj };
  int code = run_spawned (&spawn);
  if (code < 0)
    return fail (m, "network", errno, "%s", argv[0]);
  first_line (reader, text, sizeof text);
  if (code > 0)
    return fail (m, "network", code, "%s", text);
  free (m->helpers);
  children_list (&m->helpers, &m->helper_count);
  return 0;
}

/* It serves when it closes its end of the pipe; otherwise it says there what is wrong. */
static int
start_relay (struct monitor *m)
{
  char text[512];
  int ends[2];
  if (!m->plan.network_relay)
    return 0;
  end_relay (m);
  while (m->network.relay_pid && children_wait (m) == 0)
    ;
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return fail (m, "network", errno, "pipe");
  autoclose int reader = ends[0], writer = ends[1];
  struct spawn spawn = { .argv = m->plan.network_relay,
                         .fds = { -1, -1, writer },
                         .fd_count = 3,
                         .dies_with_us = true,
                         .oom_score_adj = m->oom_score_adj };
  pid_t pid = spawn_child (&spawn);
  if (pid < 0)
    return fail (m, "network", errno, "%s", m->plan.network_relay[0]);
  m->network.relay_pid = pid;
  close_descriptor (&writer);
  struct pollfd closed = { .fd = reader };
  while (poll (&closed, 1, -1) < 0 && errno == EINTR)
    ;
  first_line (reader, text, sizeof text);
  char *reason = text;
  long number = strtol (text, &reason, 10);
  if (*text)
    return fail (m, "relay", (int) number, "%s", reason + strspn (reason, " "));
  m->network.relaying = true;
  return 0;
}

int64_t
network_relay_at (const struct monitor *m)
{
  return m->network.relay_at;
}

void
network_revive_relay (struct monitor *m)
{
  if (!m->network.relay_at || m->process.ended || clock_left (m->network.relay_at) > 0
      || start_relay (m) == 0)
    return;
  m->network.relay_at = clock_monotonic_ms () + RETRY_MS;
  errno = 0;
  warn_and_go_on (m, "serving published ports again: %s", m->failure.text);
}

int
network_forward_ports (struct monitor *m)
{
  char answer[512];
  int index = 0;
  for (size_t i = 0; m->plan.network_api && i < m->plan.count; i++)
    {
      const struct record *record = &m->plan.records[i];
      if (!record_is (record, "network-request"))
        continue;
      if (slirp_ask (AT_FDCWD, m->plan.network_api, record->argv[0], answer, sizeof answer) < 0)
        return fail (m, "port", index, "%s", strerror (errno));
      if (!*answer || strstr (answer, "\"error\""))
        return fail (m, "port", index, "%s", answer);
      index++;
    }
  return start_relay (m);
}

#include "monitor/pod/pod.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "monitor/facts/report.h"
#include "monitor/pod/ending.h"
#include "monitor/pod/members.h"
#include "monitor/pod/sidecars.h"

/* The kernel tells of a close before it gives up the file's locks: what isn't free is looked at once more. */
#define LOOK_AGAIN_MS 50

/* Infra's own look at the lock is no close of the file, since its descriptor stays open. */
static int
watch_lock (struct monitor *m, const char *path)
{
  m->pod.lock_fd = open (path, O_RDONLY | O_CLOEXEC);
  m->pod.watch_fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  if (m->pod.lock_fd < 0 || m->pod.watch_fd < 0)
    return fail (m, "plan", errno, "%s", path);
  if (inotify_add_watch (m->pod.watch_fd, path, IN_CLOSE) < 0)
    return fail (m, "plan", errno, "%s", path);
  return 0;
}

static int
hold_lock (struct monitor *m, const char *path)
{
  m->pod.held_fd = open (path, O_RDONLY | O_CLOEXEC);
  if (m->pod.held_fd < 0)
    return fail (m, "plan", errno, "%s", path);
  while (flock (m->pod.held_fd, LOCK_SH) < 0)
    if (errno != EINTR)
      return 0; /* a file system that knows no locks */
  return 0;
}

int
pod_join (struct monitor *m)
{
  if (m->plan.hold_lock && hold_lock (m, m->plan.hold_lock) < 0)
    return -1;
  return m->plan.end_when_free ? watch_lock (m, m->plan.end_when_free[0]) : 0;
}

/*
 * Starts that fail, and commands that hold the lock for a while, open the file for reading. What was opened
 * for writing is closed by the end of a member.
 */
void
pod_note_started (struct monitor *m)
{
  if (m->plan.hold_lock && m->pod.started_fd < 0)
    m->pod.started_fd = open (m->plan.hold_lock, O_WRONLY | O_CLOEXEC);
}

void
pod_poll (const struct monitor *m, struct pollfd fds[POD_FDS])
{
  fds[0] = (struct pollfd) { .fd = m->pod.watch_fd, .events = POLLIN };
  fds[1] = (struct pollfd) { .fd = m->pod.survivor_fd, .events = POLLIN };
  fds[2] = (struct pollfd) { .fd = m->pod.sidecar.timer_fd, .events = POLLIN };
}

static void
read_events (struct monitor *m)
{
  char buffer[4096] __attribute__ ((aligned (8)));
  for (ssize_t n; (n = read (m->pod.watch_fd, buffer, sizeof buffer)) > 0;)
    for (const char *next = buffer; next < buffer + n;)
      {
        const struct inotify_event *event = (const void *) next;
        if (event->mask & (IN_CLOSE_WRITE | IN_Q_OVERFLOW))
          m->pod.armed = true;
        next += sizeof *event + event->len;
      }
}

/*
 * The lock is free, but a monitor that was killed has given it up as well, and infra's may have ended before
 * those of members that were stopped with it. Their status files name who is still there.
 */
static int
find_survivor (const struct monitor *m)
{
  struct members members;
  char directory[PATH_MAX], note[64];
  int fd = -1;
  members_open (&members, m);
  while (fd < 0 && members_next (&members, directory, sizeof directory))
    {
      members_read_note (&members, note, sizeof note);
      if (*note)
        continue;
      fd = member_open_process (directory, "process");
      if (fd < 0)
        fd = member_open_process (directory, "monitor");
    }
  members_close (&members);
  return fd;
}

/* SIGKILL instead of the plan's signal: our exit code tells that containers have failed. */
static int
end_signal (const struct monitor *m)
{
  const char *mode = m->plan.propagate;
  if (mode && members_have_failed (m, strcmp (mode, "all") == 0))
    return SIGKILL;
  return (int) strtol (m->plan.end_when_free[1], NULL, 10);
}

/* Ends the process, if a member has ended and none is left. Returns whether somebody holds the lock. */
static bool
look_at_lock (struct monitor *m)
{
  if (!m->pod.armed || m->process.ended)
    return false;
  if (flock (m->pod.lock_fd, LOCK_EX | LOCK_NB) < 0)
    return true;
  flock (m->pod.lock_fd, LOCK_UN);
  if (m->pod.survivor_fd < 0)
    m->pod.survivor_fd = find_survivor (m);
  if (m->pod.survivor_fd < 0)
    m->pod.survivor_fd = sidecar_end_next (m);
  if (m->pod.survivor_fd >= 0)
    return false; /* its end brings us here again */
  m->pod.armed = false;
  ending_begin (m, end_signal (m), (unsigned) strtoul (m->plan.end_when_free[2], NULL, 10));
  return false;
}

void
pod_look (struct monitor *m, const struct pollfd fds[POD_FDS])
{
  if (fds[0].revents)
    read_events (m);
  if (fds[2].revents)
    sidecar_kill (&m->pod.sidecar);
  if (fds[1].revents)
    {
      close_descriptor (&m->pod.survivor_fd);
      sidecar_forget (&m->pod.sidecar);
    }
  if (fds[0].revents || fds[1].revents)
    m->pod.look_at = look_at_lock (m) ? clock_monotonic_ms () + LOOK_AGAIN_MS : 0;
}

int64_t
pod_act_at (const struct monitor *m)
{
  return m->pod.look_at && !m->process.ended ? m->pod.look_at : ending_act_at (m);
}

void
pod_act (struct monitor *m)
{
  if (m->pod.look_at && clock_monotonic_ms () >= m->pod.look_at)
    {
      m->pod.look_at = 0;
      look_at_lock (m);
    }
  ending_act (m);
}

#include "monitor/processes/pod.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "monitor/facts/report.h"
#include "monitor/processes/process.h"

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

int
pod_join (struct monitor *m)
{
  if (m->plan.end_when_free)
    return watch_lock (m, m->plan.end_when_free[0]);
  if (!m->plan.hold_lock)
    return 0;
  m->pod.lock_fd = open (m->plan.hold_lock, O_RDONLY | O_CLOEXEC);
  if (m->pod.lock_fd < 0)
    return fail (m, "plan", errno, "%s", m->plan.hold_lock);
  while (flock (m->pod.lock_fd, LOCK_SH) < 0)
    if (errno != EINTR)
      return 0; /* a file system that knows no locks */
  return 0;
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

struct pollfd
pod_poll (const struct monitor *m)
{
  return (struct pollfd) { .fd = m->pod.watch_fd, .events = POLLIN };
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

void
pod_look (struct monitor *m, short revents)
{
  if (!revents)
    return;
  read_events (m);
  if (!m->pod.armed || m->process.ended || flock (m->pod.lock_fd, LOCK_EX | LOCK_NB) < 0)
    return;
  flock (m->pod.lock_fd, LOCK_UN);
  m->pod.armed = false;
  process_signal (&m->process, (int) strtol (m->plan.end_when_free[1], NULL, 10));
}

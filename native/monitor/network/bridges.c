#include "monitor/network/bridges.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "monitor/files/mounts.h"
#include "monitor/network/bridge-changes.h"

#define RETRY_MS 1000

/*
 * In a holder that is being made. It would keep the monitor's mounts as long as it lives, the container's
 * network namespace with its addresses among them, though the monitor were killed.
 */
static void
let_go_of_mounts (const void *owner)
{
  if (unshare (CLONE_NEWNS) == 0 && mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
    mounts_detach (owner, false);
}

/* Joins the holder, which the plan's `network-holder DIR PROGRAM...` names. */
static int
join (struct monitor *m)
{
  struct network_holder *holder = &m->bridges.holder;
  holder->directory = m->plan.network_holder[0];
  holder->command = m->plan.network_holder + 1;
  holder->let_go = let_go_of_mounts;
  holder->owner = m;
  close_descriptor (&holder->socket_fd);
  return network_holder_join (holder);
}

static int
read_wanted (struct monitor *m, struct bridge_records *wanted, const char *path)
{
  if (bridge_records_read (wanted, path) == 0)
    return 0;
  return fail (m, "network", errno, "%s", path);
}

static void
accept_records (struct monitor *m, struct bridge_records *wanted)
{
  bridge_records_free (&m->bridges.records);
  m->bridges.records = *wanted;
}

int
bridges_set_up (struct monitor *m)
{
  struct bridge_records wanted;
  if (!m->plan.networks)
    return 0;
  if (read_wanted (m, &wanted, m->plan.networks) < 0)
    return -1;
  if ((m->bridges.holder.socket_fd < 0 && join (m) < 0 && bridges_fail_holder (m) < 0)
      || bridges_change_records (m, &m->bridges.records, &wanted) < 0)
    {
      bridge_records_free (&wanted);
      return -1;
    }
  accept_records (m, &wanted);
  return 0;
}

/* From what is in force to WANTED, which is freed where it can't be had. */
static int
change_to (struct monitor *m, struct bridge_records *wanted, bool again)
{
  const struct bridge_records none = { 0 };
  autoclose int namespace = again ? open (m->plan.netns, O_RDONLY | O_CLOEXEC) : -1;
  if (again && bridges_detach_missing (m, namespace, &m->bridges.records, &none) < 0)
    warn_and_go_on (m, "detaching: %s", m->failure.text);
  if (bridges_change_records (m, again ? &none : &m->bridges.records, wanted) == 0)
    {
      accept_records (m, wanted);
      return 0;
    }
  struct failure failure = m->failure;
  if (bridges_change_records (m, wanted, &m->bridges.records) < 0)
    warn_and_go_on (m, "going back to the networks of before: %s", m->failure.text);
  m->failure = failure;
  bridge_records_free (wanted);
  return -1;
}

static bool
same_namespace (int a, int b)
{
  struct stat first, second;
  return fstat (a, &first) == 0 && fstat (b, &second) == 0 && first.st_ino == second.st_ino;
}

/* A shared namespace that others have made meanwhile has none of our interfaces. */
static int
rejoin (struct monitor *m)
{
  const struct bridge_records none = { 0 };
  autoclose int before = fcntl (m->bridges.holder.namespace_fd, F_DUPFD_CLOEXEC, 3);
  if (join (m) < 0)
    return bridges_fail_holder (m);
  if (same_namespace (before, m->bridges.holder.namespace_fd))
    return bridges_send (m, &m->bridges.records);
  autoclose int namespace = open (m->plan.netns, O_RDONLY | O_CLOEXEC);
  if (bridges_detach_missing (m, namespace, &m->bridges.records, &none) < 0)
    return -1;
  return bridges_change_records (m, &none, &m->bridges.records);
}

/* Or says when that is to be tried again. */
static int
rejoin_or_wait (struct monitor *m)
{
  m->bridges.retry_at = 0;
  if (rejoin (m) == 0)
    return 0;
  close_descriptor (&m->bridges.holder.socket_fd);
  m->bridges.retry_at = clock_monotonic_ms () + RETRY_MS;
  return -1;
}

void
bridges_rejoin (struct monitor *m)
{
  if (rejoin_or_wait (m) == 0)
    return;
  errno = m->failure.number;
  warn_and_go_on (m, "joining the shared network namespace again: %s", m->failure.text);
}

int
bridges_change (struct monitor *m, bool again)
{
  char change[PATH_MAX];
  struct bridge_records wanted;
  if (!m->plan.networks || (m->bridges.holder.socket_fd < 0 && !m->bridges.retry_at))
    return fail (m, "network", ENOTCONN, "the container is in no network that could change");
  /* The holder has died, and there was no other at the last look: a command doesn't wait for the next. */
  if (m->bridges.holder.socket_fd < 0 && rejoin_or_wait (m) < 0)
    return -1;
  snprintf (change, sizeof change, "%s.new", m->plan.networks);
  if (read_wanted (m, &wanted, change) < 0)
    return -1;
  if (change_to (m, &wanted, again) < 0)
    return -1;
  if (rename (change, m->plan.networks) < 0)
    warn_and_go_on (m, "%s", change);
  return 0;
}

int64_t
bridges_retry_at (const struct monitor *m)
{
  return m->bridges.retry_at;
}

void
bridges_forget (struct monitor *m)
{
  bridge_records_free (&m->bridges.records);
}

void
bridges_leave (struct monitor *m)
{
  m->bridges.retry_at = 0;
  bridges_forget (m);
  network_holder_leave (&m->bridges.holder);
}

#include "monitor/network/bridges.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "common/network-attach.h"
#include "common/network-words.h"
#include "common/packet.h"
#include "monitor/files/mounts.h"

#define RETRY_MS 1000
#define WORDS_MAX 512

static int
fail_holder (struct monitor *m)
{
  return fail (m, "network", errno, "the shared network namespace");
}

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

static const struct bridge_record *
find_same (const struct bridge_records *records, const struct bridge_record *wanted)
{
  for (size_t i = 0; i < records->count; i++)
    if (records->list[i].is_bridge && bridge_record_same_interface (&records->list[i], wanted))
      return &records->list[i];
  return NULL;
}

static int
detach_missing (struct monitor *m, int namespace, const struct bridge_records *old,
                const struct bridge_records *new)
{
  struct network_result result;
  for (size_t i = 0; i < old->count; i++)
    {
      const struct bridge_record *record = &old->list[i];
      const char *interface = record->is_bridge ? network_value (record->words + 2, "interface") : NULL;
      if (interface && !find_same (new, record) && network_detach (namespace, interface, &result) < 0)
        return fail (m, "network", result.error, "%s", result.text);
    }
  return 0;
}

/* Attaches only the networks that are new; the others stay as they are. */
static int
attach_missing (struct monitor *m, int namespace, const struct bridge_records *old,
                const struct bridge_records *new)
{
  struct bridge_record *records[NETWORKS_MAX];
  char *const *networks[NETWORKS_MAX];
  struct network_result result;
  size_t count = 0;
  for (size_t i = 0; i < new->count; i++)
    if (new->list[i].is_bridge && !find_same (old, &new->list[i]))
      {
        if (count == NETWORKS_MAX)
          return fail (m, "network", E2BIG, "more than %d networks", NETWORKS_MAX);
        records[count] = &new->list[i];
        networks[count++] = new->list[i].words + 2;
      }
  if (count && network_attach (m->bridges.holder.namespace_fd, namespace, networks, count, &result) < 0)
    return fail (m, "network", result.error, "%s", result.text);
  for (size_t i = 0; i < count; i++)
    records[i]->index = result.bridge[i];
  return 0;
}

/* A bridge that stays as it was, with all that it is isolated from, has its index. */
static void
keep_indices (const struct bridge_records *old, const struct bridge_records *new)
{
  for (size_t i = 0; i < new->count; i++)
    {
      struct bridge_record *record = &new->list[i];
      const struct bridge_record *before = record->is_bridge ? find_same (old, record) : NULL;
      if (before && bridge_record_same_bridge (before, record))
        record->index = before->index;
    }
}

/* Makes sure of the bridges whose isolation has changed, and of those whose index isn't known. */
static int
ensure_bridges (struct monitor *m, const struct bridge_records *records)
{
  struct bridge_record *unknown[NETWORKS_MAX];
  char *const *networks[NETWORKS_MAX];
  int indices[NETWORKS_MAX];
  size_t count = 0;
  for (size_t i = 0; i < records->count && count < NETWORKS_MAX; i++)
    if (records->list[i].is_bridge && records->list[i].index <= 0)
      {
        unknown[count] = &records->list[i];
        networks[count++] = records->list[i].words + 2;
      }
  if (count && network_bridges (m->bridges.holder.namespace_fd, networks, count, indices) < 0)
    return fail_holder (m);
  for (size_t i = 0; i < count; i++)
    unknown[i]->index = indices[i];
  return 0;
}

/*
 * Sends the record with the index of the bridge in the shared namespace: by that the name server knows
 * where a question came from.
 */
static int
send_record (struct monitor *m, const struct bridge_record *record)
{
  char number[32], *words[WORDS_MAX + 2];
  size_t count = 0;
  while (record->words[count] && count < WORDS_MAX)
    {
      words[count] = record->words[count];
      count++;
    }
  if (record->is_bridge)
    {
      snprintf (number, sizeof number, "index=%d", record->index);
      words[count++] = number;
    }
  words[count] = NULL;
  return packet_send (m->bridges.holder.socket_fd, words, -1);
}

static int
send_all (struct monitor *m, const struct bridge_records *records)
{
  char text[512];
  int index;
  if (ensure_bridges (m, records) < 0)
    return -1;
  for (size_t i = 0; i < records->count; i++)
    if (send_record (m, &records->list[i]) < 0)
      return fail_holder (m);
  if (network_holder_commit (&m->bridges.holder, &index, text, sizeof text) == 0)
    return 0;
  int error = errno;
  if (index < 0)
    return fail (m, "network", error, "%s", text);
  return fail (m, "port", index, "%s", *text ? text : strerror (error));
}

/* Changes from OLD, which is in force, to NEW. */
static int
change (struct monitor *m, const struct bridge_records *old, const struct bridge_records *new)
{
  autoclose int namespace = open (m->plan.netns, O_RDONLY | O_CLOEXEC);
  if (namespace < 0)
    return fail (m, "network", errno, "%s", m->plan.netns);
  if (detach_missing (m, namespace, old, new) < 0 || attach_missing (m, namespace, old, new) < 0)
    return -1;
  keep_indices (old, new);
  return send_all (m, new);
}

static int
read_wanted (struct monitor *m, struct bridge_records *wanted)
{
  if (bridge_records_read (wanted, m->plan.networks) == 0)
    return 0;
  return fail (m, "network", errno, "%s", m->plan.networks);
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
  if (read_wanted (m, &wanted) < 0)
    return -1;
  if ((m->bridges.holder.socket_fd < 0 && join (m) < 0 && fail_holder (m) < 0)
      || change (m, &m->bridges.records, &wanted) < 0)
    {
      bridge_records_free (&wanted);
      return -1;
    }
  accept_records (m, &wanted);
  return 0;
}

int
bridges_change (struct monitor *m, bool again)
{
  const struct bridge_records none = { 0 };
  struct bridge_records wanted;
  if (!m->plan.networks || m->bridges.holder.socket_fd < 0)
    return fail (m, "network", ENOTCONN, "the container is in no network that could change");
  if (read_wanted (m, &wanted) < 0)
    return -1;
  autoclose int namespace = again ? open (m->plan.netns, O_RDONLY | O_CLOEXEC) : -1;
  if (again && detach_missing (m, namespace, &m->bridges.records, &none) < 0)
    warn_and_go_on (m, "detaching: %s", m->failure.text);
  if (change (m, again ? &none : &m->bridges.records, &wanted) == 0)
    {
      accept_records (m, &wanted);
      return 0;
    }
  struct failure failure = m->failure;
  if (change (m, &wanted, &m->bridges.records) < 0)
    warn_and_go_on (m, "going back to the networks of before: %s", m->failure.text);
  m->failure = failure;
  bridge_records_free (&wanted);
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
    return fail_holder (m);
  if (same_namespace (before, m->bridges.holder.namespace_fd))
    return send_all (m, &m->bridges.records);
  autoclose int namespace = open (m->plan.netns, O_RDONLY | O_CLOEXEC);
  if (detach_missing (m, namespace, &m->bridges.records, &none) < 0)
    return -1;
  return change (m, &none, &m->bridges.records);
}

void
bridges_rejoin (struct monitor *m)
{
  m->bridges.retry_at = 0;
  if (rejoin (m) == 0)
    return;
  errno = m->failure.number;
  warn_and_go_on (m, "joining the shared network namespace again: %s", m->failure.text);
  close_descriptor (&m->bridges.holder.socket_fd);
  m->bridges.retry_at = clock_monotonic_ms () + RETRY_MS;
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

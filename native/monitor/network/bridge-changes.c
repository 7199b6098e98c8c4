#include "monitor/network/bridge-changes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "common/descriptor.h"
#include "common/network-attach.h"
#include "common/network-words.h"
#include "common/packet.h"

#define WORDS_MAX 512

int
bridges_fail_holder (struct monitor *m)
{
  return fail (m, "network", errno, "the shared network namespace");
}

static const struct bridge_record *
find_same (const struct bridge_records *records, const struct bridge_record *wanted)
{
  for (size_t i = 0; i < records->count; i++)
    if (records->list[i].is_bridge && bridge_record_same_interface (&records->list[i], wanted))
      return &records->list[i];
  return NULL;
}

int
bridges_detach_missing (struct monitor *m, int namespace, const struct bridge_records *old,
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
    return bridges_fail_holder (m);
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

int
bridges_send (struct monitor *m, const struct bridge_records *records)
{
  char text[512];
  int index;
  if (ensure_bridges (m, records) < 0)
    return -1;
  for (size_t i = 0; i < records->count; i++)
    if (send_record (m, &records->list[i]) < 0)
      return bridges_fail_holder (m);
  if (network_holder_commit (&m->bridges.holder, &index, text, sizeof text) == 0)
    return 0;
  int error = errno;
  if (index < 0)
    return fail (m, "network", error, "%s", text);
  return fail (m, "port", index, "%s", *text ? text : strerror (error));
}

int
bridges_change_records (struct monitor *m, const struct bridge_records *old, const struct bridge_records *new)
{
  autoclose int namespace = open (m->plan.netns, O_RDONLY | O_CLOEXEC);
  if (namespace < 0)
    return fail (m, "network", errno, "%s", m->plan.netns);
  if (bridges_detach_missing (m, namespace, old, new) < 0 || attach_missing (m, namespace, old, new) < 0)
    return -1;
  keep_indices (old, new);
  return bridges_send (m, new);
}

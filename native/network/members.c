#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/packet.h"
#include "network/holder.h"

#define RECORDS_MAX 65536
#define LINGER_MS 3000

static void
free_records (struct records *records)
{
  for (size_t i = 0; i < records->count; i++)
    free (records->list[i].words);
  free (records->list);
  *records = (struct records) { 0 };
}

static bool
is_forward (const struct record *record)
{
  return strcmp (record->words[0], "forward") == 0;
}

static bool
has_forwards (const struct records *records)
{
  for (size_t i = 0; i < records->count; i++)
    if (is_forward (&records->list[i]))
      return true;
  return false;
}

static bool
same_words (const struct record *a, const struct record *b)
{
  if (a->count != b->count)
    return false;
  for (size_t i = 0; i < a->count; i++)
    if (strcmp (a->words[i], b->words[i]) != 0)
      return false;
  return true;
}

void
members_accept (struct holder *holder)
{
  autoclose int fd = accept4 (holder->listen_fd, NULL, NULL, SOCK_CLOEXEC);
  struct member *member = fd < 0 ? NULL : calloc (1, sizeof *member);
  if (!member)
    return;
  member->fd = take_fd (&fd);
  member->number = ++holder->last_number;
  member->next = holder->members;
  holder->members = member;
  holder->leave_at = 0;
}

static void
drop_forwards (struct holder *holder, struct records *records)
{
  for (size_t i = 0; i < records->count; i++)
    if (is_forward (&records->list[i]))
      slirp_unforward (holder, &records->list[i]);
}

static void
end_member (struct holder *holder, struct member *member)
{
  struct member **place = &holder->members;
  while (*place != member)
    place = &(*place)->next;
  *place = member->next;
  bool ports = has_forwards (&member->active);
  drop_forwards (holder, &member->active);
  free_records (&member->active);
  free_records (&member->staged);
  close (member->fd);
  free (member);
  zone_publish (holder);
  if (ports)
    relay_restart (holder);
  if (!holder->members)
    holder->leave_at = names_now () + (holder->leaving ? 0 : LINGER_MS);
}

static void
answer (const struct member *member, char *const *words, int fd)
{
  packet_send (member->fd, words, fd); /* who has left has no use for it */
}

static void
answer_failed (const struct member *member, int index, int error, const char *text)
{
  char number[16], code[16], words[300];
  snprintf (number, sizeof number, "%d", index);
  snprintf (code, sizeof code, "%d", error);
  snprintf (words, sizeof words, "%s", text);
  answer (member, (char *[]) { "failed", number, code, words, NULL }, -1);
}

/*
 * Those that go on keep their place in slirp4netns; the others make room first, since a port may get
 * another target.
 */
static void
keep_forwards (struct holder *holder, struct records *old, struct records *new)
{
  for (size_t i = 0; i < old->count; i++)
    {
      struct record *before = &old->list[i];
      if (!is_forward (before) || before->forward < 0)
        continue;
      for (size_t n = 0; n < new->count && before->forward >= 0; n++)
        if (new->list[n].forward < 0 && same_words (before, &new->list[n]))
          {
            new->list[n].forward = before->forward;
            new->list[n].listen_fd = before->listen_fd;
            before->forward = before->listen_fd = -1;
          }
      slirp_unforward (holder, before);
    }
}

/* Returns 0, or -1 with errno, TEXT and which one it was. */
static int
add_forwards (struct holder *holder, struct records *records, int *index, char *text, size_t size)
{
  *index = -1;
  for (size_t i = 0; i < records->count; i++)
    {
      struct record *record = &records->list[i];
      if (!is_forward (record))
        continue;
      (*index)++;
      if (record->forward < 0 && slirp_forward (holder, record, text, size) < 0)
        return -1;
    }
  return 0;
}

static void
commit (struct holder *holder, struct member *member)
{
  int index;
  char text[256];
  member->waiting = false;
  keep_forwards (holder, &member->active, &member->staged);
  if (add_forwards (holder, &member->staged, &index, text, sizeof text) < 0)
    {
      int error = errno, ignored;
      keep_forwards (holder, &member->staged, &member->active);
      free_records (&member->staged);
      char unused[256];
      add_forwards (holder, &member->active, &ignored, unused, sizeof unused);
      answer_failed (member, index, error, text);
      return;
    }
  bool ports = has_forwards (&member->active) || has_forwards (&member->staged);
  free_records (&member->active);
  member->active = member->staged;
  member->staged = (struct records) { 0 };
  zone_publish (holder);
  if (ports)
    relay_restart (holder);
  answer (member, (char *[]) { "ok", NULL }, -1);
}

/* A member that has nothing gives up what it had: that doesn't wait. */
static void
ask_to_commit (struct holder *holder, struct member *member)
{
  if (holder->slirp.ready || member->staged.count == 0)
    commit (holder, member);
  else
    member->waiting = true;
}

static bool
stage (struct member *member, struct packet *packet)
{
  struct records *staged = &member->staged;
  struct record *grown = staged->count < RECORDS_MAX
                             ? realloc (staged->list, (staged->count + 1) * sizeof *grown)
                             : NULL;
  if (!grown)
    return false;
  staged->list = grown;
  grown[staged->count++] =
      (struct record) { .words = packet->words, .count = packet->count, .forward = -1, .listen_fd = -1 };
  packet->words = NULL; /* the record has them now */
  return true;
}

/* Returns false where the member is to be dropped: it does not speak as it should. */
static bool
obey (struct holder *holder, struct member *member, struct packet *packet)
{
  const char *verb = packet->words[0];
  if (strcmp (verb, "join") == 0)
    answer (member, (char *[]) { "ok", NULL }, holder->shared.fd);
  else if (strcmp (verb, "commit") == 0)
    ask_to_commit (holder, member);
  else if (strcmp (verb, "forward") == 0 || (strcmp (verb, "bridge") == 0 && packet->count > 1))
    return stage (member, packet);
  else
    return false;
  return true;
}

static void
read_member (struct holder *holder, struct member *member)
{
  struct packet packet;
  int got = packet_receive (member->fd, &packet);
  bool good = got > 0 && !member->waiting && obey (holder, member, &packet);
  if (got > 0)
    packet_free (&packet);
  if (!good)
    end_member (holder, member);
}

size_t
members_poll (const struct holder *holder, struct pollfd *polls, size_t room)
{
  size_t count = 0;
  for (const struct member *member = holder->members; member && count < room; member = member->next)
    polls[count++] = (struct pollfd) { .fd = member->fd, .events = POLLIN };
  return count;
}

void
members_handle (struct holder *holder, const struct pollfd *polls, size_t count)
{
  struct member *next, *member = holder->members;
  for (size_t i = 0; member && i < count; i++, member = next)
    {
      next = member->next;
      if (polls[i].revents)
        read_member (holder, member);
    }
}

static void
serve_waiting (struct holder *holder, struct member *member)
{
  if (holder->slirp.ready)
    commit (holder, member);
  else
    {
      member->waiting = false;
      free_records (&member->staged);
      answer_failed (member, -1, ECONNREFUSED, holder->slirp.problem);
    }
}

/* A port that another process has taken meanwhile is lost, as it would be after a reboot. */
void
members_slirp_changed (struct holder *holder)
{
  char text[256];
  for (struct member *member = holder->members; member; member = member->next)
    {
      for (size_t i = 0; i < member->active.count; i++)
        if (member->active.list[i].listen_fd < 0)
          member->active.list[i].forward = -1;
      for (size_t i = 0; holder->slirp.ready && i < member->active.count; i++)
        if (is_forward (&member->active.list[i]) && member->active.list[i].forward < 0)
          slirp_forward (holder, &member->active.list[i], text, sizeof text);
      if (member->waiting)
        serve_waiting (holder, member);
    }
  relay_restart (holder);
}

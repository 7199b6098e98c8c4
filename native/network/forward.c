#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "network/names.h"

#define ATTEMPT_MS 1500
#define ATTEMPTS_MAX 3
#define OF_ONE_ASKER_MAX 128
#define ANSWER_MAX 65535
#define LOOKS 8

struct question
{
  bool used;
  int fd; /* connected to the server that is asked */
  int64_t deadline;
  size_t attempts, server_count;
  struct zone_server servers[VIEW_SERVERS_MAX];
  struct names_peer peer;
  size_t size, limit; /* LIMIT: what the asker takes */
  size_t end;         /* of the question in the query */
  uint8_t own_id[2], asked_id[2];
  uint8_t query[NAMES_QUERY_MAX];
  struct pollfd *poll;
};

static struct question questions[NAMES_QUERIES_MAX];
static size_t highest; /* no slot from here on is used */

/*
 * By the kernel's call itself: the C library's getrandom() (glibc 2.41) asks how many processors there are
 * before it takes the vDSO's, and that call is not allowed here.
 */
static bool
random_bytes (void *bytes, size_t size)
{
  return syscall (SYS_getrandom, bytes, size, 0) == (long) size;
}

static void
end_question (struct question *question)
{
  close_descriptor (&question->fd);
  question->used = false;
  while (highest > 0 && !questions[highest - 1].used)
    highest--;
}

static size_t
count_of (const struct asker *asker)
{
  size_t count = 0;
  for (size_t i = 0; i < highest; i++)
    count += questions[i].used
             && memcmp (questions[i].peer.asker.bytes, asker->bytes, sizeof asker->bytes) == 0;
  return count;
}

/*
 * All slots are used, as some askers can do who together ask for what no server answers. One of an asker who
 * has more than COUNT is given up: of those that a few looks find, one who has the most.
 */
static struct question *
take_from_greediest (size_t count)
{
  struct question *found = NULL;
  size_t most = count + 1;
  uint16_t where[LOOKS];
  if (!random_bytes (where, sizeof where))
    return NULL;
  for (size_t i = 0; i < LOOKS; i++)
    {
      struct question *question = &questions[where[i] % NAMES_QUERIES_MAX];
      size_t theirs = count_of (&question->peer.asker);
      if (theirs > most)
        {
          most = theirs;
          found = question;
        }
    }
  if (found)
    end_question (found);
  return found;
}

static struct question *
free_slot (const struct names_peer *peer)
{
  size_t same = count_of (&peer->asker);
  if (same >= OF_ONE_ASKER_MAX)
    return NULL;
  for (size_t i = 0; i < NAMES_QUERIES_MAX; i++)
    if (i >= highest || !questions[i].used)
      return &questions[i];
  return take_from_greediest (same);
}

static void
fail_question (struct question *question)
{
  static uint8_t packet[DNS_UDP_MAX];
  struct reply reply = { .packet = packet, .limit = sizeof packet };
  memcpy (question->query, question->asked_id, 2);
  if (dns_read_question (question->query, question->size, &reply.question) >= 0)
    {
      answer_code (&reply, question->query, DNS_SERVFAIL);
      names_send (&question->peer, packet, reply.size);
    }
  end_question (question);
}

/* Asks the next server, in turn; returns false where all have been asked often enough. */
static bool
ask_next (struct names *names, struct question *question)
{
  while (question->attempts < ATTEMPTS_MAX || question->attempts < question->server_count)
    {
      size_t which = (names->preferred + question->attempts++) % question->server_count;
      close_descriptor (&question->fd);
      question->fd = names_connect (&question->servers[which], SOCK_DGRAM);
      question->deadline = names_now () + ATTEMPT_MS;
      if (question->fd >= 0 && send (question->fd, question->query, question->size, MSG_NOSIGNAL) >= 0)
        return true;
    }
  return false;
}

void
forward_query (struct names *names, const struct names_peer *peer, const uint8_t *query, size_t size,
               const struct reply *reply)
{
  struct question *question = free_slot (peer);
  if (!question)
    return; /* the asker asks again */
  if ((size_t) (question - questions) >= highest)
    highest = (size_t) (question - questions) + 1;
  question->used = true;
  question->fd = -1;
  question->attempts = 0;
  question->peer = *peer;
  question->size = size;
  question->end = reply->question.end;
  question->limit = reply->question.udp_size;
  question->server_count = reply->server_count;
  for (size_t i = 0; i < reply->server_count; i++)
    question->servers[i] = *reply->servers[i];
  memcpy (question->query, query, size);
  memcpy (question->asked_id, query, 2);
  if (!random_bytes (question->own_id, 2))
    memcpy (question->own_id, query, 2);
  memcpy (question->query, question->own_id, 2);
  question->poll = NULL;
  if (!ask_next (names, question))
    fail_question (question);
}

void
forward_poll (struct names *names)
{
  for (size_t i = 0; i < highest; i++)
    if (questions[i].used)
      questions[i].poll = names_add_poll (names, questions[i].fd, POLLIN);
}

static bool
is_answer (const struct question *question, const uint8_t *packet, ssize_t size)
{
  return size >= (ssize_t) question->end && memcmp (packet, question->own_id, 2) == 0 && packet[2] & 0x80;
}

/* A server that can't answer is no reason to give up while there is another. */
static bool
is_refusal (const uint8_t *packet)
{
  int code = packet[3] & 0x0f;
  return code == DNS_SERVFAIL || code == DNS_NOTIMP || code == DNS_REFUSED;
}

static void
pass_on (struct names *names, struct question *question, uint8_t *packet, size_t size)
{
  struct dns_question asked = { .end = question->end };
  names->preferred = (names->preferred + question->attempts - 1) % question->server_count;
  memcpy (packet, question->asked_id, 2);
  size = dns_truncate (packet, size, &asked, question->limit);
  names_send (&question->peer, packet, size);
  end_question (question);
}

static void
read_answer (struct names *names, struct question *question)
{
  static uint8_t packet[ANSWER_MAX];
  ssize_t size = recv (question->fd, packet, sizeof packet, MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (size >= 0 && !is_answer (question, packet, size))
    return;
  bool more = question->attempts < question->server_count;
  if (size >= 0 && (!is_refusal (packet) || !more))
    pass_on (names, question, packet, (size_t) size);
  else if (!ask_next (names, question)) /* nobody listens there */
    fail_question (question);
}

void
forward_handle (struct names *names)
{
  int64_t now = names_now ();
  for (size_t i = 0; i < highest; i++)
    {
      struct question *question = &questions[i];
      if (!question->used)
        continue;
      if (question->poll && question->poll->revents)
        read_answer (names, question);
      else if (now >= question->deadline && !ask_next (names, question))
        fail_question (question);
    }
}

int64_t
forward_due (int64_t now)
{
  int64_t least = -1;
  for (size_t i = 0; i < highest; i++)
    {
      int64_t left = questions[i].deadline > now ? questions[i].deadline - now : 0;
      if (questions[i].used && (least < 0 || left < least))
        least = left;
    }
  return least;
}

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "network/names.h"

/* RFC 7766. Both ways a message begins with its size, two bytes. */
#define IDLE_MS 10000
#define SERVER_MS 4000
#define OF_ONE_ASKER_MAX 8
#define MESSAGE_MAX 65535

struct stream
{
  int fd, server_fd; /* -1: none */
  int64_t deadline;
  struct asker asker;
  size_t got;             /* of the question, with its size */
  size_t sent, size;      /* of the answer in `answer`, with its size; SIZE 0: none yet */
  size_t asked, answered; /* of the question to the server, and of its answer */
  size_t server_count, attempts;
  struct zone_server servers[VIEW_SERVERS_MAX];
  uint8_t query[2 + NAMES_QUERY_MAX];
  uint8_t answer[2 + MESSAGE_MAX];
  struct pollfd *poll, *server_poll;
};

static struct stream streams[NAMES_STREAMS_MAX];
static size_t highest;

static size_t
message_size (const uint8_t *at)
{
  return (size_t) at[0] << 8 | at[1];
}

static void
put_size (uint8_t *at, size_t size)
{
  at[0] = (uint8_t) (size >> 8);
  at[1] = (uint8_t) size;
}

static bool
is_used (const struct stream *stream)
{
  return stream < streams + highest && stream->fd >= 0;
}

static void
end_stream (struct stream *stream)
{
  close_descriptor (&stream->fd);
  close_descriptor (&stream->server_fd);
  while (highest > 0 && streams[highest - 1].fd < 0)
    highest--;
}

static size_t
count_of (const struct asker *asker)
{
  size_t count = 0;
  for (size_t i = 0; i < highest; i++)
    count += is_used (&streams[i]) && memcmp (streams[i].asker.bytes, asker->bytes, sizeof asker->bytes) == 0;
  return count;
}

/* All are used: one of the asker who has the most is given up, if that one has more than COUNT. */
static struct stream *
take_from_greediest (size_t count)
{
  struct stream *found = NULL;
  size_t most = count + 1;
  for (size_t i = 0; i < NAMES_STREAMS_MAX; i++)
    if (count_of (&streams[i].asker) > most)
      {
        most = count_of (&streams[i].asker);
        found = &streams[i];
      }
  if (found)
    end_stream (found);
  return found;
}

static struct stream *
free_slot (const struct asker *asker)
{
  size_t same = count_of (asker);
  if (same >= OF_ONE_ASKER_MAX)
    return NULL;
  for (size_t i = 0; i < NAMES_STREAMS_MAX; i++)
    if (!is_used (&streams[i]))
      return &streams[i];
  return take_from_greediest (same);
}

/* A connection needs answers of ours to come to be, so its address is not forged. */
void
stream_accept (struct names *names, int listener)
{
  struct sockaddr_storage address = { 0 };
  socklen_t size = sizeof address;
  (void) names;
  autoclose int fd = accept4 (listener, (struct sockaddr *) &address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0)
    return;
  const struct asker asker = names_asker (&address);
  struct stream *stream = free_slot (&asker);
  if (!stream)
    return;
  if ((size_t) (stream - streams) >= highest)
    {
      for (size_t i = highest; i <= (size_t) (stream - streams); i++)
        streams[i].fd = streams[i].server_fd = -1;
      highest = (size_t) (stream - streams) + 1;
    }
  stream->fd = take_fd (&fd);
  stream->server_fd = -1;
  stream->asker = asker;
  stream->got = stream->size = stream->sent = 0;
  stream->deadline = names_now () + IDLE_MS;
  stream->poll = stream->server_poll = NULL;
}

static void
begin_answer (struct stream *stream, size_t size)
{
  put_size (stream->answer, size);
  stream->size = size + 2;
  stream->sent = 0;
  stream->deadline = names_now () + IDLE_MS;
}

static bool
ask_next (struct stream *stream)
{
  while (stream->attempts < stream->server_count)
    {
      close_descriptor (&stream->server_fd);
      stream->server_fd = names_connect (&stream->servers[stream->attempts++], SOCK_STREAM);
      stream->asked = stream->answered = 0;
      stream->server_poll = NULL;
      stream->deadline = names_now () + SERVER_MS;
      if (stream->server_fd >= 0)
        return true;
    }
  return false;
}

static void
give_up (struct stream *stream)
{
  struct reply reply = { .packet = stream->answer + 2, .limit = MESSAGE_MAX };
  close_descriptor (&stream->server_fd);
  if (dns_read_question (stream->query + 2, stream->got - 2, &reply.question) < 0)
    {
      end_stream (stream);
      return;
    }
  answer_code (&reply, stream->query + 2, DNS_SERVFAIL);
  begin_answer (stream, reply.size);
}

static void
answer_stream (struct names *names, struct stream *stream)
{
  struct reply reply = { .packet = stream->answer + 2, .limit = MESSAGE_MAX };
  answer_query (&names->zone, &stream->asker, stream->query + 2, stream->got - 2, false, names->rotation++,
                &reply);
  if (reply.verdict == SILENCE)
    end_stream (stream);
  else if (reply.verdict == ANSWERED)
    begin_answer (stream, reply.size);
  else
    {
      stream->server_count = reply.server_count;
      stream->attempts = 0;
      for (size_t i = 0; i < reply.server_count; i++)
        stream->servers[i] = *reply.servers[i];
      if (!ask_next (stream))
        give_up (stream);
    }
}

/* One question at a time: what follows it stays in the socket until it has been answered. */
static void
read_question (struct names *names, struct stream *stream)
{
  size_t wanted = stream->got < 2 ? 2 : 2 + message_size (stream->query);
  if (wanted > sizeof stream->query)
    {
      end_stream (stream);
      return;
    }
  ssize_t n = recv (stream->fd, stream->query + stream->got, wanted - stream->got, 0);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
    end_stream (stream);
  if (n <= 0)
    return;
  stream->got += (size_t) n;
  if (stream->got > 2 && stream->got == 2 + message_size (stream->query))
    answer_stream (names, stream);
}

static void
write_answer (struct stream *stream)
{
  ssize_t n = send (stream->fd, stream->answer + stream->sent, stream->size - stream->sent, MSG_NOSIGNAL);
  if (n < 0 && errno != EAGAIN && errno != EINTR)
    end_stream (stream);
  if (n < 0 || (stream->sent += (size_t) n) < stream->size)
    return;
  stream->got = stream->size = stream->sent = 0;
  stream->deadline = names_now () + IDLE_MS;
}

/* Returns false where this server is of no use. */
static bool
talk_to_server (struct stream *stream)
{
  ssize_t n;
  if (stream->asked < stream->got)
    {
      n = send (stream->server_fd, stream->query + stream->asked, stream->got - stream->asked, MSG_NOSIGNAL);
      stream->asked += n > 0 ? (size_t) n : 0;
      return n >= 0 || errno == EAGAIN || errno == EINTR;
    }
  size_t wanted = stream->answered < 2 ? 2 : 2 + message_size (stream->answer);
  n = recv (stream->server_fd, stream->answer + stream->answered, wanted - stream->answered, 0);
  if (n <= 0)
    return n < 0 && (errno == EAGAIN || errno == EINTR);
  stream->answered += (size_t) n;
  if (stream->answered < 2 + DNS_HEADER || stream->answered < 2 + message_size (stream->answer))
    return true;
  close_descriptor (&stream->server_fd);
  begin_answer (stream, stream->answered - 2);
  return true;
}

void
stream_poll (struct names *names)
{
  for (size_t i = 0; i < highest; i++)
    {
      struct stream *stream = &streams[i];
      if (stream->fd < 0)
        continue;
      bool asking = stream->server_fd >= 0;
      stream->poll = names_add_poll (names, stream->fd, asking ? 0 : stream->size ? POLLOUT : POLLIN);
      stream->server_poll = asking ? names_add_poll (names, stream->server_fd,
                                                     stream->asked < stream->got ? POLLOUT : POLLIN)
                                   : NULL;
    }
}

static void
handle (struct names *names, struct stream *stream, int64_t now)
{
  bool ready = stream->poll && stream->poll->revents;
  bool server = stream->server_poll && stream->server_poll->revents;
  if (stream->server_fd >= 0 && ((server && !talk_to_server (stream)) || now >= stream->deadline))
    {
      if (!ask_next (stream))
        give_up (stream);
    }
  else if (stream->server_fd >= 0 && ready) /* the asker has left */
    end_stream (stream);
  else if (stream->server_fd < 0 && now >= stream->deadline)
    end_stream (stream);
  else if (stream->server_fd < 0 && ready && stream->size)
    write_answer (stream);
  else if (stream->server_fd < 0 && ready && !server)
    read_question (names, stream);
}

void
stream_handle (struct names *names)
{
  int64_t now = names_now ();
  for (size_t i = 0; i < highest; i++)
    if (streams[i].fd >= 0)
      handle (names, &streams[i], now);
}

int64_t
stream_due (int64_t now)
{
  int64_t least = -1;
  for (size_t i = 0; i < highest; i++)
    {
      int64_t left = streams[i].deadline > now ? streams[i].deadline - now : 0;
      if (streams[i].fd >= 0 && (least < 0 || left < least))
        least = left;
    }
  return least;
}

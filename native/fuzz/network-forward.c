/* What another server answers to a question that was passed on to it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "common/descriptor.h"
#include "fuzz/target.h"
#include "network/names.h"

#define ASKER_TAKES 64

/* A question for the addresses of "a". */
static const uint8_t QUERY[] = { 7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1 };

static struct names names;
static struct zone_server server = { .family = AF_INET, .bytes = { 127, 0, 0, 1 } };

static int
open_server (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, size) < 0
      || getsockname (fd, (struct sockaddr *) &address, &size) < 0)
    abort ();
  server.port = ntohs (address.sin_port);
  return fd;
}

struct question
{
  uint8_t id[2];
  struct sockaddr_storage from;
  socklen_t size;
};

static void
receive (int fd, struct question *question)
{
  uint8_t asked[sizeof QUERY];
  question->size = sizeof question->from;
  if (recvfrom (fd, asked, sizeof asked, 0, (struct sockaddr *) &question->from, &question->size)
      != sizeof asked)
    abort ();
  memcpy (question->id, asked, sizeof question->id);
}

/* With the question's number, or nobody would look at it. */
static void
answer (int fd, const struct question *question, const uint8_t *data, size_t size)
{
  uint8_t packet[4096];
  size = size < sizeof packet ? size : sizeof packet;
  memcpy (packet, data, size);
  memcpy (packet, question->id, size < 2 ? size : 2);
  if (sendto (fd, packet, size, 0, (const struct sockaddr *) &question->from, question->size) < 0)
    abort ();
  names.poll_count = 0;
  forward_poll (&names);
  for (size_t i = 0; i < names.poll_count; i++)
    names.polls[i].revents = POLLIN;
  forward_handle (&names);
}

/* What reaches the asker; -1 where nothing does. */
static ssize_t
passed_on (int asker)
{
  uint8_t passed[4096];
  ssize_t n = recv (asker, passed, sizeof passed, MSG_DONTWAIT);
  if (n > ASKER_TAKES || (n >= 2 && memcmp (passed, QUERY, 2) != 0))
    abort ();
  return n;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const uint8_t FAILED[] = { 0, 0, 0x81, 0x82, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1 };
  static int fd = -1;
  int ends[2];
  if (fd < 0)
    fd = open_server ();
  if (socketpair (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0)
    abort ();
  autoclose int asker = ends[0], end = ends[1];
  struct names_peer peer = { .socket = end };
  struct reply reply = { .servers = { &server }, .server_count = 1 };
  struct question question;
  if (dns_read_question (QUERY, sizeof QUERY, &reply.question) != DNS_NOERROR)
    abort ();
  reply.question.udp_size = ASKER_TAKES;
  forward_query (&names, &peer, QUERY, sizeof QUERY, &reply);
  receive (fd, &question);
  answer (fd, &question, data, size);
  if (passed_on (asker) >= 0)
    return 0;
  /* what came was no answer: the question still waits for one, and gets it */
  answer (fd, &question, FAILED, sizeof FAILED);
  if (passed_on (asker) < 0)
    abort ();
  return 0;
}

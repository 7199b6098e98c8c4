/*
 * What the name server asks other servers: large answers by TCP and UDP, servers that fail, and a bounded
 * fuzz of both ways (forward.c, stream.c), in which servers and askers say anything, in pieces, and leave at
 * any time.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/descriptor.h"
#include "test/name-server.h"
#include "test/tap.h"

#define ASKERS 8
#define LARGE 4000

static uint64_t state;

static uint32_t
next_random (void)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t) state;
}

/* The size of the answer that the asker got by a datagram, 0: none. */
static size_t
answered (unsigned edns, uint8_t *answer, size_t room)
{
  uint8_t packet[512];
  ask (packet, query (packet, edns));
  for (int tries = 0; tries < 200 && answer_datagram (LARGE) < 0; tries++)
    serve_once (1);
  for (int tries = 0; tries < 200; tries++)
    {
      serve_once (1);
      ssize_t n = recv (asker_datagram, answer, room, 0);
      if (n > 0)
        return (size_t) n;
    }
  return 0;
}

static void
test_datagrams (void)
{
  static uint8_t answer[65536];
  size_t size = answered (4096, answer, sizeof answer);
  ok (size == LARGE && answer[0] == 0x12 && answer[1] == 0x34 && !(answer[2] & 2),
      "4 kB by UDP where the asker takes them, with its own ID");
  size = answered (0, answer, sizeof answer);
  ok (size > 0 && size <= 512 && answer[2] & 2, "cut, and said so, where it does not");
}

/* Reads what the server was asked, and answers nothing. Returns how many questions there were. */
static int
swallow_questions (void)
{
  uint8_t asked[2048];
  int count = 0;
  while (recv (server_datagram, asked, sizeof asked, 0) > 0)
    count++;
  return count;
}

/* Six askers ask for more than there is room for, and for what is never answered. */
static void
test_flood (void)
{
  uint8_t packet[512], answer[2048];
  int asked = 0;
  for (int i = 0; i < 300; i++)
    for (uint8_t asker = 2; asker < 8; asker++)
      {
        ask_as (asker, packet, query (packet, 0));
        asked += swallow_questions ();
      }
  printf ("# %d questions of the flood\n", asked);
  ok (asked >= NAMES_QUERIES_MAX && asked < 2 * NAMES_QUERIES_MAX, "a flood is bounded");
  ask_as (9, packet, query (packet, 0));
  ok (answer_datagram (100) == 100, "another asker's question is asked meanwhile");
  ssize_t got = -1;
  for (int tries = 0; tries < 200 && got < 0; tries++)
    {
      serve_once (1);
      got = recv (asker_datagram, answer, sizeof answer, 0);
    }
  ok (got == 100, "and answered");
  for (int tries = 0; tries < 8000 && forward_due (names_now ()) >= 0; tries++)
    {
      serve_once (2);
      swallow_questions ();
    }
  while (recv (asker_datagram, answer, sizeof answer, 0) > 0)
    ;
  ok (forward_due (names_now ()) < 0, "nothing is left of the flood");
}

static int
connect_asker (void)
{
  struct sockaddr_in address = address_of (listener);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    abort ();
  if (fcntl (fd, F_SETFL, O_NONBLOCK) < 0)
    abort ();
  return fd;
}

/* All of a message of TCP, which the other end sends while the name server works. 0: it did not come. */
static size_t
read_message (int fd, uint8_t *message, size_t room)
{
  size_t got = 0;
  for (int tries = 0; tries < 2000; tries++)
    {
      serve_once (1);
      ssize_t n = recv (fd, message + got, room - got, MSG_DONTWAIT);
      got += n > 0 ? (size_t) n : 0;
      if (got >= 2 && got == 2 + ((size_t) message[0] << 8 | message[1]))
        return got - 2;
    }
  return 0;
}

static void
test_stream (void)
{
  static uint8_t asked[2048], packet[2 + LARGE], answer[65536];
  uint8_t question[512];
  autoclose int asker = connect_asker (), taken = -1;
  size_t size = query (question + 2, 0);
  question[0] = 0;
  question[1] = (uint8_t) size;
  ok (send (asker, question, 3, 0) == 3, "a question in two pieces");
  serve_once (10);
  ok (send (asker, question + 3, size - 1, 0) == (ssize_t) size - 1, "its rest");
  for (int tries = 0; tries < 200 && taken < 0; tries++)
    {
      serve_once (1);
      taken = accept4 (server_stream, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    }
  size_t got = taken < 0 ? 0 : read_message (taken, asked, sizeof asked);
  ok (got == size, "the server is asked the same");
  make_answer (packet + 2, asked + 2, got, LARGE);
  packet[0] = LARGE >> 8;
  packet[1] = LARGE & 0xff;
  ok (got && send (taken, packet, sizeof packet, 0) == (ssize_t) sizeof packet, "which answers 4 kB");
  ok (read_message (asker, answer, sizeof answer) == LARGE && memcmp (answer, packet, sizeof packet) == 0,
      "which come whole by TCP");
}

static void
fuzz_datagrams (void)
{
  static uint8_t packet[65536];
  uint8_t question[600];
  if (next_random () % 2)
    {
      size_t size = query (question, next_random () % 3 ? 0 : next_random () % 70000);
      if (next_random () % 2)
        question[next_random () % size] = (uint8_t) next_random ();
      uint8_t *exact = malloc (size);
      memcpy (exact, question, size);
      ask (exact, size);
      free (exact);
    }
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  ssize_t n = recvfrom (server_datagram, packet, sizeof packet, 0, (struct sockaddr *) &from, &length);
  if (n < 12)
    return;
  packet[2] |= 0x80;
  for (uint32_t i = next_random () % 6; i > 0; i--)
    packet[next_random () % (uint32_t) n] = (uint8_t) next_random ();
  size_t size = next_random () % 3 ? (size_t) n : next_random () % 9000;
  sendto (server_datagram, packet, size, 0, (struct sockaddr *) &from, length);
}

/* One end of TCP does something: sends a part of a message or of anything, or leaves. */
static void
babble (int *fd)
{
  static uint8_t bytes[70000];
  uint8_t question[600];
  size_t size = query (question + 2, next_random () % 5000);
  uint32_t what = next_random () % 8;
  question[0] = (uint8_t) (size >> 8);
  question[1] = (uint8_t) size;
  if (what == 0)
    close_descriptor (fd);
  else if (what < 4)
    send (*fd, question, size + 2, MSG_NOSIGNAL);
  else if (what < 6)
    send (*fd, question, next_random () % (size + 2), MSG_NOSIGNAL);
  else
    {
      for (int i = 0; i < 16; i++)
        bytes[i] = (uint8_t) next_random ();
      send (*fd, bytes, next_random () % sizeof bytes, MSG_NOSIGNAL);
    }
  if (*fd >= 0)
    recv (*fd, bytes, sizeof bytes, MSG_DONTWAIT);
}

static void
fuzz (double seconds)
{
  int askers[ASKERS], servers[ASKERS];
  long rounds = 0;
  for (int i = 0; i < ASKERS; i++)
    askers[i] = servers[i] = -1;
  for (clock_t end = clock () + (clock_t) (seconds * CLOCKS_PER_SEC); clock () < end; rounds++)
    {
      int which = (int) (next_random () % ASKERS);
      fuzz_datagrams ();
      if (askers[which] < 0)
        askers[which] = connect_asker ();
      else
        babble (&askers[which]);
      if (servers[which] < 0)
        servers[which] = accept4 (server_stream, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
      else
        babble (&servers[which]);
      serve_once (0);
    }
  for (int i = 0; i < ASKERS; i++)
    {
      close_descriptor (&askers[i]);
      close_descriptor (&servers[i]);
    }
  close_descriptor (&server_stream);
  close_descriptor (&server_datagram);
  for (int tries = 0; tries < 8000 && (forward_due (names_now ()) >= 0 || stream_due (names_now ()) >= 0);
       tries++)
    serve_once (2);
  ok (forward_due (names_now ()) < 0 && stream_due (names_now ()) < 0, "nothing is kept for those who left");
  printf ("# %ld rounds\n", rounds);
}

int
main (int argc, char **argv)
{
  const char *seed = getenv ("TSPOD_FUZZ_SEED");
  state = seed ? strtoull (seed, NULL, 10) : (uint64_t) time (NULL) * 2654435761u + 1;
  printf ("# seed %llu\n", (unsigned long long) state);
  open_server ();
  listener = bind_any (SOCK_STREAM, 0);
  own_datagram = bind_any (SOCK_DGRAM, 0);
  asker_datagram = bind_any (SOCK_DGRAM, 0);
  names.zone = (struct zone) { .networks = &NETWORK,
                               .addresses = &ADDRESS,
                               .servers = &server,
                               .texts = "",
                               .network_count = 1,
                               .address_count = 1,
                               .server_count = 1,
                               .text_size = 1 };
  test_datagrams ();
  test_stream ();
  test_flood ();
  fuzz (argc > 1 ? strtod (argv[1], NULL) : 0.5);
  return done_testing ();
}

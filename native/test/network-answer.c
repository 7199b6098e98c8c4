/* The name server's answers: what an asker may know, sizes, and packets that are none. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <time.h>

#include "network/answer.h"
#include "test/tap.h"

static const struct zone_network NETWORKS[] = {
  { .index = 3, .dns = 1 },
  { .index = 4, .dns = 1, .internal = 1 },
  { .index = 5, .dns = 0 },
};
static const char TEXTS[] = "web\0db\0hidden\0x.y";
static struct zone_address addresses[1004];
static const struct zone_name NAMES[] = {
  { .container = 1, .network = 0, .text = 0 },  { .container = 2, .network = 0, .text = 4 },
  { .container = 2, .network = 1, .text = 4 },  { .container = 3, .network = 1, .text = 7 },
  { .container = 4, .network = 0, .text = 14 },
};
static const struct zone_server SERVERS[] = {
  { .container = ZONE_ANY, .network = ZONE_ANY, .family = AF_INET, .port = 53, .bytes = { 9, 9, 9, 9 } },
  { .container = ZONE_ANY, .network = 0, .family = AF_INET, .port = 53, .bytes = { 1, 1, 1, 1 } },
  { .container = 2, .network = ZONE_ANY, .family = AF_INET, .port = 53, .bytes = { 2, 2, 2, 2 } },
};
static struct zone zone = { .networks = NETWORKS,
                            .addresses = addresses,
                            .names = NAMES,
                            .servers = SERVERS,
                            .texts = TEXTS,
                            .network_count = 3,
                            .name_count = 5,
                            .server_count = 3,
                            .text_size = sizeof TEXTS };

static void
add (uint32_t container, uint32_t network, const char *text)
{
  struct zone_address *address = &addresses[zone.address_count++];
  *address = (struct zone_address) { .container = container,
                                     .network = network,
                                     .family = strchr (text, ':') ? AF_INET6 : AF_INET };
  inet_pton (address->family, text, address->bytes);
}

static struct asker
asker (const char *text, uint32_t index)
{
  struct asker from = { .family = AF_INET, .index = index };
  inet_pton (AF_INET, text, from.bytes);
  return from;
}

/* A query of that name and type; EDNS: its size, or 0. Returns its size. */
static size_t
query (uint8_t *packet, const char *name, uint16_t type, unsigned edns)
{
  uint8_t *at = packet + 12;
  memset (packet, 0, 12);
  packet[0] = 0x12;
  packet[2] = 1;
  packet[5] = 1;
  while (*name)
    {
      size_t length = strcspn (name, ".");
      *at++ = (uint8_t) length;
      memcpy (at, name, length);
      at += length;
      name += length + (name[length] == '.');
    }
  *at++ = 0;
  const uint8_t rest[] = { (uint8_t) (type >> 8), (uint8_t) type, 0, 1 };
  memcpy (at, rest, sizeof rest);
  at += sizeof rest;
  if (edns)
    {
      const uint8_t opt[] = { 0, 0, 41, (uint8_t) (edns >> 8), (uint8_t) edns, 0, 0, 0, 0, 0, 0 };
      memcpy (at, opt, sizeof opt);
      at += sizeof opt;
      packet[11] = 1;
    }
  return (size_t) (at - packet);
}

static uint8_t out[65535];

static struct reply
ask (struct asker from, const char *name, uint16_t type, unsigned edns, bool datagram)
{
  uint8_t packet[512];
  struct reply reply = { .packet = out, .limit = datagram ? 4096 : sizeof out };
  answer_query (&zone, &from, packet, query (packet, name, type, edns), datagram, 0, &reply);
  return reply;
}

static int
code_of (struct reply reply)
{
  return reply.verdict == ANSWERED ? out[3] & 15 : -1;
}

static int
answers_of (struct reply reply)
{
  return reply.verdict == ANSWERED ? out[6] << 8 | out[7] : -1;
}

static void
test_views (void)
{
  struct asker web = asker ("10.0.0.2", 3), db = asker ("10.0.0.3", 3), hidden = asker ("10.1.0.9", 4);
  is_number (answers_of (ask (web, "db", DNS_A, 0, true)), 1, "a neighbour's address");
  is_number (answers_of (ask (web, "DB.dns.PODMAN", DNS_A, 0, true)), 1, "in any case, below the domain");
  is_number (answers_of (ask (web, "db", DNS_AAAA, 0, true)), 1, "and its IPv6 address");
  struct reply reply = ask (web, "web", DNS_AAAA, 0, true);
  ok (code_of (reply) == 0 && answers_of (reply) == 0, "a name without IPv6 is one all the same");
  is_number (code_of (ask (web, "hidden.dns.podman", DNS_A, 0, true)), 3, "another network's name is none");
  ok (ask (web, "hidden", DNS_A, 0, true).verdict == FORWARD, "and goes to the servers");
  is_number (answers_of (ask (hidden, "db", DNS_A, 0, true)), 1,
             "who is in both networks has an address in each");
  is_number (answers_of (ask (db, "hidden", DNS_A, 0, true)), 1, "and knows both");
  is_number (code_of (ask (hidden, "example.org", DNS_A, 0, true)), 3, "an internal network asks nobody");
  is_number (code_of (ask (asker ("10.0.0.2", 4), "web", DNS_A, 0, true)), 3,
             "an address that comes by another bridge is not believed");
  is_number (code_of (ask (asker ("10.2.0.2", 5), "web", DNS_A, 0, true)), 5,
             "a network without names refuses");
  is_number (code_of (ask (asker ("10.9.0.2", 77), "web", DNS_A, 0, true)), 5, "and an unknown bridge");
  is_number (answers_of (ask (web, "3.0.0.10.in-addr.arpa", DNS_PTR, 0, true)), 1, "an address has its name");
  is_number (answers_of (ask (web, "3.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa",
                              DNS_PTR, 0, true)),
             1, "of IPv6, too");
  ok (ask (web, "9.0.1.10.in-addr.arpa", DNS_PTR, 0, true).verdict == FORWARD, "but not another network's");
}

static void
test_servers (void)
{
  struct reply reply = ask (asker ("10.0.0.2", 3), "example.org", DNS_A, 0, true);
  ok (reply.server_count == 1 && reply.servers[0]->bytes[0] == 1, "a network's servers before the host's");
  reply = ask (asker ("10.0.0.3", 3), "example.org", DNS_A, 0, true);
  ok (reply.server_count == 1 && reply.servers[0]->bytes[0] == 2, "a container's before both");
}

static void
test_sizes (void)
{
  struct asker web = asker ("10.0.0.2", 3);
  uint32_t before = zone.address_count;
  for (int i = 0; i < 250; i++)
    add (1, 0, "10.0.1.1");
  struct reply reply = ask (web, "web", DNS_A, 0, true);
  ok (reply.size <= 512 && out[2] & 2, "an answer that does not fit is cut, and says so");
  reply = ask (web, "web", DNS_A, 4096, true);
  ok (reply.size > 3900 && reply.size <= 4096, "4 kB where the asker takes them");
  reply = ask (web, "web", DNS_A, 0, false);
  ok (answers_of (reply) == 251 && !(out[2] & 2), "all of it over TCP");
  zone.address_count = before;
}

/* A deterministic generator: a failure can be had again by its seed. */
static uint64_t state;

static uint32_t
next_random (void)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t) state;
}

/* Bytes on which readers of names and records decide: lengths, pointers, types and sizes at their limits. */
static uint8_t
telling_byte (void)
{
  static const uint8_t bytes[] = { 0, 1, 2, 11, 41, 63, 64, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xfe, 0xff, '.' };
  return next_random () % 3 ? bytes[next_random () % sizeof bytes] : (uint8_t) next_random ();
}

/* Changes a packet of SIZE bytes: a byte becomes another, or goes, or a part of it comes twice. */
static size_t
mutate (uint8_t *packet, size_t size, size_t room)
{
  size_t at = next_random () % size, length = 1 + next_random () % (size - at);
  switch (next_random () % 8)
    {
    case 0:
      memmove (packet + at, packet + at + 1, size - at - 1);
      return size > 1 ? size - 1 : size;
    case 1:
      if (size + length > room)
        return size;
      memmove (packet + at + length, packet + at, size - at);
      return size + length;
    case 2: /* one of the header's counts */
      packet[4 + next_random () % 8] = telling_byte ();
      return size;
    default:
      packet[at] = telling_byte ();
      return size;
    }
}

/* A server's answer of any bytes is cut to what the asker takes, and no byte is written behind its end. */
static bool
cuts_any_answer (const struct dns_question *question, const uint8_t *bytes, size_t size)
{
  size_t limit = next_random () % 2 ? DNS_UDP_MAX : next_random () % (size + 2);
  uint8_t *answer = malloc (size ? size : 1);
  memcpy (answer, bytes, size);
  size_t left = dns_truncate (answer, size, question, limit);
  free (answer);
  return left <= size && (left <= limit || left == question->end);
}

static void
fuzz (double seconds)
{
  static const char *const names[] = { "db", "web.dns.podman", "3.0.0.10.in-addr.arpa", "example.org", "" };
  uint8_t packet[2048];
  long count = 0, verdicts[3] = { 0 };
  bool good = true;
  for (clock_t end = clock () + (clock_t) (seconds * CLOCKS_PER_SEC); clock () < end; count++)
    {
      size_t size = query (packet, names[next_random () % 5], (uint16_t) (next_random () % 50),
                           next_random () % 5000);
      for (uint32_t i = next_random () % 12; i > 0; i--)
        size = mutate (packet, size, sizeof packet);
      size_t given = next_random () % 4 ? size : next_random () % (size + 1);
      uint8_t *exact = malloc (given ? given : 1); /* so that the sanitizer sees a read behind its end */
      memcpy (exact, packet, given);
      struct asker from = asker (next_random () % 2 ? "10.0.0.2" : "10.1.0.9", 3 + next_random () % 3);
      bool datagram = next_random () % 2;
      struct reply reply = { .packet = out, .limit = datagram ? 4096 : sizeof out };
      answer_query (&zone, &from, exact, given, datagram, next_random (), &reply);
      verdicts[reply.verdict]++;
      good &= reply.verdict != ANSWERED || (reply.size >= 12 && reply.size <= reply.limit);
      good &= reply.verdict == SILENCE || cuts_any_answer (&reply.question, exact, given);
      free (exact);
    }
  ok (good, "no packet makes an answer longer than it may be");
  ok (verdicts[ANSWERED] && verdicts[FORWARD] && verdicts[SILENCE], "packets of all kinds have been there");
  printf ("# %ld packets: %ld answered, %ld for the servers, %ld without an answer\n", count,
          verdicts[ANSWERED], verdicts[FORWARD], verdicts[SILENCE]);
}

int
main (int argc, char **argv)
{
  const char *seed = getenv ("TSPOD_FUZZ_SEED");
  state = seed ? strtoull (seed, NULL, 10) : (uint64_t) time (NULL) * 2654435761u + 1;
  printf ("# seed %llu\n", (unsigned long long) state);
  add (1, 0, "10.0.0.2");
  add (2, 0, "10.0.0.3");
  add (2, 0, "fd00::3");
  add (2, 1, "10.1.0.3");
  add (3, 1, "10.1.0.9");
  addresses[2].bytes[0] = 0xfd;
  addresses[2].bytes[1] = 0x00;
  test_views ();
  test_servers ();
  test_sizes ();
  fuzz (argc > 1 ? strtod (argv[1], NULL) : 0.5);
  return done_testing ();
}

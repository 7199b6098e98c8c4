/*
 * name-server.h - a name server of ours between an asker and a server, all on the loopback, for one test
 * program.
 */
#ifndef TSPOD_TEST_NAME_SERVER_H
#define TSPOD_TEST_NAME_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "network/names.h"

static struct names names;
static const struct zone_network NETWORK = { .index = 1, .dns = 1 };
static const struct zone_address ADDRESS = { .container = 1, .family = AF_INET, .bytes = { 127, 0, 0, 1 } };
static struct zone_server server = {
  .container = ZONE_ANY, .network = ZONE_ANY, .family = AF_INET, .bytes = { 127, 0, 0, 1 }
};
static int server_datagram, server_stream, listener, own_datagram, asker_datagram;

/* Binds to any port of the loopback, or to PORT. */
static int
bind_any (int type, uint16_t port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  int fd = socket (AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) < 0
      || (type == SOCK_STREAM && listen (fd, 64) < 0))
    abort ();
  return fd;
}

static struct sockaddr_in
address_of (int fd)
{
  struct sockaddr_in address = { 0 };
  socklen_t size = sizeof address;
  if (getsockname (fd, (struct sockaddr *) &address, &size) < 0)
    abort ();
  return address;
}

/* A port that is free for both protocols, as that of a name server. */
static void
open_server (void)
{
  server_datagram = bind_any (SOCK_DGRAM, 0);
  server.port = ntohs (address_of (server_datagram).sin_port);
  server_stream = bind_any (SOCK_STREAM, server.port);
}

static void
serve_once (int patience)
{
  names.poll_count = 0;
  names_add_poll (&names, listener, POLLIN);
  forward_poll (&names);
  stream_poll (&names);
  poll (names.polls, names.poll_count, patience);
  if (names.polls[0].revents)
    stream_accept (&names, listener);
  forward_handle (&names);
  stream_handle (&names);
}

static size_t
query (uint8_t *packet, unsigned edns)
{
  static const uint8_t head[] = { 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
  static const uint8_t question[] = "\7example\3org\0\0\20\0\1";
  memcpy (packet, head, sizeof head);
  memcpy (packet + sizeof head, question, sizeof question - 1);
  size_t size = sizeof head + sizeof question - 1;
  if (!edns)
    return size;
  const uint8_t option[] = { 0, 0, 41, (uint8_t) (edns >> 8), (uint8_t) edns, 0, 0, 0, 0, 0, 0 };
  memcpy (packet + size, option, sizeof option);
  packet[11] = 1;
  return size + sizeof option;
}

/* Asks as the container with that last byte of its address does, by a datagram. */
static void
ask_as (uint8_t asker, const uint8_t *packet, size_t size)
{
  static uint8_t out[4096];
  struct names_peer peer = { .socket = own_datagram, .size = sizeof (struct sockaddr_in) };
  struct sockaddr_in to = address_of (asker_datagram);
  memcpy (&peer.address, &to, sizeof to);
  peer.asker = (struct asker) { .family = AF_INET, .index = 1, .bytes = { 127, 0, 0, 1 } };
  struct reply reply = { .packet = out, .limit = sizeof out };
  answer_query (&names.zone, &peer.asker, packet, size, true, 0, &reply);
  peer.asker.bytes[3] = asker;
  if (reply.verdict == FORWARD)
    forward_query (&names, &peer, packet, size, &reply);
}

static void
ask (const uint8_t *packet, size_t size)
{
  ask_as (1, packet, size);
}

/* A server's answer of SIZE bytes to the query: its question, and what may be anything. */
static void
make_answer (uint8_t *packet, const uint8_t *asked, size_t asked_size, size_t size)
{
  memset (packet, 0xaa, size);
  memcpy (packet, asked, asked_size < size ? asked_size : size);
  packet[2] |= 0x80;
  packet[11] = 0;
}

static ssize_t
answer_datagram (size_t size)
{
  static uint8_t asked[2048], packet[65536];
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  ssize_t n = recvfrom (server_datagram, asked, sizeof asked, 0, (struct sockaddr *) &from, &length);
  if (n < 12)
    return n;
  make_answer (packet, asked, (size_t) n, size);
  return sendto (server_datagram, packet, size, 0, (struct sockaddr *) &from, length);
}

#endif

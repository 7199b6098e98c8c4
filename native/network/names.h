/*
 * names.h - the name server: a process of its own, which reads packets of containers and has no rights at
 * all.
 */
#ifndef TSPOD_NAMES_H
#define TSPOD_NAMES_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "network/answer.h"

#define NAMES_QUERY_MAX 1232 /* bytes: what no sane question passes */
#define NAMES_QUERIES_MAX 512
#define NAMES_STREAMS_MAX 64
#define NAMES_POLLS_MAX (8 + NAMES_QUERIES_MAX + 2 * NAMES_STREAMS_MAX)

/* Sockets in the shared namespace, where the name server itself is not. */
struct names_sockets
{
  int datagram[2], stream[2]; /* of IPv4 and IPv6; -1: none */
};

/* Where an asker is, and by which of our addresses it asked: answers go back the same way. */
struct names_peer
{
  struct sockaddr_storage address;
  socklen_t size;
  struct asker asker;
  unsigned char control[64];
  size_t control_size;
  int socket;
};

struct names
{
  int control_fd; /* zones come by it, from the holder */
  struct names_sockets sockets;
  struct zone zone;
  void *block; /* that the zone is in */
  size_t block_size;
  uint32_t rotation;
  size_t preferred; /* which server is asked first: one that has answered */
  struct pollfd polls[NAMES_POLLS_MAX];
  size_t poll_count;
};

/* Serves until CONTROL ends. Never returns. */
_Noreturn void names_serve (int control, const struct names_sockets *sockets);

/* forward.c: questions that other servers are asked, over UDP. */
void forward_query (struct names *names, const struct names_peer *peer, const uint8_t *query, size_t size,
                    const struct reply *reply);
void forward_poll (struct names *names);
void forward_handle (struct names *names);
int64_t forward_due (int64_t now);

/* stream.c: askers that come over TCP. */
void stream_accept (struct names *names, int listener);
void stream_poll (struct names *names);
void stream_handle (struct names *names);
int64_t stream_due (int64_t now);

/* names.c */
struct pollfd *names_add_poll (struct names *names, int fd, short events);
void names_send (const struct names_peer *peer, const uint8_t *packet, size_t size);
int64_t names_now (void); /* milliseconds of the monotonic clock */
/* Without the index of a bridge. */
struct asker names_asker (const struct sockaddr_storage *address);
int names_connect (const struct zone_server *server, int type);

/* names-sandbox.c: gives up all rights, and system calls that a name server has no use for. */
int names_enter_sandbox (void);

#endif

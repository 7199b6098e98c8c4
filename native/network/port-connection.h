/*
 * port-connection.h - one connection to a published port: two sockets, and the bytes between them.
 */
#ifndef TSPOD_PORT_CONNECTION_H
#define TSPOD_PORT_CONNECTION_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind
{
  CONTROL,
  LISTENER,
  CLIENT,
  CONTAINER,
};

/* What epoll returns: it stands first in what it belongs to, or is one of two in a connection. */
struct watched
{
  enum kind kind;
  int fd;
  uint32_t events; /* that are asked for */
};

struct listener
{
  struct watched watched;
  struct listener *next;
  long number;
  struct sockaddr_storage target;
  socklen_t target_size;
  char address[INET6_ADDRSTRLEN];
  bool transparent; /* answers to any address come back */
};

/* Bytes that one end did not take at once; the other is not read meanwhile. */
struct held
{
  char *bytes;
  size_t at, size;
};

struct connection
{
  struct watched ends[2]; /* of the client, and of the container */
  struct held held[2];    /* that come from that end */
  bool ended[2];          /* nothing comes from that end any more */
  bool connecting, dead;
  struct listener *listener;
  struct connection *next, **place;
};

struct ports
{
  int epoll, netlink;
  struct watched control;
  struct listener *listeners;
  struct connection *connections, *dead;
};

#define NOT_WATCHED UINT32_MAX /* events of what epoll does not know yet */

/* Asks epoll for these events of it. 0, or -1 with errno. */
int port_watch (const struct ports *ports, struct watched *watched, uint32_t events);

/* Watches the ends of a connection that is being made, or ends it where that can't be. */
void port_watch_ends (struct ports *ports, struct connection *connection);

/* EVENTS have come for one END of it: 0 is the client, 1 the container. */
void port_handle (struct ports *ports, struct connection *connection, int end, uint32_t events);

/* Ends it, and resets the client. */
void port_refuse (struct ports *ports, struct connection *connection);

/* Connections that have ended are freed when no event of a round can lead to them any more. */
void port_free_ended (struct ports *ports);

#endif

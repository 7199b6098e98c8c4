#include "network/ports.h"

#include <errno.h>
#include <linux/capability.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/netlink.h"
#include "common/packet.h"
#include "network/port-address.h"
#include "network/port-connection.h"

#define EVENTS 64
#define PAUSE_US 10000
#define AT_ONCE 16 /* connections of one port before others have their turn */

static void
set_up (int fd)
{
  const int yes = 1;
  setsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
  setsockopt (fd, SOL_TCP, TCP_NODELAY, &yes, sizeof yes);
}

/*
 * The container sees the client's address and its PORT, 0: any. A client of the host's loopback, or one of
 * IPv6, can't appear as itself at an address of IPv4: it has the bridge's address, which the kernel chooses.
 */
static void
appear_as (int fd, const struct sockaddr_storage *client, in_port_t port)
{
  const int yes = 1;
  if (client->ss_family != AF_INET)
    return;
  struct sockaddr_in source = *(const struct sockaddr_in *) (const void *) client;
  source.sin_port = port;
  if (ntohl (source.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET)
    return;
  if (setsockopt (fd, SOL_IP, IP_TRANSPARENT, &yes, sizeof yes) < 0)
    return;
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (!port)
    setsockopt (fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
  bind (fd, (struct sockaddr *) &source, sizeof source);
}

static int
try_to_connect (const struct listener *listener, const struct sockaddr_storage *client, in_port_t port)
{
  const struct sockaddr *target = (const struct sockaddr *) &listener->target;
  autoclose int fd = socket (listener->target.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  set_up (fd);
  if (listener->transparent)
    appear_as (fd, client, port);
  if (connect (fd, target, listener->target_size) < 0 && errno != EINPROGRESS)
    return -1;
  return take_fd (&fd);
}

static in_port_t
port_of (const struct sockaddr_storage *address)
{
  return address->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *) (const void *) address)->sin6_port
                                        : ((const struct sockaddr_in *) (const void *) address)->sin_port;
}

/* An earlier connection of the same client's port may linger: another port does then. */
static int
connect_to_container (const struct listener *listener, const struct sockaddr_storage *client)
{
  int fd = try_to_connect (listener, client, port_of (client));
  return fd < 0 && errno == EADDRNOTAVAIL ? try_to_connect (listener, client, 0) : fd;
}

/* Returns false where nobody waits. */
static bool
accept_one (struct ports *ports, struct listener *listener)
{
  struct sockaddr_storage client = { 0 };
  socklen_t size = sizeof client;
  int fd = accept4 (listener->watched.fd, (struct sockaddr *) &client, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0 && errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
    usleep (PAUSE_US); /* no descriptor is left: some may be closed meanwhile */
  if (fd < 0)
    return false;
  struct connection *connection = calloc (1, sizeof *connection);
  int container = connection ? connect_to_container (listener, &client) : -1;
  if (container < 0)
    {
      close (fd);
      free (connection);
      return true;
    }
  set_up (fd);
  *connection = (struct connection) {
    .ends = { { .kind = CLIENT, .fd = fd, .events = NOT_WATCHED },
              { .kind = CONTAINER, .fd = container, .events = NOT_WATCHED } },
    .connecting = true,
    .listener = listener,
    .next = ports->connections,
    .place = &ports->connections,
  };
  if (connection->next)
    connection->next->place = &connection->next;
  ports->connections = connection;
  port_watch_ends (ports, connection);
  return true;
}

static struct connection *
connection_of (struct watched *watched)
{
  struct watched *first = watched->kind == CLIENT ? watched : watched - 1;
  return (struct connection *) (void *) first;
}

static bool
has_address (const struct ports *ports, const char *address)
{
  for (const struct listener *listener = ports->listeners; listener; listener = listener->next)
    if (strcmp (listener->address, address) == 0)
      return true;
  return false;
}

static void
drop_listener (struct ports *ports, long number)
{
  struct listener **place = &ports->listeners;
  while (*place && (*place)->number != number)
    place = &(*place)->next;
  struct listener *listener = *place;
  if (!listener)
    return;
  *place = listener->next;
  for (struct connection *next, *connection = ports->connections; connection; connection = next)
    {
      next = connection->next;
      if (connection->listener == listener)
        port_refuse (ports, connection);
    }
  if (!has_address (ports, listener->address))
    ports_unroute (ports->netlink, listener->address);
  close_descriptor (&listener->watched.fd);
  free (listener);
}

/* Takes the descriptor over. NULL: there is no memory. */
static struct listener *
add_listener (struct ports *ports, int fd, const char *address, const char *port)
{
  struct listener *listener = calloc (1, sizeof *listener);
  if (!listener)
    {
      close (fd);
      return NULL;
    }
  *listener = (struct listener) {
    .watched = { .kind = LISTENER, .fd = fd, .events = NOT_WATCHED },
    .next = ports->listeners,
  };
  snprintf (listener->address, sizeof listener->address, "%s", address);
  listener->target_size = port_address_read (&listener->target, address, port);
  ports->listeners = listener;
  port_watch (ports, &listener->watched, EPOLLIN);
  return listener;
}

static void
add_shared_listener (struct ports *ports, struct packet *packet)
{
  const char *address = packet->words[2], *port = packet->words[3];
  struct listener *listener = add_listener (ports, take_fd (&packet->fd), address, port);
  if (!listener)
    return;
  listener->number = atol (packet->words[1]);
  listener->transparent = ports_route (ports->netlink, address, (unsigned) atoi (port)) == 0;
}

static void
obey (struct ports *ports)
{
  struct packet packet;
  int got = packet_receive (ports->control.fd, &packet);
  if (got <= 0)
    _exit (0); /* the holder has left */
  if (packet.count == 4 && strcmp (packet.words[0], "add") == 0 && packet.fd >= 0)
    add_shared_listener (ports, &packet);
  else if (packet.count == 2 && strcmp (packet.words[0], "drop") == 0)
    {
      drop_listener (ports, atol (packet.words[1]));
      packet_send (ports->control.fd, (char *[]) { "dropped", NULL }, -1);
    }
  packet_free (&packet);
}

static void
handle (struct ports *ports, struct watched *watched, uint32_t events)
{
  if (watched->kind == LISTENER)
    for (int i = 0; i < AT_ONCE && accept_one (ports, (struct listener *) (void *) watched); i++)
      ;
  else if (watched->kind != CONTROL)
    port_handle (ports, connection_of (watched), watched->kind == CONTAINER, events);
}

static void
serve_once (struct ports *ports)
{
  struct epoll_event events[EVENTS];
  int count = epoll_wait (ports->epoll, events, EVENTS, -1);
  bool told = false;
  for (int i = 0; i < count; i++)
    {
      told |= events[i].data.ptr == &ports->control;
      handle (ports, events[i].data.ptr, events[i].events);
    }
  port_free_ended (ports);
  if (told) /* last, since it may free what events of this round lead to */
    obey (ports);
}

static void
join (struct ports *ports, int namespace)
{
  if (setns (namespace, CLONE_NEWNET) < 0)
    _exit (1);
  close (namespace);
  ports->epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (ports->epoll < 0)
    _exit (1);
}

_Noreturn void
ports_serve (int control, int namespace)
{
  static struct ports ports;
  join (&ports, namespace);
  ports.netlink = netlink_open ();
  ports.control = (struct watched) { .kind = CONTROL, .fd = control, .events = NOT_WATCHED };
  if (ports.netlink < 0 || port_watch (&ports, &ports.control, EPOLLIN) < 0
      || ports_enter_sandbox (CAP_TO_MASK (CAP_NET_ADMIN)) < 0)
    _exit (1);
  for (;;)
    serve_once (&ports);
}

_Noreturn void
ports_serve_own (int namespace, const struct port_forward *forwards, size_t count)
{
  static struct ports ports;
  join (&ports, namespace);
  for (size_t i = 0; i < count; i++)
    if (!add_listener (&ports, forwards[i].fd, forwards[i].address, forwards[i].port))
      _exit (1);
  if (ports_enter_sandbox (0) < 0)
    _exit (1);
  for (;;)
    serve_once (&ports);
}

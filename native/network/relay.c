#include "network/relay.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "network/names.h"

#define CLIENTS_MAX 256
#define IDLE_MS 60000
#define AT_ONCE 64

/* One client of one port: its answers come to a socket of its own. */
struct client
{
  int fd; /* in the namespace, connected to the target; -1: free */
  size_t relay;
  struct sockaddr_in address;
  int64_t used_at;
};

static struct client clients[CLIENTS_MAX];

static bool
read_address (struct sockaddr_in *address, const char *host, const char *port)
{
  *address = (struct sockaddr_in) { .sin_family = AF_INET, .sin_port = htons ((uint16_t) atoi (port)) };
  return inet_pton (AF_INET, host, &address->sin_addr) == 1;
}

/*
 * Only what is for all addresses, or for the loopback: slirp4netns has bound it, and lets others have a
 * part of it.
 */
bool
relay_open (struct relay *relay, const char *protocol, const char *host, const char *host_port,
            const char *target, const char *target_port)
{
  const int yes = 1;
  struct sockaddr_in address;
  bool everywhere = strcmp (host, "0.0.0.0") == 0;
  if (strcmp (protocol, "udp") != 0 || (!everywhere && strncmp (host, "127.", 4) != 0))
    return false;
  if (!read_address (&address, everywhere ? "127.0.0.1" : host, host_port)
      || !read_address (&relay->target, target, target_port))
    return false;
  autoclose int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0
      || bind (fd, (struct sockaddr *) &address, sizeof address) < 0)
    return false;
  relay->fd = take_fd (&fd);
  return true;
}

/* The client's association, or a new one in place of the one that was idle for longest. */
static struct client *
find_client (const struct relay *relays, size_t relay, const struct sockaddr_in *address)
{
  struct client *oldest = &clients[0];
  for (struct client *client = clients; client < clients + CLIENTS_MAX; client++)
    {
      if (client->fd >= 0 && client->relay == relay && client->address.sin_port == address->sin_port
          && client->address.sin_addr.s_addr == address->sin_addr.s_addr)
        return client;
      if (client->fd < 0 || (oldest->fd >= 0 && client->used_at < oldest->used_at))
        oldest = client;
    }
  close_descriptor (&oldest->fd);
  const struct sockaddr_in *target = &relays[relay].target;
  autoclose int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || connect (fd, (const struct sockaddr *) target, sizeof *target) < 0)
    return NULL;
  *oldest = (struct client) { .fd = take_fd (&fd), .relay = relay, .address = *address };
  return oldest;
}

static void
pass_in (const struct relay *relays, size_t relay)
{
  static char packet[65536];
  struct sockaddr_in from;
  for (int i = 0; i < AT_ONCE; i++)
    {
      socklen_t length = sizeof from;
      ssize_t n = recvfrom (relays[relay].fd, packet, sizeof packet, 0, (struct sockaddr *) &from, &length);
      if (n < 0)
        return;
      struct client *client = find_client (relays, relay, &from);
      if (!client)
        continue;
      client->used_at = names_now ();
      send (client->fd, packet, (size_t) n, MSG_NOSIGNAL); /* a datagram may be lost */
    }
}

static void
pass_out (const struct relay *relays, struct client *client)
{
  static char packet[65536];
  for (int i = 0; i < AT_ONCE; i++)
    {
      ssize_t n = recv (client->fd, packet, sizeof packet, 0);
      if (n < 0)
        return;
      client->used_at = names_now ();
      sendto (relays[client->relay].fd, packet, (size_t) n, MSG_NOSIGNAL,
              (struct sockaddr *) &client->address, sizeof client->address);
    }
}

static void
forget_idle (void)
{
  int64_t now = names_now ();
  for (struct client *client = clients; client < clients + CLIENTS_MAX; client++)
    if (client->fd >= 0 && now - client->used_at > IDLE_MS)
      close_descriptor (&client->fd);
}

static void
serve_once (const struct relay *relays, size_t count)
{
  static struct pollfd polls[RELAYS_MAX + CLIENTS_MAX];
  for (size_t i = 0; i < count; i++)
    polls[i] = (struct pollfd) { .fd = relays[i].fd, .events = POLLIN };
  for (size_t i = 0; i < CLIENTS_MAX; i++)
    polls[count + i] = (struct pollfd) { .fd = clients[i].fd, .events = POLLIN };
  if (poll (polls, count + CLIENTS_MAX, IDLE_MS) < 0)
    return;
  for (size_t i = 0; i < CLIENTS_MAX; i++)
    if (polls[count + i].revents && clients[i].fd == polls[count + i].fd)
      pass_out (relays, &clients[i]);
  for (size_t i = 0; i < count; i++)
    if (polls[i].revents)
      pass_in (relays, i);
  forget_idle ();
}

_Noreturn void
relay_serve (int namespace, const struct relay *relays, size_t count)
{
  for (size_t i = 0; i < CLIENTS_MAX; i++)
    clients[i].fd = -1;
  if (setns (namespace, CLONE_NEWNET) < 0)
    _exit (1);
  close (namespace);
  if (names_enter_sandbox () < 0)
    _exit (1);
  for (;;)
    serve_once (relays, count);
}

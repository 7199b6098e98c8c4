#include "network/port-connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/descriptor.h"

#define BUFFER (256 * 1024)
#define AT_ONCE 16 /* reads of one connection before others have their turn */

int
port_watch (const struct ports *ports, struct watched *watched, uint32_t events)
{
  struct epoll_event event = { .events = events, .data.ptr = watched };
  int how = watched->events == NOT_WATCHED ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (watched->events == events)
    return 0;
  watched->events = events;
  return epoll_ctl (ports->epoll, how, watched->fd, &event);
}

static void
end_connection (struct ports *ports, struct connection *connection)
{
  if (connection->dead)
    return;
  connection->dead = true;
  close_descriptor (&connection->ends[0].fd);
  close_descriptor (&connection->ends[1].fd);
  *connection->place = connection->next;
  if (connection->next)
    connection->next->place = connection->place;
  connection->next = ports->dead;
  ports->dead = connection;
}

void
port_free_ended (struct ports *ports)
{
  while (ports->dead)
    {
      struct connection *connection = ports->dead;
      ports->dead = connection->next;
      free (connection->held[0].bytes);
      free (connection->held[1].bytes);
      free (connection);
    }
}

/* Resets the client: nobody has taken what it sent. */
void
port_refuse (struct ports *ports, struct connection *connection)
{
  const struct linger none = { .l_onoff = 1 };
  setsockopt (connection->ends[0].fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  end_connection (ports, connection);
}

/* Which events each end is of use with. */
void
port_watch_ends (struct ports *ports, struct connection *connection)
{
  for (int end = 0; end < 2; end++)
    {
      const struct held *theirs = &connection->held[!end];
      bool reads = !connection->ended[end] && !connection->held[end].size && !connection->connecting;
      bool writes = theirs->size || (connection->connecting && end == 1);
      if (port_watch (ports, &connection->ends[end], (reads ? EPOLLIN : 0) | (writes ? EPOLLOUT : 0)) < 0)
        {
          end_connection (ports, connection);
          return;
        }
    }
}

/* Keeps what END's other end did not take. Returns false where there is no memory. */
static bool
hold (struct connection *connection, int end, const char *bytes, size_t size)
{
  struct held *held = &connection->held[end];
  held->bytes = malloc (size);
  if (!held->bytes)
    return false;
  memcpy (held->bytes, bytes, size);
  held->at = 0;
  held->size = size;
  return true;
}

static bool
is_for_later (void)
{
  return errno == EAGAIN || errno == EINTR;
}

/* Moves what can be moved from END to the other. Returns false where the connection is of no use any more. */
static bool
move_bytes (struct connection *connection, int end)
{
  static char buffer[BUFFER];
  int to = connection->ends[!end].fd;
  for (int i = 0; i < AT_ONCE && !connection->ended[end] && !connection->held[end].size; i++)
    {
      ssize_t n = recv (connection->ends[end].fd, buffer, sizeof buffer, MSG_DONTWAIT);
      if (n < 0)
        return is_for_later ();
      if (n == 0)
        {
          connection->ended[end] = true;
          return shutdown (to, SHUT_WR) == 0;
        }
      ssize_t sent = send (to, buffer, (size_t) n, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0 && !is_for_later ())
        return false;
      sent = sent < 0 ? 0 : sent;
      if (sent < n && !hold (connection, end, buffer + sent, (size_t) (n - sent)))
        return false;
      if (n < (ssize_t) sizeof buffer / 4)
        return true;
    }
  return true;
}

static bool
move_held (struct connection *connection, int end)
{
  struct held *held = &connection->held[end];
  if (!held->size)
    return true;
  ssize_t n = send (connection->ends[!end].fd, held->bytes + held->at, held->size,
                    MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n < 0)
    return is_for_later ();
  held->at += (size_t) n;
  held->size -= (size_t) n;
  if (!held->size)
    {
      free (held->bytes);
      held->bytes = NULL;
    }
  return true;
}

/* Returns false where the container did not take the connection, or the client has left. */
static bool
is_connected (struct connection *connection, int end)
{
  int error = 0;
  socklen_t size = sizeof error;
  if (!connection->connecting)
    return true;
  if (end == 0 || getsockopt (connection->ends[1].fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 || error != 0)
    return false;
  connection->connecting = false;
  return move_bytes (connection, 0);
}

void
port_handle (struct ports *ports, struct connection *connection, int end, uint32_t events)
{
  if (connection->dead)
    return;
  bool good = !(events & EPOLLERR) && is_connected (connection, end) && move_held (connection, !end)
              && move_bytes (connection, end);
  bool over = connection->ended[0] && connection->ended[1] && !connection->held[0].size
              && !connection->held[1].size;
  if (!good)
    port_refuse (ports, connection);
  else if (over)
    end_connection (ports, connection);
  else
    port_watch_ends (ports, connection);
}

#include "monitor/stdio/attach-server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attach-protocol.h"
#include "common/descriptor.h"
#include "common/unix-socket.h"
#include "monitor/processes/health.h"
#include "monitor/processes/process.h"
#include "monitor/stdio/attach-farewell.h"
#include "monitor/stdio/attach-owed.h"
#include "monitor/stdio/console.h"
#include "monitor/stdio/input.h"

#define PACKET_MAX (1 + ATTACH_PAYLOAD_MAX)
#define CHANGE_ANSWER_MAX 1100

int
attach_open (struct monitor *m)
{
  m->attach.listen_fd = listen_at (m->dir_fd, "attach", SOCK_SEQPACKET);
  return m->attach.listen_fd < 0 ? fail (m, "attach", errno, "%s/attach", m->plan.dir) : 0;
}

bool
attach_accept (struct monitor *m)
{
  autoclose int fd = accept4 (m->attach.listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  struct client *client = fd < 0 ? NULL : calloc (1, sizeof *client);
  if (!client)
    return false;
  client->fd = take_fd (&fd);
  client->next = m->attach.clients;
  m->attach.clients = client;
  m->attach.accepted++;
  return true;
}

static void
drop (struct monitor *m, struct client *client)
{
  struct client **link = &m->attach.clients;
  while (*link != client)
    link = &(*link)->next;
  *link = client->next;
  input_forget (m, client);
  owed_forget (client);
  close (client->fd);
  free (client);
}

unsigned char *
attach_packet (struct monitor *m, char type)
{
  if (!m->attach.packet && !(m->attach.packet = malloc (PACKET_MAX)))
    return NULL;
  m->attach.packet[0] = (unsigned char) type;
  return m->attach.packet + 1;
}

static void
count_backlog (struct monitor *m)
{
  m->attach.backlogged = false;
  for (const struct client *client = m->attach.clients; client; client = client->next)
    if (client->owed)
      m->attach.backlogged = true;
}

void
attach_broadcast (struct monitor *m, size_t payload_size)
{
  for (struct client *client = m->attach.clients, *next; client; client = next)
    {
      next = client->next;
      if (owed_send_or_keep (client, m->attach.packet, 1 + payload_size) < 0)
        drop (m, client);
    }
  count_backlog (m);
}

/* A socket is never full of these: a client sends its next MSG_STDIN or MSG_HEALTH after the answer. */
static void
answer (const struct client *client, const char *packet, size_t size)
{
  send (client->fd, packet, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void
attach_tell_taken (struct monitor *m)
{
  for (struct client *client = m->attach.clients; client; client = client->next)
    if (client->input_taken)
      {
        client->sent_input = client->input_taken = false;
        answer (client, &(char) { MSG_TAKEN }, 1);
      }
}

void
attach_tell_health (struct monitor *m, int code)
{
  const char packet[] = { MSG_HEALTH, (char) code };
  for (struct client *client = m->attach.clients; client; client = client->next)
    if (client->asks_health)
      {
        client->asks_health = false;
        answer (client, packet, sizeof packet);
      }
}

bool
attach_awaits_change (const struct monitor *m)
{
  for (const struct client *client = m->attach.clients; client; client = client->next)
    {
      struct pollfd left = { .fd = client->fd, .events = POLLRDHUP };
      if (client->asks_change && poll (&left, 1, 0) == 0)
        return true;
    }
  return false;
}

void
attach_tell_change (struct monitor *m, const char *text)
{
  char packet[CHANGE_ANSWER_MAX] = { MSG_CHANGE };
  size_t size = strnlen (text, sizeof packet - 1);
  memcpy (packet + 1, text, size);
  for (struct client *client = m->attach.clients; client; client = client->next)
    if (client->asks_change)
      {
        client->asks_change = false;
        answer (client, packet, size + 1);
      }
}

static void
set_window (struct monitor *m, struct client *client, const unsigned char *payload)
{
  /* the first client of all finds its size set already, by the plan */
  bool redraw = !client->sent_window && m->attach.accepted > 1;
  client->sent_window = true;
  console_set_window (m, (unsigned) (payload[0] << 8 | payload[1]), (unsigned) (payload[2] << 8 | payload[3]),
                      redraw);
}

/* Obeys the packet. Returns -1 for one that no client of this build sends. */
static int
obey (struct monitor *m, struct client *client, const unsigned char *packet, size_t size)
{
  if (packet[0] == MSG_STDIN && !client->sent_input)
    {
      client->sent_input = true;
      return input_queue (m, client, packet + 1, size - 1);
    }
  if (packet[0] == MSG_EOF)
    return input_queue (m, client, NULL, 0);
  if (packet[0] == MSG_WINDOW && size == 5)
    set_window (m, client, packet + 1);
  else if (packet[0] == MSG_HEALTH && health_check_now (m))
    client->asks_health = true;
  else if (packet[0] == MSG_CHANGE && size == 2)
    {
      m->bridges.asked = (char) packet[1];
      client->asks_change = true;
    }
  else if (packet[0] == MSG_SIGNAL && size == 2)
    process_signal (&m->process, packet[1]);
  else
    return -1;
  return 0;
}

/* Reads one packet. Returns -1 when the client is gone or breaks the rules. */
static int
receive (struct monitor *m, struct client *client)
{
  /* on the stack, whose pages are touched only as far as packets are long */
  unsigned char packet[PACKET_MAX];
  ssize_t n = recv (client->fd, packet, sizeof packet, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return 0;
  return n <= 0 ? -1 : obey (m, client, packet, (size_t) n);
}

size_t
attach_poll (const struct monitor *m, struct pollfd *fds, size_t room)
{
  size_t count = 0;
  for (const struct client *client = m->attach.clients; client && count < room; client = client->next)
    fds[count++] = (struct pollfd) { .fd = client->fd,
                                     .events = (short) (POLLIN | (client->owed ? POLLOUT : 0)) };
  return count;
}

static struct client *
find (const struct monitor *m, int fd)
{
  struct client *client = m->attach.clients;
  while (client && client->fd != fd)
    client = client->next;
  return client;
}

void
attach_handle (struct monitor *m, const struct pollfd *fds, size_t count)
{
  for (size_t i = 0; i < count; i++)
    {
      struct client *client = fds[i].revents ? find (m, fds[i].fd) : NULL;
      if (!client)
        continue;
      if (fds[i].revents & POLLOUT)
        owed_send (client);
      if (fds[i].revents & ~POLLOUT && receive (m, client) < 0)
        drop (m, client);
    }
  count_backlog (m);
}

/* Bytes that are left unread would make the close a reset for the client. */
static void
discard_unread (struct client *client)
{
  char byte;
  while (recv (client->fd, &byte, 1, MSG_DONTWAIT) > 0)
    ;
}

void
attach_close (struct monitor *m, int exit_code)
{
  uint32_t code = htonl ((uint32_t) exit_code);
  while (attach_accept (m)) /* they came too late for output, but not for the exit code */
    ;
  unsigned char *payload = attach_packet (m, MSG_EXIT);
  if (payload)
    {
      memcpy (payload, &code, sizeof code);
      attach_broadcast (m, sizeof code);
    }
  if (m->attach.backlogged)
    attach_leave_to_farewell (m);
  while (m->attach.clients)
    {
      discard_unread (m->attach.clients);
      drop (m, m->attach.clients);
    }
  m->attach.backlogged = false;
}

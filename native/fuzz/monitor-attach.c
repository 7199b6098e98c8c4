/* Packets of two clients at the attach socket: each is its size, and so many bytes. */
#include <fcntl.h>
#include <sys/socket.h>

#include "common/descriptor.h"
#include "fuzz/target.h"
#include "monitor/stdio/attach-server.h"
#include "monitor/stdio/input.h"

#define CLIENTS 2

static int
add_client (struct monitor *m)
{
  int ends[2];
  struct client *client = calloc (1, sizeof *client);
  if (!client || socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
    abort ();
  client->fd = ends[0];
  client->next = m->attach.clients;
  m->attach.clients = client;
  m->attach.accepted++;
  return ends[1];
}

static void
handle (struct monitor *m)
{
  struct pollfd fds[CLIENTS];
  size_t count = attach_poll (m, fds, CLIENTS);
  poll (fds, count, 0);
  attach_handle (m, fds, count);
  attach_tell_taken (m);
}

/* The highest bit of a size says which client it is. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static char rows[] = "24", columns[] = "80";
  char *terminal[] = { rows, columns, NULL };
  struct monitor m = { .dir_fd = -1,
                       .plan.terminal = size % 2 ? terminal : NULL,
                       .streams = { .in = open ("/dev/null", O_WRONLY | O_CLOEXEC), .out.fd = -1 },
                       .attach.listen_fd = -1,
                       .process = { .pidfd = -1 } };
  int clients[CLIENTS] = { add_client (&m), add_client (&m) };
  while (size >= 2)
    {
      size_t length = (size_t) (data[0] & 0x7f) << 8 | data[1];
      int client = clients[data[0] >> 7];
      length = length < size - 2 ? length : size - 2;
      send (client, data + 2, length, MSG_NOSIGNAL);
      handle (&m);
      data += 2 + length;
      size -= 2 + length;
    }
  attach_close (&m, 0);
  while (m.streams.first)
    input_write (&m);
  free (m.attach.packet);
  close_descriptor (&m.streams.in);
  for (int i = 0; i < CLIENTS; i++)
    close (clients[i]);
  return 0;
}

#include "monitor/stdio/attach-owed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* More bytes than a process can leave in its largest pipes when it ends. */
#define OWED_MAX (8u << 20)

struct owed
{
  struct owed *next;
  size_t size;
  unsigned char packet[];
};

/* Returns whether the socket is full. */
static bool
is_refused (int fd, const unsigned char *packet, size_t size)
{
  ssize_t n;
  do
    n = send (fd, packet, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM);
}

int
owed_send_or_keep (struct client *client, const unsigned char *packet, size_t size)
{
  if (!client->owed && !is_refused (client->fd, packet, size))
    return 0;
  struct owed *owed = client->owed_size < OWED_MAX ? malloc (sizeof *owed + size) : NULL;
  if (!owed)
    return -1;
  client->owed_size += size;
  *owed = (struct owed) { .size = size };
  memcpy (owed->packet, packet, size);
  struct owed **end = &client->owed;
  while (*end)
    end = &(*end)->next;
  *end = owed;
  return 0;
}

static void
forget_first (struct client *client)
{
  struct owed *first = client->owed;
  client->owed = first->next;
  client->owed_size -= first->size;
  free (first);
}

void
owed_send (struct client *client)
{
  while (client->owed && !is_refused (client->fd, client->owed->packet, client->owed->size))
    forget_first (client);
}

void
owed_forget (struct client *client)
{
  while (client->owed)
    forget_first (client);
}

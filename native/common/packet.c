#include "common/packet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/descriptor.h"

union control
{
  struct cmsghdr header;
  char bytes[CMSG_SPACE (sizeof (int))];
};

static ssize_t
join_words (char *text, char *const *words)
{
  size_t used = 0;
  for (; *words; words++)
    {
      size_t size = strlen (*words) + 1;
      if (size > PACKET_MAX - used)
        return -1;
      memcpy (text + used, *words, size);
      used += size;
    }
  return (ssize_t) used;
}

int
packet_send (int socket, char *const *words, int fd)
{
  union control control = { 0 };
  autofree char *text = malloc (PACKET_MAX);
  ssize_t size = text ? join_words (text, words) : -1;
  if (size < 0)
    {
      errno = text ? EMSGSIZE : ENOMEM;
      return -1;
    }
  struct iovec vector = { .iov_base = text, .iov_len = (size_t) size };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
  if (fd >= 0)
    {
      message.msg_control = &control;
      message.msg_controllen = sizeof control;
      control.header = (struct cmsghdr) { .cmsg_len = CMSG_LEN (sizeof fd),
                                          .cmsg_level = SOL_SOCKET,
                                          .cmsg_type = SCM_RIGHTS };
      memcpy (CMSG_DATA (&control.header), &fd, sizeof fd);
    }
  ssize_t n;
  do
    n = sendmsg (socket, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n < 0 ? -1 : 0;
}

static int
passed_descriptor (struct msghdr *message)
{
  struct cmsghdr *header = CMSG_FIRSTHDR (message);
  int fd = -1;
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
      && header->cmsg_len == CMSG_LEN (sizeof fd))
    memcpy (&fd, CMSG_DATA (header), sizeof fd);
  return fd;
}

/* The words and their text in one block. */
static int
split (struct packet *packet, const char *text, size_t size)
{
  packet->count = 0;
  for (size_t i = 0; i < size; i++)
    packet->count += text[i] == '\0';
  if (packet->count == 0 || packet->count > PACKET_WORDS_MAX || text[size - 1] != '\0')
    {
      errno = EPROTO;
      return -1;
    }
  packet->words = malloc ((packet->count + 1) * sizeof *packet->words + size);
  if (!packet->words)
    return -1;
  char *copy = (char *) (packet->words + packet->count + 1);
  memcpy (copy, text, size);
  for (size_t i = 0; i < packet->count; i++, copy += strlen (copy) + 1)
    packet->words[i] = copy;
  packet->words[packet->count] = NULL;
  return 1;
}

int
packet_receive (int socket, struct packet *packet)
{
  union control control = { 0 };
  *packet = (struct packet) { .fd = -1 };
  autofree char *text = malloc (PACKET_MAX);
  if (!text)
    return -1;
  struct iovec vector = { .iov_base = text, .iov_len = PACKET_MAX };
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  ssize_t n;
  do
    n = recvmsg (socket, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n <= 0)
    return (int) n;
  packet->fd = passed_descriptor (&message);
  int result = message.msg_flags & MSG_TRUNC ? (errno = EMSGSIZE, -1) : split (packet, text, (size_t) n);
  if (result < 0)
    packet_free (packet);
  return result;
}

void
packet_free (struct packet *packet)
{
  int saved = errno;
  free (packet->words);
  packet->words = NULL;
  packet->count = 0;
  close_descriptor (&packet->fd);
  errno = saved;
}

#include "network/names.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/descriptor.h"

#define ANSWER_MAX 4096
#define PACKETS_AT_ONCE 64

int64_t
names_now (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct pollfd *
names_add_poll (struct names *names, int fd, short events)
{
  struct pollfd *slot = &names->polls[names->poll_count++];
  *slot = (struct pollfd) { .fd = fd, .events = events };
  return slot;
}

static socklen_t
server_address (const struct zone_server *server, struct sockaddr_storage *storage)
{
  *storage = (struct sockaddr_storage) { .ss_family = server->family };
  struct sockaddr_in *v4 = (struct sockaddr_in *) (void *) storage;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *) (void *) storage;
  if (server->family == AF_INET6)
    {
      v6->sin6_port = htons (server->port);
      memcpy (&v6->sin6_addr, server->bytes, sizeof v6->sin6_addr);
      return sizeof *v6;
    }
  v4->sin_port = htons (server->port);
  memcpy (&v4->sin_addr, server->bytes, sizeof v4->sin_addr);
  return sizeof *v4;
}

/*
 * A socket of its own for each question: its port is a random one, which a forged answer would have to
 * guess.
 */
int
names_connect (const struct zone_server *server, int type)
{
  struct sockaddr_storage address;
  socklen_t size = server_address (server, &address);
  autoclose int fd = socket (server->family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || (connect (fd, (struct sockaddr *) &address, size) < 0 && errno != EINPROGRESS))
    return -1;
  return take_fd (&fd);
}

struct asker
names_asker (const struct sockaddr_storage *address)
{
  const struct sockaddr_in *v4 = (const struct sockaddr_in *) (const void *) address;
  const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *) (const void *) address;
  struct asker asker = { .family = (uint8_t) address->ss_family };
  if (address->ss_family == AF_INET6)
    memcpy (asker.bytes, &v6->sin6_addr, sizeof v6->sin6_addr);
  else
    memcpy (asker.bytes, &v4->sin_addr, sizeof v4->sin_addr);
  return asker;
}

/* Keeps of the control data what sends the answer from the address that was asked. */
static void
note_packet_info (struct names_peer *peer, struct msghdr *message)
{
  for (struct cmsghdr *header = CMSG_FIRSTHDR (message); header; header = CMSG_NXTHDR (message, header))
    {
      struct in_pktinfo *v4 = (struct in_pktinfo *) (void *) CMSG_DATA (header);
      struct in6_pktinfo *v6 = (struct in6_pktinfo *) (void *) CMSG_DATA (header);
      if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO)
        {
          peer->asker.index = (uint32_t) v4->ipi_ifindex;
          v4->ipi_spec_dst = v4->ipi_addr;
        }
      else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO)
        peer->asker.index = v6->ipi6_ifindex;
      else
        continue;
      peer->control_size = CMSG_SPACE (header->cmsg_len - CMSG_LEN (0));
      memmove (peer->control, header, header->cmsg_len);
      return;
    }
}

static ssize_t
receive (int fd, uint8_t *packet, struct names_peer *peer)
{
  struct iovec vector = { .iov_base = packet, .iov_len = NAMES_QUERY_MAX };
  *peer = (struct names_peer) { .socket = fd };
  struct msghdr message = {
    .msg_name = &peer->address,
    .msg_namelen = sizeof peer->address,
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = peer->control,
    .msg_controllen = sizeof peer->control,
  };
  ssize_t n = recvmsg (fd, &message, MSG_DONTWAIT);
  if (n < 0)
    return -1;
  peer->size = message.msg_namelen;
  peer->asker = names_asker (&peer->address);
  note_packet_info (peer, &message);
  return message.msg_flags & MSG_TRUNC || peer->asker.index == 0 ? 0 : n;
}

void
names_send (const struct names_peer *peer, const uint8_t *packet, size_t size)
{
  struct names_peer to = *peer;
  uint8_t *bytes = (uint8_t *) (uintptr_t) packet;
  struct iovec vector = { .iov_base = bytes, .iov_len = size };
  struct msghdr message = {
    .msg_name = &to.address,
    .msg_namelen = to.size,
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = to.control,
    .msg_controllen = to.control_size,
  };
  sendmsg (peer->socket, &message,
           MSG_DONTWAIT | MSG_NOSIGNAL); /* one that can't be sent is asked for again */
}

static void
serve_datagrams (struct names *names, int fd)
{
  static uint8_t query[NAMES_QUERY_MAX], packet[ANSWER_MAX];
  struct names_peer peer;
  for (int i = 0; i < PACKETS_AT_ONCE; i++)
    {
      ssize_t size = receive (fd, query, &peer);
      if (size < 0)
        return;
      struct reply reply = { .packet = packet, .limit = sizeof packet };
      answer_query (&names->zone, &peer.asker, query, (size_t) size, true, names->rotation++, &reply);
      if (reply.verdict == ANSWERED)
        names_send (&peer, packet, reply.size);
      else if (reply.verdict == FORWARD)
        forward_query (names, &peer, query, (size_t) size, &reply);
    }
}

static int
receive_zone (int control)
{
  union
  {
    struct cmsghdr header;
    char bytes[CMSG_SPACE (sizeof (int))];
  } data = { 0 };
  char byte;
  int fd = -1;
  struct iovec vector = { .iov_base = &byte, .iov_len = 1 };
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &data, .msg_controllen = sizeof data
  };
  ssize_t n = recvmsg (control, &message, MSG_CMSG_CLOEXEC);
  if (n == 0)
    _exit (0); /* the holder has left */
  const struct cmsghdr *header = n < 0 ? NULL : CMSG_FIRSTHDR (&message);
  if (header && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN (sizeof fd))
    memcpy (&fd, CMSG_DATA (header), sizeof fd);
  return fd;
}

static void
take_zone (struct names *names)
{
  struct stat st;
  struct zone zone;
  autoclose int fd = receive_zone (names->control_fd);
  if (fd < 0 || fstat (fd, &st) < 0)
    return;
  size_t size = (size_t) st.st_size;
  void *block = mmap (NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (block == MAP_FAILED)
    return;
  if (!zone_open (&zone, block, size))
    {
      munmap (block, size);
      return;
    }
  if (names->block)
    munmap (names->block, names->block_size);
  names->block = block;
  names->block_size = size;
  names->zone = zone;
}

static int
patience (void)
{
  int64_t now = names_now (), forward = forward_due (now), stream = stream_due (now);
  int64_t least = forward < 0 || (stream >= 0 && stream < forward) ? stream : forward;
  return (int) least;
}

static void
serve_once (struct names *names)
{
  const struct names_sockets *sockets = &names->sockets;
  names->poll_count = 0;
  names_add_poll (names, names->control_fd, POLLIN);
  for (int i = 0; i < 2; i++)
    {
      names_add_poll (names, sockets->datagram[i], POLLIN);
      names_add_poll (names, sockets->stream[i], POLLIN);
    }
  forward_poll (names);
  stream_poll (names);
  if (poll (names->polls, names->poll_count, patience ()) < 0)
    return;
  if (names->polls[0].revents)
    take_zone (names);
  for (size_t i = 1; i < 5; i++)
    if (names->polls[i].revents)
      i % 2 ? serve_datagrams (names, names->polls[i].fd) : stream_accept (names, names->polls[i].fd);
  forward_handle (names);
  stream_handle (names);
}

_Noreturn void
names_serve (int control, const struct names_sockets *sockets)
{
  static struct names names;
  names.control_fd = control;
  names.sockets = *sockets;
  if (names_enter_sandbox () < 0)
    _exit (1);
  for (;;)
    serve_once (&names);
}

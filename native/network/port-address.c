#include "network/port-address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/descriptor.h"

#define BACKLOG 4096

socklen_t
port_address_read (struct sockaddr_storage *address, const char *host, const char *port)
{
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *) (void *) address;
  struct sockaddr_in *v4 = (struct sockaddr_in *) (void *) address;
  in_port_t number = htons ((uint16_t) atoi (port));
  *address = (struct sockaddr_storage) { .ss_family = AF_INET };
  if (inet_pton (AF_INET, host, &v4->sin_addr) == 1)
    {
      v4->sin_port = number;
      return sizeof *v4;
    }
  *address = (struct sockaddr_storage) { .ss_family = AF_INET6 };
  v6->sin6_port = number;
  return inet_pton (AF_INET6, host, &v6->sin6_addr) == 1 ? sizeof *v6 : 0;
}

int
port_listen (const char *protocol, const char *host, const char *port)
{
  const int yes = 1;
  bool datagram = strcmp (protocol, "udp") == 0;
  struct sockaddr_storage address;
  socklen_t size = port_address_read (&address, host, port);
  if (size == 0 || (datagram && address.ss_family != AF_INET))
    {
      errno = EADDRNOTAVAIL;
      return -1;
    }
  autoclose int fd = socket (address.ss_family,
                             (datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || (!datagram && setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0))
    return -1;
  if (address.ss_family == AF_INET6 && setsockopt (fd, SOL_IPV6, IPV6_V6ONLY, &yes, sizeof yes) < 0)
    return -1;
  if (bind (fd, (struct sockaddr *) &address, size) < 0 || (!datagram && listen (fd, BACKLOG) < 0))
    return -1;
  return take_fd (&fd);
}

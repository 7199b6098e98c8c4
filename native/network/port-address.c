#include "network/port-address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

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

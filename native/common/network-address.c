#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/link.h"

bool
network_address_read (struct network_address *address, const char *text)
{
  char host[INET6_ADDRSTRLEN], *end;
  size_t length = strcspn (text, "/");
  if (length >= sizeof host)
    return false;
  memcpy (host, text, length);
  host[length] = '\0';
  *address = (struct network_address) { .family = strchr (host, ':') ? AF_INET6 : AF_INET };
  unsigned longest = network_address_size (address) * 8;
  address->prefix = longest;
  if (inet_pton (address->family, host, address->bytes) != 1)
    return false;
  if (!text[length])
    return true;
  unsigned long prefix = strtoul (text + length + 1, &end, 10);
  address->prefix = (unsigned) prefix;
  return text[length + 1] && !*end && prefix <= longest;
}

unsigned
network_address_size (const struct network_address *address)
{
  return address->family == AF_INET6 ? 16 : 4;
}

bool
mac_read (unsigned char mac[MAC_SIZE], const char *text)
{
  unsigned bytes[MAC_SIZE];
  char rest;
  if (sscanf (text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &bytes[0], &bytes[1], &bytes[2], &bytes[3], &bytes[4],
              &bytes[5], &rest)
      != MAC_SIZE)
    return false;
  for (int i = 0; i < MAC_SIZE; i++)
    mac[i] = (unsigned char) bytes[i];
  return true;
}

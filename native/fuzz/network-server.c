/* "ADDRESS" or "ADDRESS#PORT": a name server of a network, and of /etc/resolv.conf. */
#include <string.h>

#include "fuzz/target.h"
#include "network/holder.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct zone_server server;
  char *text = strndup ((const char *) data, size);
  if (text && server_read (&server, text) && server.family != AF_INET && server.family != AF_INET6)
    abort ();
  free (text);
  return 0;
}

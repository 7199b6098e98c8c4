/* What a container asks by TCP, in pieces. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "common/descriptor.h"
#include "fuzz/target.h"
#include "network/names.h"

static const struct zone_network NETWORKS[] = { { .index = 3, .dns = 1, .internal = 1 } };
static const struct zone_address ADDRESSES[] = {
  { .container = 1, .network = 0, .family = AF_INET, .bytes = { 127, 0, 0, 1 } }
};
static const struct zone_name NAMES[] = { { .container = 1 } };

static struct names names = { .zone = { .networks = NETWORKS,
                                        .addresses = ADDRESSES,
                                        .names = NAMES,
                                        .texts = "web",
                                        .network_count = 1,
                                        .address_count = 1,
                                        .name_count = 1,
                                        .text_size = 4 } };

static int
open_listener (struct sockaddr_in *address)
{
  socklen_t size = sizeof *address;
  *address = (struct sockaddr_in) { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind (fd, (struct sockaddr *) address, size) < 0 || listen (fd, 1) < 0
      || getsockname (fd, (struct sockaddr *) address, &size) < 0)
    abort ();
  return fd;
}

static void
serve (void)
{
  names.poll_count = 0;
  stream_poll (&names);
  poll (names.polls, names.poll_count, 0);
  stream_handle (&names);
}

/* The first byte says how long the pieces are. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static int listener = -1;
  static struct sockaddr_in address;
  static const struct linger now = { .l_onoff = 1 };
  uint8_t answers[65536];
  if (size < 1)
    return 0;
  if (listener < 0)
    listener = open_listener (&address);
  int client = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  /* a reset at the end, or the port would be kept for a minute */
  if (client < 0 || setsockopt (client, SOL_SOCKET, SO_LINGER, &now, sizeof now) < 0
      || connect (client, (struct sockaddr *) &address, sizeof address) < 0)
    abort ();
  stream_accept (&names, listener);
  size_t piece = 1 + data[0];
  for (size_t at = 1; at < size; at += piece)
    {
      send (client, data + at, piece < size - at ? piece : size - at, MSG_NOSIGNAL | MSG_DONTWAIT);
      for (int turn = 0; turn < 3; turn++)
        serve ();
      recv (client, answers, sizeof answers, MSG_DONTWAIT);
    }
  close (client);
  for (int turn = 0; turn < 4; turn++)
    serve ();
  return 0;
}

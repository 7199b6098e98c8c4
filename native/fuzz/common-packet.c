/* Words that come over a SOCK_SEQPACKET socket, and each as the name of a server. */
#include <string.h>
#include <sys/socket.h>

#include "common/network-words.h"
#include "common/packet.h"
#include "fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  int ends[2];
  struct packet packet;
  if (size == 0 || socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return 0;
  if (send (ends[0], data, size, MSG_NOSIGNAL) > 0 && packet_receive (ends[1], &packet) == 1)
    {
      size_t used = 0;
      for (size_t i = 0; i < packet.count; i++)
        used += strlen (packet.words[i]) + 1;
      if (used != size || packet.words[packet.count])
        abort ();
      network_flag (packet.words, "dns");
      packet_free (&packet);
    }
  close (ends[0]);
  close (ends[1]);
  return 0;
}

/* What a container answers to a probe by HTTP or gRPC. */
#include <sys/socket.h>

#include "common/descriptor.h"
#include "fuzz/target.h"
#include "probe/probe.h"

/* In main.c, which has a main() of its own, this prints. */
int
failed (const char *format, ...)
{
  return *format ? PROBE_FAILED : PROBE_PASSED;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  int ends[2];
  if (size < 1 || socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    return 0;
  autoclose int server = ends[0], client = ends[1];
  if (send (server, data + 1, size - 1, MSG_DONTWAIT) < 0 || shutdown (server, SHUT_WR) < 0)
    return 0;
  if (data[0] & 1)
    probe_http (client, "127.0.0.1", "80", "/", "A: b\r\n");
  else
    probe_grpc (client, "::1", "80", "service");
  return 0;
}

#include "attach/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/unix-socket.h"

int
connection_open (const char *directory)
{
  autoclose int fd = open (directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return fd < 0 ? -1 : connect_at (fd, "attach", SOCK_SEQPACKET);
}

void
connection_send (int socket, const void *packet, size_t size)
{
  while (send (socket, packet, size, MSG_NOSIGNAL) < 0 && errno == EINTR)
    ;
}

#include "attach/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Returns how much may be written at once. poll(2) promises PIPE_BUF bytes of a descriptor that blocks:
 * with more a slow reader would hold up the signals.
 */
static size_t
writable_size (int fd, size_t size)
{
  struct stat st;
  if (size <= PIPE_BUF || fcntl (fd, F_GETFL) & O_NONBLOCK || (fstat (fd, &st) == 0 && S_ISREG (st.st_mode)))
    return size;
  return PIPE_BUF;
}

int
output_write (struct output *output)
{
  size_t rest = output->size - output->done;
  ssize_t n = write (output->fd, output->packet + output->done, writable_size (output->fd, rest));
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return 0;
  output->done += n < 0 ? rest : (size_t) n;
  if (output->done == output->size)
    output->fd = -1;
  return n < 0 ? -1 : 0;
}

int
output_take (struct output *output, int fd, size_t size)
{
  if (size <= 1)
    return 0;
  output->fd = fd;
  output->done = 1;
  output->size = size;
  return output_write (output);
}

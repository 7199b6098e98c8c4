#include "common/read-text.h"

#include <fcntl.h>
#include <unistd.h>

#include "common/descriptor.h"

ssize_t
read_text (const char *path, char *text, size_t size)
{
  autoclose int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read (fd, text, size - 1);
  text[n > 0 ? n : 0] = '\0';
  return n;
}

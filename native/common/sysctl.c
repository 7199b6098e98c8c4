#include "common/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/descriptor.h"

int
sysctl_write (const char *value, const char *format, ...)
{
  char path[256] = "/proc/sys/";
  size_t length = strlen (path);
  va_list arguments;
  va_start (arguments, format);
  int size = vsnprintf (path + length, sizeof path - length, format, arguments);
  va_end (arguments);
  if (size < 0 || (size_t) size >= sizeof path - length)
    {
      errno = ENAMETOOLONG;
      return -1;
    }
  autoclose int fd = open (path, O_WRONLY | O_CLOEXEC);
  return fd < 0 || write (fd, value, strlen (value)) < 0 ? -1 : 0;
}

#include "monitor/log/output-text.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void
read_now (int fd, char *text, size_t size)
{
  size_t used = 0;
  ssize_t n;
  if (fd >= 0 && fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK) == 0)
    while (used < size - 1 && (n = read (fd, text + used, size - 1 - used)) > 0)
      used += (size_t) n;
  text[used] = '\0';
}

void
first_line (int fd, char *text, size_t size)
{
  read_now (fd, text, size);
  size_t start = strspn (text, "\r\n"), length = strcspn (text + start, "\r\n");
  memmove (text, text + start, length);
  text[length] = '\0';
}

void
last_line (int fd, char *text, size_t size)
{
  read_now (fd, text, size);
  size_t length = strlen (text);
  while (length > 0 && strchr ("\r\n", text[length - 1]))
    text[--length] = '\0';
  char *newline = strrchr (text, '\n');
  if (newline)
    memmove (text, newline + 1, strlen (newline + 1) + 1);
}

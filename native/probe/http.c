#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "probe/probe.h"

#define STATUS_LINE 128

/* Returns whether HEADERS have one of that name, which ends in a colon. */
static bool
has_header (const char *headers, const char *name)
{
  for (const char *line = headers; line && *line; line = strchr (line, '\n'))
    {
      line += *line == '\n';
      if (strncasecmp (line, name, strlen (name)) == 0)
        return true;
    }
  return false;
}

static int
send_request (int fd, const char *host, const char *port, const char *path, const char *headers)
{
  autofree char *text = NULL;
  bool six = strchr (host, ':'), own = has_header (headers, "Host:");
  int size = asprintf (&text, "GET %s HTTP/1.1\r\n%s%s%s%s%s%s%sConnection: close\r\n%s\r\n", path,
                       own ? "" : "Host: ", own || !six ? "" : "[", own ? "" : host, own || !six ? "" : "]",
                       own ? "" : ":", own ? "" : port, own ? "" : "\r\n", headers);
  if (size < 0)
    {
      text = NULL;
      errno = ENOMEM;
      return -1;
    }
  return write_all (fd, text, (size_t) size);
}

/* Reads no more than the status line, which has the answer. */
static int
read_status (int fd, char line[STATUS_LINE])
{
  size_t used = 0;
  while (used < STATUS_LINE - 1)
    {
      ssize_t n = read (fd, line + used, STATUS_LINE - 1 - used);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n < 0 ? -1 : 0;
      used += (size_t) n;
      line[used] = 0;
      if (strchr (line, '\n'))
        break;
    }
  return 0;
}

int
probe_http (int fd, const char *host, const char *port, const char *path, const char *headers)
{
  char line[STATUS_LINE] = "";
  int minor, status;
  if (send_request (fd, host, port, path, headers) < 0 || read_status (fd, line) < 0)
    return failed ("Get \"http://%s:%s%s\": %s", host, port, path, strerror (errno));
  if (sscanf (line, "HTTP/1.%1d %3d", &minor, &status) != 2)
    return failed ("Get \"http://%s:%s%s\": no answer of HTTP", host, port, path);
  if (status < 200 || status >= 400)
    return failed ("HTTP probe failed with statuscode: %d", status);
  return PROBE_PASSED;
}

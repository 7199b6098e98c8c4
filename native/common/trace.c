#include "common/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/descriptor.h"

#define NS_PER_US 1000
/* Microseconds with three digits behind the point. */
#define US "%" PRId64 ".%03" PRId64
#define US_OF(ns) (ns) / NS_PER_US, (ns) % NS_PER_US

/*
 * Regular files only: a reader of a fifo that doesn't read would hold up every program of the call, or lose
 * events; and what a symlink leads to is for the one to say who has made it.
 */
static struct trace
open_file (const char *path, int flags)
{
  struct trace trace = { .fd = -1 };
  struct stat status;
  autoclose int fd =
      path ? open (path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC | flags, 0666)
           : -1;
  if (fd < 0 || fstat (fd, &status) < 0)
    return trace;
  if (!S_ISREG (status.st_mode))
    {
      errno = ENXIO; /* as where nobody reads the fifo */
      return trace;
    }
  trace.device = status.st_dev;
  trace.inode = status.st_ino;
  trace.fd = take_fd (&fd);
  return trace;
}

struct trace
trace_open (const char *path)
{
  struct trace trace = open_file (path, O_CREAT);
  struct stat status;
  if (trace.fd >= 0 && fstat (trace.fd, &status) == 0 && status.st_size == 0)
    dprintf (trace.fd, "[\n");
  return trace;
}

int64_t
trace_now (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C (1000000000) + now.tv_nsec;
}

/* Writes an event; NAME and what the format makes of the rest need no escapes. */
static void __attribute__ ((format (printf, 4, 5)))
event (const struct trace *trace, const char *phase, const char *name, const char *format, ...)
{
  char rest[160];
  va_list arguments;
  if (trace->fd < 0)
    return;
  va_start (arguments, format);
  vsnprintf (rest, sizeof rest, format, arguments);
  va_end (arguments);
  dprintf (trace->fd, "{\"ph\":\"%s\",\"name\":\"%s\",\"pid\":%d,\"tid\":%d%s},\n", phase, name, getpid (),
           getpid (), rest);
}

struct trace
trace_continue (const char *place, const char *becoming)
{
  struct trace none = { .fd = -1 };
  int64_t time;
  uintmax_t device, inode;
  int path = 0;
  if (!place || sscanf (place, "%" SCNd64 " %ju:%ju %n", &time, &device, &inode, &path) != 3 || !path)
    return none;
  struct trace trace = open_file (place + path, 0);
  if (trace.fd >= 0 && (trace.device != device || trace.inode != inode))
    {
      close (trace.fd);
      return none;
    }
  if (trace.fd >= 0 && becoming)
    trace_phase (&trace, becoming, time);
  return trace;
}

void
trace_name (const struct trace *trace, const char *name)
{
  event (trace, "M", "process_name", ",\"args\":{\"name\":\"%s\"}", name);
}

void
trace_phase (const struct trace *trace, const char *name, int64_t began)
{
  event (trace, "X", name, ",\"ts\":" US ",\"dur\":" US, US_OF (began), US_OF (trace_now () - began));
}

void
trace_begin (const struct trace *trace, const char *name, int64_t began)
{
  event (trace, "B", name, ",\"ts\":" US, US_OF (began));
}

void
trace_end (const struct trace *trace)
{
  event (trace, "E", "", ",\"ts\":" US, US_OF (trace_now ()));
}

/* log.h - where the container's output is kept: k8s-file. A driver of its own is its own file beside log-k8s.c. */
#ifndef TSPOD_LOG_H
#define TSPOD_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum stream_name
{
  STREAM_STDOUT,
  STREAM_STDERR,
};

struct log
{
  const char *path;
  int fd;            /* -1: no log */
  uint64_t max;      /* bytes; 0: unlimited */
  uint64_t size;     /* bytes in the file */
  bool torn;         /* a write stopped inside a record: start the next one on a line of its own */
  size_t used;       /* of the buffer */
  char *buffer;      /* records on their way to the file; allocated at the first output */
};

/* Opens the log that ARGV (of the plan's `log`; NULL: none) asks for. Returns 0, or -1 with errno. */
int log_open (struct log *log, char *const *argv);

/* Records what one read gave. The file's trouble (disk full) is never the container's: what can't be written is lost. */
void log_write (struct log *log, enum stream_name stream, const char *data, size_t size);

void log_close (struct log *log);

#endif

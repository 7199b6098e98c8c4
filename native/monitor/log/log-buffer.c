#include "monitor/log/log-buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/descriptor.h"

/* One write(2) carries many lines, yet the buffer is small: the monitor's private memory is counted. */
#define BUFFER_SIZE (96u << 10)

int
log_buffer_open (struct log *log)
{
  struct stat st;
  /* --log-opt path may lie where a container can write: a symlink or a fifo there is not the log */
  log->fd = open (log->path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  if (log->fd < 0 || fstat (log->fd, &st) < 0)
    return -1;
  if (!S_ISREG (st.st_mode) && !S_ISCHR (st.st_mode))
    {
      errno = EINVAL;
      return -1;
    }
  log->size = (uint64_t) st.st_size;
  return 0;
}

bool
log_buffer_ready (struct log *log)
{
  if (!log->buffer)
    log->buffer = malloc (BUFFER_SIZE);
  return log->buffer;
}

void
log_flush (struct log *log)
{
  size_t done = 0;
  while (done < log->used)
    {
      ssize_t n = write (log->fd, log->buffer + done, log->used - done);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        break;
      done += (size_t) n;
    }
  if (done)
    log->torn = log->buffer[done - 1] != '\n';
  log->size += done;
  log->used = 0;
}

/* Renames PATH.1 to PATH.2, and so on, and PATH itself to PATH.1: as many as are to be kept. */
static void
keep_older (const struct log *log)
{
  char from[PATH_MAX], to[PATH_MAX];
  for (unsigned long number = log->files - 1; number > 0; number--)
    {
      int size = number > 1 ? snprintf (from, sizeof from, "%s.%lu", log->path, number - 1)
                            : snprintf (from, sizeof from, "%s", log->path);
      if (size > 0 && (size_t) snprintf (to, sizeof to, "%s.%lu", log->path, number) < sizeof to)
        rename (from, to);
    }
}

/*
 * A new file takes the name, so that a reader that follows sees another inode. Where that fails the old
 * file goes on.
 */
void
log_start_anew (struct log *log)
{
  char beside[PATH_MAX];
  log_flush (log);
  if ((size_t) snprintf (beside, sizeof beside, "%s.new", log->path) >= sizeof beside)
    return;
  unlink (beside);
  autoclose int fd = open (beside, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  if (log->files > 1)
    keep_older (log);
  if (rename (beside, log->path) < 0)
    return;
  close (log->fd);
  log->fd = take_fd (&fd);
  log->size = 0;
  log->torn = false;
}

void
log_append (struct log *log, const char *data, size_t size)
{
  while (size > 0)
    {
      size_t part = size < BUFFER_SIZE - log->used ? size : BUFFER_SIZE - log->used;
      memcpy (log->buffer + log->used, data, part);
      log->used += part;
      data += part;
      size -= part;
      if (log->used == BUFFER_SIZE)
        log_flush (log);
    }
}

/*
 * k8s-file: lines "TIME stdout|stderr F|P TEXT". P is a piece of a line whose end was not in the same read.
 * json-file is kept here too; its lines are made in log-json.c.
 * As conmon, a record that would exceed the limit starts the file anew: the old lines are lost.
 * https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
 */
#include "monitor/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "monitor/clock.h"

/* One write for many lines, yet small: the monitor's private memory is counted. */
#define BUFFER_SIZE (96u << 10)
#define HEADER_SIZE (TIMESTAMP_SIZE - 1 + sizeof " stdout F " - 1)

int
log_file_open (struct log *log, char *const *argv)
{
  struct stat st;
  log->path = argv[1];
  log->max = strtoull (argv[2], NULL, 10);
  log->json = strcmp (argv[0], "json-file") == 0;
  log->files = log->json ? strtoul (argv[3], NULL, 10) : 1;
  log->fd = open (log->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (log->fd < 0 || fstat (log->fd, &st) < 0)
    return -1;
  log->size = (uint64_t) st.st_size;
  return 0;
}

static void
flush (struct log *log)
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

/* PATH.1 becomes PATH.2, and so on, PATH itself PATH.1; as many as are to be kept. */
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
 * A new file takes the name, so that a reader that follows sees the change of inode. Where that fails the old
 * one goes on.
 */
void
log_start_anew (struct log *log)
{
  char beside[PATH_MAX];
  flush (log);
  if ((size_t) snprintf (beside, sizeof beside, "%s.new", log->path) >= sizeof beside)
    return;
  autoclose int fd = open (beside, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
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
        flush (log);
    }
}

static void
append_record (struct log *log, char header[HEADER_SIZE], const char *text, size_t size, bool full)
{
  size_t record = HEADER_SIZE + size + (full ? 0 : 1); /* a full line brings its newline */
  if (log->max && log->size + log->used > 0 && log->size + log->used + record > log->max)
    log_start_anew (log);
  header[HEADER_SIZE - 2] = full ? 'F' : 'P';
  log_append (log, header, HEADER_SIZE);
  log_append (log, text, size);
  if (!full)
    log_append (log, "\n", 1);
}

void
log_file_write (struct log *log, enum stream_name stream, const char *data, size_t size)
{
  char header[HEADER_SIZE + 1];
  if (!log->buffer && !(log->buffer = malloc (BUFFER_SIZE)))
    return;
  clock_format (header, clock_now ());
  strcpy (header + TIMESTAMP_SIZE - 1, stream == STREAM_STDOUT ? " stdout F " : " stderr F ");
  if (log->torn)
    log_append (log, "\n", 1);
  for (const char *end = data + size; data < end;)
    {
      const char *newline = memchr (data, '\n', (size_t) (end - data));
      const char *next = newline ? newline + 1 : end;
      if (log->json)
        log_json_record (log, stream, data, (size_t) (next - data));
      else
        append_record (log, header, data, (size_t) (next - data), newline);
      data = next;
    }
  flush (log);
}

void
log_file_end_run (struct log *log)
{
  for (enum stream_name stream = STREAM_STDOUT; stream <= STREAM_STDERR; stream++)
    log_json_end_run (log, stream);
  flush (log);
}

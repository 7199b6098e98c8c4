/*
 * k8s-file: lines "TIME stdout|stderr F|P TEXT". P is a piece of a line whose end was not in the same read.
 * json-file is kept here too; its lines are made in log-json.c.
 * As conmon, a record that would exceed the limit starts the file anew: the old lines are lost.
 * https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
 */
#include "monitor/log/log-file.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "monitor/log/log-json.h"

#define HEADER_SIZE (TIMESTAMP_SIZE - 1 + sizeof " stdout F " - 1)

int
log_file_open (struct log *log, char *const *argv)
{
  log->path = argv[1];
  log->max = strtoull (argv[2], NULL, 10);
  log->json = strcmp (argv[0], "json-file") == 0;
  log->files = log->json ? strtoul (argv[3], NULL, 10) : 1;
  return log_buffer_open (log);
}

static void
append_record (struct log *log, char header[HEADER_SIZE], const char *text, size_t size, bool full)
{
  size_t record = HEADER_SIZE + size + (full ? 0 : 1); /* a whole line has its newline already */
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
  if (!log_buffer_ready (log))
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
  log_flush (log);
}

void
log_file_end_run (struct log *log)
{
  for (enum stream_name stream = STREAM_STDOUT; stream <= STREAM_STDERR; stream++)
    log_json_end_run (log, stream);
  log_flush (log);
}

#include "monitor/log/log.h"

#include <stdlib.h>
#include <string.h>

#include "common/descriptor.h"
#include "monitor/log/log-file.h"
#include "monitor/log/log-journald.h"

int
log_open (struct log *log, char *const *argv)
{
  log->fd = -1;
  if (!argv || strcmp (argv[0], "none") == 0)
    return 0;
  return strcmp (argv[0], "journald") == 0 ? log_journal_open (log, argv + 1) : log_file_open (log, argv);
}

void
log_write (struct log *log, enum stream_name stream, const char *data, size_t size)
{
  if (log->journal)
    log_journal_write (log, stream, data, size);
  else if (log->fd >= 0)
    log_file_write (log, stream, data, size);
}

void
log_end_run (struct log *log)
{
  if (log->journal)
    log_journal_end_run (log);
  else if (log->fd >= 0)
    log_file_end_run (log);
}

void
log_close (struct log *log)
{
  log_end_run (log);
  log_journal_close (log);
  close_descriptor (&log->fd);
  free (log->buffer);
  log->buffer = NULL;
}

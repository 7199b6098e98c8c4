/* log-journald.h - the driver journald: each line is an entry of the host's journal. */
#ifndef TSPOD_MONITOR_LOG_JOURNALD_H
#define TSPOD_MONITOR_LOG_JOURNALD_H

#include "monitor/log/log-buffer.h"

/* FIELDS: "NAME=VALUE" each, ends with NULL. Returns 0, or -1 with errno. */
int log_journal_open (struct log *log, char *const *fields);

void log_journal_write (struct log *log, enum stream_name stream, const char *data, size_t size);
void log_journal_end_run (struct log *log);
void log_journal_close (struct log *log);

#endif

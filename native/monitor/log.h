/* log.h - where the container's output is kept: k8s-file, json-file or journald. */
#ifndef TSPOD_LOG_H
#define TSPOD_LOG_H

#include "monitor/log-buffer.h"

/* Opens the log that ARGV (of the plan's `log`; NULL: none) asks for. Returns 0, or -1 with errno. */
int log_open (struct log *log, char *const *argv);

/*
 * Records what one read gave. The log's trouble (disk full) is never the container's: what can't be written
 * is lost.
 */
void log_write (struct log *log, enum stream_name stream, const char *data, size_t size);

/* The process has ended: the line that it has begun is as long as it gets. */
void log_end_run (struct log *log);

void log_close (struct log *log);

#endif

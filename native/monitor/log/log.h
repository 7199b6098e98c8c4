/* log.h - where the container's output is kept: k8s-file, json-file or journald. */
#ifndef TSPOD_LOG_H
#define TSPOD_LOG_H

#include "monitor/log/log-buffer.h"

/* Opens the log that ARGV (of the plan's `log`; NULL: none) asks for. Returns 0, or -1 with errno. */
int log_open (struct log *log, char *const *argv);

/*
 * Records what one read(2) gave. Trouble of the log (a full disk) does not hold up the container: what
 * can't be written is lost.
 */
void log_write (struct log *log, enum stream_name stream, const char *data, size_t size);

/* To be called when the process has ended: the line that it has begun gets no longer. */
void log_end_run (struct log *log);

void log_close (struct log *log);

#endif

/* log-file.h - the drivers that keep a file: k8s-file, and json-file, whose lines log-json.h makes. */
#ifndef TSPOD_MONITOR_LOG_FILE_H
#define TSPOD_MONITOR_LOG_FILE_H

#include "monitor/log/log-buffer.h"

/* ARGV: the words of the plan's `log`. Returns 0, or -1 with errno. */
int log_file_open (struct log *log, char *const *argv);

void log_file_write (struct log *log, enum stream_name stream, const char *data, size_t size);
void log_file_end_run (struct log *log);

#endif

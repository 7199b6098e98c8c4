/* log-json.h - the lines of json-file. */
#ifndef TSPOD_MONITOR_LOG_JSON_H
#define TSPOD_MONITOR_LOG_JSON_H

#include "monitor/log/log-buffer.h"

/* Adds a record of TEXT, a line or a piece of one; none where there is no whole character in it yet. */
void log_json_record (struct log *log, enum stream_name stream, const char *text, size_t size);

/* The process has ended: the character that it has begun is as long as it gets. */
void log_json_end_run (struct log *log, enum stream_name stream);

#endif

/* log.h - where the container's output is kept: k8s-file, json-file or journald. */
#ifndef TSPOD_LOG_H
#define TSPOD_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum stream_name
{
  STREAM_STDOUT,
  STREAM_STDERR,
};

/* The beginning of a UTF-8 character whose rest is in the next read. */
struct begun_character
{
  unsigned char bytes[3];
  size_t size;
};

struct log
{
  const char *path;
  int fd;                  /* -1: no log */
  struct journal *journal; /* fd is a socket, and what follows is not used */
  uint64_t max;            /* bytes; 0: unlimited */
  bool json;
  struct begun_character begun[2]; /* of each stream, for json-file */
  unsigned long files;             /* how many are kept */
  uint64_t size;                   /* bytes in the file */
  bool torn;    /* a write stopped inside a record: start the next one on a line of its own */
  size_t used;  /* of the buffer */
  char *buffer; /* records on their way to the file; allocated at the first output */
};

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

/* log-file.c */
int log_file_open (struct log *log, char *const *argv);
void log_file_write (struct log *log, enum stream_name stream, const char *data, size_t size);
void log_file_end_run (struct log *log);

/* Adds bytes to what is on its way to the file. */
void log_append (struct log *log, const char *data, size_t size);

/* Where the file is full, goes on in a new one. */
void log_start_anew (struct log *log);

/*
 * log-json.c: a record of TEXT, a line or a piece of one; none where there is no whole character in it yet.
 */
void log_json_record (struct log *log, enum stream_name stream, const char *text, size_t size);

/* What has begun is as long as it gets. */
void log_json_end_run (struct log *log, enum stream_name stream);

/* log-journald.c */
int log_journal_open (struct log *log, char *const *fields);
void log_journal_write (struct log *log, enum stream_name stream, const char *data, size_t size);
void log_journal_end_run (struct log *log);
void log_journal_close (struct log *log);

#endif

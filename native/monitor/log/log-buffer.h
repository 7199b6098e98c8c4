/*
 * log-buffer.h - the log's file, and the bytes on their way there. All drivers that keep a file share it.
 * One write(2) carries many records.
 */
#ifndef TSPOD_MONITOR_LOG_BUFFER_H
#define TSPOD_MONITOR_LOG_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
  struct journal *journal; /* not NULL: fd is a socket, and the members that follow are not used */
  uint64_t max;            /* bytes; 0: unlimited */
  bool json;
  struct begun_character begun[2]; /* of each stream, for json-file */
  unsigned long files;             /* how many are kept */
  uint64_t size;                   /* bytes in the file */
  bool torn;    /* a write stopped inside a record: start the next one on a line of its own */
  size_t used;  /* of the buffer */
  char *buffer; /* records on their way to the file; allocated at the first output */
};

/* Opens log->path for appending. Returns 0, or -1 with errno. */
int log_buffer_open (struct log *log);

/* Allocates the buffer, where that has not been done. Returns whether it is there. */
bool log_buffer_ready (struct log *log);

/* Adds bytes to what is on its way to the file. */
void log_append (struct log *log, const char *data, size_t size);

/* Writes what is on its way. What can't be written (the disk is full) is lost. */
void log_flush (struct log *log);

/* Goes on in a new file, when this one is full. */
void log_start_anew (struct log *log);

#endif

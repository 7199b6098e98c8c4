/*
 * trace.h - what takes the time of a call, for --trace: events in Chrome's trace format, the JSON Array
 * Format with no bracket at its end. Each process adds lines of its own to the file, one write(2) each.
 */
#ifndef TSPOD_TRACE_H
#define TSPOD_TRACE_H

#include <stdint.h>
#include <sys/types.h>

struct trace
{
  int fd; /* -1: nothing is traced */
  dev_t device;
  ino_t inode;
};

/* Opens PATH, which need not be there. NULL, or a file that can't be written: nothing is traced. */
struct trace trace_open (const char *path);

/*
 * As trace_open() for a program that another has become. PLACE is the value of ENV_TRACE (protocol.h), or
 * NULL. The time since then is a phase of the name BECOMING; NULL for a process of its own. Nothing is traced
 * where the path leads to another file by now: a container may have put that there.
 */
struct trace trace_continue (const char *place, const char *becoming);

/* Returns nanoseconds of CLOCK_MONOTONIC, as process.hrtime() in Node. */
int64_t trace_now (void);

/* Names this process, in whose line of the picture its phases are. */
void trace_name (const struct trace *trace, const char *name);

/* Writes a phase that ends now. BEGAN is what trace_now() returned at its beginning. */
void trace_phase (const struct trace *trace, const char *name, int64_t began);

/*
 * The beginning and the end of the whole: of one process, which may have become another program meanwhile.
 * One that is killed leaves no end, which viewers draw up to the last event.
 */
void trace_begin (const struct trace *trace, const char *name, int64_t began);
void trace_end (const struct trace *trace);

#endif

/* calls.h - the system calls that change files, and where they do. */
#ifndef TSPOD_TEST_CALLS_H
#define TSPOD_TEST_CALLS_H

#include <limits.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>

/* What a call does to a file system, for whom a fault does not fit every call. */
enum effect
{
  WRITES = 1,   /* content, or its size */
  OPENS = 2,    /* makes a descriptor, and perhaps a file */
  NAMES = 4,    /* makes a name */
  REMOVES = 8,  /* a name, or a mount */
  FLUSHES = 16, /* what was written */
  CHANGES = 32, /* attributes; or mounts something */
};

struct call
{
  int number;
  const char *name;
  enum effect effect;
  int directory; /* which argument is the directory's descriptor; -1: the working directory */
  int path;      /* which is a path; -1: `directory` is the file itself */
  int flags;     /* which has open(2)'s flags, of which O_CREAT or O_TRUNC change something; -1: none */
};

extern const struct call calls[];
extern const size_t call_count;

/* The row of a call; NULL where it is not in the table. */
const struct call *find_call (int number);

/*
 * The absolute path that a call changes, as the process sees it. False where there is none: a pipe, a call
 * that only reads, a process that has ended.
 */
bool changed_path (const struct call *call, const struct seccomp_notif *notice, char path[PATH_MAX]);

#endif

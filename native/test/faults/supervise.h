/* supervise.h - answers the questions of a filter: a call goes on, or gets its fault. */
#ifndef TSPOD_TEST_SUPERVISE_H
#define TSPOD_TEST_SUPERVISE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#define DIRECTORIES_MAX 8

enum fault
{
  FAULT_NONE,
  FAULT_KILL,  /* SIGKILL before the call */
  FAULT_CUT,   /* SIGKILL to all, and what was not flushed is lost */
  FAULT_ERRNO, /* the call fails */
};

struct request
{
  const char *directories[DIRECTORIES_MAX]; /* what lies below these counts; absolute */
  int directory_count;
  const char *program; /* its processes count; NULL: the command itself, whatever it becomes */
  long at;             /* the first is 1 */
  bool lasting;        /* all calls from there on fail, as on a full disk */
  enum fault fault;
  int error;
  int effects; /* calls with one of these count */
  FILE *log;   /* a line a call that counts: NUMBER PROGRAM CALL PATH; or NULL */
};

/* Until no process has the filter any more. COMMAND is the process that began. */
void supervise (int listener, const struct request *request, pid_t command);

#endif

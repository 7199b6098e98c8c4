/*
 * check.h - a program that looks at the container (a health check, a probe) or is run beside it (a hook),
 * and what it prints.
 */
#ifndef TSPOD_CHECK_H
#define TSPOD_CHECK_H

#include "monitor/state/monitor.h"

/* The time between two looks whether a frozen container goes on. */
#define FROZEN_MS 1000

enum check_end
{
  CHECK_RUNS,    /* another child has ended */
  CHECK_ENDED,   /* with a code: 0, 1, or -1 where it took too long */
  CHECK_REFUSED, /* the container is frozen: nothing was looked at */
  CHECK_IS_OVER, /* the container's process has ended: *CODE says nothing of its health */
};

/* What is kept of what a program prints, where nothing else is said. */
#define CHECK_OUTPUT 500

/* What to run, for at most LIMIT ms; ROOM bytes of what it prints are kept. */
struct check_request
{
  char *const *argv;
  const char *pid_file; /* where it writes the pid of its process in the container, if it has one */
  int64_t limit;
  size_t room;
};

/* Begins it. Returns false where it can't be begun: the container is frozen, or has ended. */
bool check_begin (struct monitor *m, struct check *check, const struct check_request *request);

/* Reads what the program prints. */
void check_read (struct check *check);

/* To be called when a child has ended. PID_FILE as in the request. */
enum check_end check_reaped (struct monitor *m, struct check *check, const char *pid_file, pid_t pid,
                             int status, int *code);

/*
 * Kills the program if its time is over. Time in which it was frozen with the container does not count: it
 * gets all of its time, LIMIT ms, again.
 */
void check_enforce (struct monitor *m, struct check *check, const char *pid_file, int64_t limit);

/* Kills the program, without a result. */
void check_end (struct check *check);

#endif

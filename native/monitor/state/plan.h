/* plan.h - the plan as the command sent it: see ../protocol.h, section 2. */
#ifndef TSPOD_PLAN_H
#define TSPOD_PLAN_H

#include <stdbool.h>
#include <stddef.h>

struct record
{
  const char *key;
  size_t argc;
  char **argv; /* ends with NULL */
};

/* Strings point into `text`. A key that the plan lacks is NULL, false or 0. */
struct plan
{
  /* all of them, in their order; those that may stand several times are found only here */
  struct record *records;
  size_t count;
  char *text, **strings;
  const char *id, *dir, *pid_file, *exit_file, *write_pid, *write_monitor_pid;
  const char *hold_lock, *propagate, *netns, *network_api, *networks, *event_log, *trash;
  char **store;         /* DIR, RUN, NAME */
  char **end_when_free; /* PATH, SIGNAL, SECONDS */
  char **terminal;      /* ROWS, COLS */
  char **log;           /* driver, and its arguments */
  char **notify;        /* MODE, SOCKET */
  char **create, **start, **delete, **network;
  char **network_prepare, **network_relay;
  char **network_holder; /* DIR, PROGRAM... */
  char **scope;          /* NAME, SLICE, SOCKET */
  char **restart;        /* POLICY, RETRIES, MARK */
  char **start_again;
  char **at_end;
  char **after_end;
  char **health; /* see health.c */
  char **health_command;
  char **health_startup; /* INTERVAL, TIMEOUT, RETRIES, SUCCESSES */
  char **health_startup_command;
  char **health_times;
  char **ready, **ready_command;
  char **post_start; /* PID-FILE, PROGRAM... */
  bool keep_stdin, hold, bound, remove, netns_of_process, copy_runtime;
  unsigned long timeout; /* seconds; 0: none */
};

/*
 * Reads and checks the plan on FD, and nothing behind it. Returns 0; or -1 with errno, and PROBLEM says
 * what is wrong.
 */
int plan_read (struct plan *plan, int fd, char *problem, size_t size);

/* Reads a part of a plan, in the same way. */
int plan_read_changes (struct plan *plan, int fd, char *problem, size_t size);

/* Returns the template of event NAME; NULL where the plan has none. */
const char *plan_event (const struct plan *plan, const char *name);

bool record_is (const struct record *record, const char *key);

#endif

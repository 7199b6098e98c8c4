/* spawn.h - child programs of the monitor. */
#ifndef TSPOD_SPAWN_H
#define TSPOD_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "protocol.h"

#define SPAWN_FDS_MAX (3 + PRESERVED_MAX + 1)

struct spawn
{
  char *const *argv;
  int program;            /* a descriptor to execute instead of argv[0], where that is possible; 0: argv[0] */
  int fds[SPAWN_FDS_MAX]; /* fds[i] becomes descriptor i of the child; -1: /dev/null. All others are closed */
  size_t fd_count;
  const char *directory; /* to start in; NULL: the monitor's */
  bool ignore_sigpipe;
  bool dies_with_us;         /* SIGKILL when the monitor ends before it */
  const char *oom_score_adj; /* written in the child; NULL: leave */
};

/* Starts the program. Returns its pid once it runs; -1 with errno where it can't be executed. */
pid_t spawn_child (const struct spawn *spawn);

/* Runs the program to its end. Returns its exit code (128 + signal), or -1 with errno. */
int run_spawned (const struct spawn *spawn);

/* Runs ARGV with its output thrown away. Returns its exit code (128 + signal), or -1 with errno. */
int run_child (char *const *argv, const char *oom_score_adj);

/* Returns the exit code as the shell has it, of a status from waitpid(2). */
int exit_code (int status);

#endif

/*
 * starting.h - a start that is not over when the command becomes its client: the monitor's answers come
 * here, since nothing remained for the command to do.
 */
#ifndef TSPOD_STARTING_H
#define TSPOD_STARTING_H

#include "attach/answers.h"

struct starting
{
  int lock_fd; /* the container's lock, held until it runs; -1: of an exec session, which has none */
  /*
   * NULL: the process runs already; otherwise what to become when the start fails: argv with room for one
   * more, to which the monitor's answer is added
   */
  char **failed_command;
};

/*
 * Waits for the answer that begins with WORD (../protocol.h, section 3). Doesn't return when another comes,
 * or none.
 */
void starting_await (const struct starting *starting, struct answers *answers, const char *word);

#endif

/* held.h - an exec session whose monitor waits for this client. */
#ifndef TSPOD_HELD_H
#define TSPOD_HELD_H

#include <stdbool.h>

struct held
{
  int sync_fd;        /* the monitor's further answers; -1: none is waited for */
  const char *answer; /* the exit code, where the command has read that already; otherwise empty */
};

/*
 * Ends, since connecting to the monitor has failed with ERROR: with the exit code of a process that has ended
 * before that, where the monitor tells it: the directory of an exec session goes with that of its container.
 * HEALTH: a health check was to be asked for.
 */
_Noreturn void not_attached (const struct held *held, int error, bool health);

#endif

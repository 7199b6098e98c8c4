/* make-keeper.h - starting tspod-keeper */
#ifndef TSPOD_MAKE_KEEPER_H
#define TSPOD_MAKE_KEEPER_H

#include <stdbool.h>

struct keeper_files
{
  const char *program;   /* tspod-keeper */
  const char *live_lock; /* what it waits for */
  const char *pid_file;  /* "PID STARTTIME", of the keeper */
  const char *manager;   /* the socket of the user's systemd, or NULL */
};

/*
 * Starts a keeper in the namespace of the caller, or in a new one. It is no child of the caller's. The caller
 * holds keeper.lock and the shared lock on live.lock. Returns the namespace; dies with what to do where that
 * can't be had.
 */
int make_keeper (const struct keeper_files *files, bool new_namespace);

#endif

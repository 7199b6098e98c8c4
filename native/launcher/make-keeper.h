/* make-keeper.h - starting tspod-keeper */
#ifndef TSPOD_MAKE_KEEPER_H
#define TSPOD_MAKE_KEEPER_H

#include <stdbool.h>

struct keeper_files
{
  const char *program;   /* tspod-keeper */
  const char *live_lock; /* the lock that the keeper waits for */
  const char *pid_file;  /* where "PID STARTTIME" of the keeper is written */
  const char *manager;   /* the socket of the user's systemd, or NULL */
};

/*
 * Starts a keeper in the caller's namespace, or in a new one. The keeper is not the caller's child. The
 * caller holds keeper.lock and the shared lock on live.lock. Returns the namespace. Where it can't be had,
 * dies with what to do.
 */
int make_keeper (const struct keeper_files *files, bool new_namespace);

#endif

/*
 * members.h - the containers whose ends an infra or service container waits for: the lock of the plan's
 * `end-when-free` lies beside a directory with a note of each, and their directories lie beside our own.
 */
#ifndef TSPOD_MEMBERS_H
#define TSPOD_MEMBERS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include "monitor/state/monitor.h"

struct members
{
  DIR *notes;      /* NULL: none */
  const char *id;  /* of the one that came last; good until the next one */
  const char *own; /* our directory in the store; "" without one */
  int parent;      /* so many bytes of it are the directory that those of the members are in */
};

void members_open (struct members *members, const struct monitor *m);

/* Returns whether there is one more, but for ourselves. PATH, of SIZE bytes, becomes its directory. */
bool members_next (struct members *members, char *path, size_t size);

/* What the note of the one that came last has in it: "" but of a sidecar (sidecars.h). */
void members_read_note (const struct members *members, char *text, size_t size);

void members_close (struct members *members);

/*
 * Returns the pidfd of what the status file in DIRECTORY calls KEY ("process", "monitor"), if it still runs;
 * or -1.
 */
int member_open_process (const char *directory, const char *key);

/*
 * Whether any of them, or with ALL every one and at least one, has failed: ended last with another code than
 * 0, or lost the monitor that would know. One that is gone, or that never ran, is not counted.
 */
bool members_have_failed (const struct monitor *m, bool all);

#endif

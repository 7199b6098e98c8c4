/* mounts.h - the container's root filesystem, mounted where only the monitor and its children see it. */
#ifndef TSPOD_MOUNTS_H
#define TSPOD_MOUNTS_H

#include "monitor/state/monitor.h"

/*
 * Carries out the plan's `mount`, `prepare`, `subpath` and `symlink` records in a mount namespace of the
 * monitor's own, where one of them mounts something. Returns 0; or -1, failure recorded.
 */
int mounts_make (struct monitor *m);

/*
 * Unmounts them in the mount namespace of the caller, which is the monitor's or a copy of it, last first; the
 * network namespace's mount as well. WARN: trouble is noted.
 */
void mounts_detach (const struct monitor *m, bool warn);

/* Unmounts them for good, so that the directories can be deleted and fuse servers leave. */
void mounts_undo (const struct monitor *m);

#endif

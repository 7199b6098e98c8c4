/* children.h - the monitor's children, its own and those that it inherits as a subreaper. */
#ifndef TSPOD_CHILDREN_H
#define TSPOD_CHILDREN_H

#include "monitor/state/monitor.h"

/* Lists the pids of all children. *LIST is allocated (NULL where there are none). */
void children_list (pid_t **list, size_t *count);

/*
 * Notes every child that has ended: the container's process, the runtime's delete, slirp4netns, or one that
 * was inherited.
 */
void children_reap (struct monitor *m);

/* Waits until some child has ended, and notes it. Returns -1 where there is none. */
int children_wait (struct monitor *m);

/*
 * Kills what the container has left behind, and waits a bounded time for it. Daemons of `prepare` and the
 * network stay.
 */
void children_end_stragglers (struct monitor *m);

/*
 * Ends what is left: daemons of `prepare` by SIGTERM (they have been unmounted), the container's own
 * stragglers by SIGKILL.
 */
void children_end (struct monitor *m);

#endif

/*
 * pod.h - a pod's exit policy: the monitor of infra ends its process when no other container of the pod has
 * a monitor any more. No process counts them: each monitor holds a lock, and infra's looks whether somebody
 * does. A monitor that is killed gives its lock up, too: infra waits for the process that it has left. Then
 * it ends the pod's sidecars.
 */
#ifndef TSPOD_POD_H
#define TSPOD_POD_H

#include <poll.h>
#include <stdint.h>

#include "monitor/state/monitor.h"

/* Takes the plan's `hold-lock`, and watches its `end-when-free`. Returns 0; or -1, failure recorded. */
int pod_join (struct monitor *m);

/* A member has been started: from now on its end is one that infra may end with. */
void pod_note_started (struct monitor *m);

#define POD_FDS 3

void pod_poll (const struct monitor *m, struct pollfd fds[POD_FDS]);

/* Has somebody closed the lock's file? Then ends the process, if a member has ended and none is left. */
void pod_look (struct monitor *m, const struct pollfd fds[POD_FDS]);

/* Returns when pod_act() is to be called, on the monotonic clock; 0: not at all. */
int64_t pod_act_at (const struct monitor *m);

/* Looks and sends again what is due. */
void pod_act (struct monitor *m);

#endif

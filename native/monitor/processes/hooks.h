/* hooks.h - what is run beside the container's process just after its start: the plan's `post-start`. */
#ifndef TSPOD_HOOKS_H
#define TSPOD_HOOKS_H

#include "monitor/state/monitor.h"

/* To be called when a run of the process has begun. */
void hooks_begin (struct monitor *m);

/* Notes the hook's end, if PID is the hook: where it has failed, the process is killed. */
void hooks_reaped (struct monitor *m, pid_t pid, int status);

#endif

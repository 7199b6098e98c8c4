/* ready.h - whether the container is ready: the plan's `ready`. Nothing follows from it but what is said. */
#ifndef TSPOD_READY_H
#define TSPOD_READY_H

#include "monitor/state/monitor.h"

/* To be called when a run of the process has begun: it is not ready. */
void ready_begin (struct monitor *m);

/* Does what is due: a look, the end of one that takes too long. */
void ready_act (struct monitor *m);

/* Returns milliseconds until something is due; -1: nothing is. */
int64_t ready_due (const struct monitor *m);

/* Notes the look's end, if PID is the look. */
void ready_reaped (struct monitor *m, pid_t pid, int status);

#endif

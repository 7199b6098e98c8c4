/*
 * oom.h - whether the kernel's out-of-memory killer was at work in the container's cgroup (version 2 only).
 */
#ifndef TSPOD_OOM_H
#define TSPOD_OOM_H

#include <poll.h>

#include "monitor/state/monitor.h"

void oom_watch (struct process *process);

/*
 * What to poll(2) while the process runs: the counters are read when they change, since the cgroup may go
 * with its last process.
 */
struct pollfd oom_poll (const struct process *process);

/* Sets process->oom if anything was killed since oom_watch(). Returns -1 where the counters can't be read. */
int oom_look (struct process *process);

/* Looks for the last time, when the process has ended and its signal is known. */
void oom_conclude (struct process *process);

#endif

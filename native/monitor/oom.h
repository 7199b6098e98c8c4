/* oom.h - whether the kernel's out-of-memory killer was at work in the container's cgroup (version 2 only). */
#ifndef TSPOD_OOM_H
#define TSPOD_OOM_H

#include "monitor.h"

void oom_watch (struct process *process);
bool oom_happened (const struct process *process);

#endif

/* freezer.h - whether the container is paused. */
#ifndef TSPOD_FREEZER_H
#define TSPOD_FREEZER_H

#include "monitor/state/monitor.h"

/* Returns whether the cgroup of the process is frozen, by itself or by a cgroup above it. */
bool freezer_is_frozen (const struct process *process);

#endif

/* health-change.h - a health check that becomes another one while the container runs. */
#ifndef TSPOD_HEALTH_CHANGE_H
#define TSPOD_HEALTH_CHANGE_H

#include "monitor/state/monitor.h"

/* To be called when the plan's health check is another one than it was BEFORE. */
void health_changed (struct monitor *m, const struct plan *before);

#endif

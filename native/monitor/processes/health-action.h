/* health-action.h - what follows when the container turns unhealthy, or does not start up. */
#ifndef TSPOD_HEALTH_ACTION_H
#define TSPOD_HEALTH_ACTION_H

#include "monitor/state/monitor.h"

/* Stops the process, which is then run again, whatever the restart policy is. */
void health_run_anew (struct monitor *m);

/* Does what the plan's `health` asks for where the container is unhealthy. */
void health_take_action (struct monitor *m);

#endif

/* restart.h - running the container's process again when it has ended: the plan's `restart`. */
#ifndef TSPOD_RESTART_H
#define TSPOD_RESTART_H

#include "monitor/state/monitor.h"

/*
 * To be called when a run is over. Returns true once the process runs again, to be supervised. Returns
 * false where it is not to run again, by its policy, or because a user has stopped it, perhaps while we
 * waited.
 */
bool restart (struct monitor *m);

#endif

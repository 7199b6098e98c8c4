/* supervise.h - the loop of a monitor while its container runs. */
#ifndef TSPOD_SUPERVISE_H
#define TSPOD_SUPERVISE_H

#include "monitor/state/monitor.h"

/*
 * Runs until the process has ended and its output is all read, and the runtime has deleted its container,
 * unless that is left for last.
 */
void supervise (struct monitor *m);

#endif

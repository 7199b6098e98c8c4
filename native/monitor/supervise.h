/* supervise.h - the life of a running container, seen from its monitor. */
#ifndef TSPOD_SUPERVISE_H
#define TSPOD_SUPERVISE_H

#include "monitor/monitor.h"

/*
 * Returns when the process has ended and its output is all read, and the runtime has deleted its container
 * unless that is left for last.
 */
void supervise (struct monitor *m);

#endif

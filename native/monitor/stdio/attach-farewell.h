/* attach-farewell.h - the last packets of clients that read slowly, or not at all. */
#ifndef TSPOD_ATTACH_FAREWELL_H
#define TSPOD_ATTACH_FAREWELL_H

#include "monitor/state/monitor.h"

/*
 * Leaves clients that are owed packets to a process of its own, which sends these and ends. A pager that
 * shows the first page gets the rest, and a client that never reads keeps neither the monitor nor its
 * container. Of the monitor's descriptors the process has only these sockets. Where it can't be made, the
 * clients lose the rest.
 */
void attach_leave_to_farewell (struct monitor *m);

#endif

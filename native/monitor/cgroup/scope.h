/* scope.h - a place in the user's own part of the cgroup tree, by the user's systemd. */
#ifndef TSPOD_SCOPE_H
#define TSPOD_SCOPE_H

#include "monitor/state/monitor.h"

/*
 * Asks for the plan's `scope`, once, for the monitor and the daemons that it has started, and does not
 * wait. Trouble is only noted: it shows when the scope is needed.
 */
void scope_ask (struct monitor *m);

/* Waits a bounded time until this process is in it. */
void scope_await (struct monitor *m);

#endif

/*
 * bridges.h - the container's networks with names: its interfaces, by netlink, and what the holder of the
 * shared namespace is informed of it. The plan's `networks` names a file with all that is in force.
 */
#ifndef TSPOD_BRIDGES_H
#define TSPOD_BRIDGES_H

#include "monitor/state/monitor.h"

/*
 * Joins the holder, and carries out what the file says; does nothing without a file. Returns 0; or -1,
 * failure recorded.
 */
int bridges_set_up (struct monitor *m);

/*
 * Carries out the file with ".new" behind its name, which then takes the other one's place; with AGAIN all
 * interfaces are made anew. Where that can't be done all is as before, and -1 is returned, failure recorded.
 */
int bridges_change (struct monitor *m, bool again);

/*
 * The holder has gone: gives a new one what the old one had. Trouble is noted, and it is tried again later.
 */
void bridges_rejoin (struct monitor *m);

/* Returns when bridges_rejoin() is to be called again, on the monotonic clock; 0: not at all. */
int64_t bridges_retry_at (const struct monitor *m);

/*
 * To be called when the container's process has ended, and with it its namespace: the next run has another
 * one.
 */
void bridges_forget (struct monitor *m);

/* Gives names and ports back: they are free when this returns. */
void bridges_leave (struct monitor *m);

#endif

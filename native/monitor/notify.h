/*
 * notify.h - tells the user's service manager of the container: sd_notify(3). Without `notify` in the plan
 * nothing here does a thing.
 */
#ifndef TSPOD_MONITOR_NOTIFY_H
#define TSPOD_MONITOR_NOTIFY_H

#include "monitor/monitor.h"

/* In mode container: makes the socket that the process notifies. 0; or -1, failure recorded. */
int notify_open (struct monitor *m);

/* The first process runs. */
void notify_started (struct monitor *m);

/* The container is healthy. */
void notify_healthy (struct monitor *m);

/* The process has notified: passes on what the manager may hear from it. */
void notify_pass_on (struct monitor *m);

void notify_close (struct monitor *m);

#endif

/*
 * notify.h - notifies the user's service manager of the container: sd_notify(3). Without `notify` in the
 * plan nothing here does anything.
 */
#ifndef TSPOD_MONITOR_NOTIFY_H
#define TSPOD_MONITOR_NOTIFY_H

#include "monitor/state/monitor.h"

/* In mode `container` makes the socket that the process notifies. Returns 0; or -1, failure recorded. */
int notify_open (struct monitor *m);

/* To be called when the first run of the process has begun. */
void notify_started (struct monitor *m);

/* To be called when the container has become healthy. */
void notify_healthy (struct monitor *m);

/* To be called when the process has notified: passes on what the manager may hear from it. */
void notify_pass_on (struct monitor *m);

void notify_close (struct monitor *m);

#endif

/*
 * health-startup.h - the startup check: the plan's `health-startup`. It runs in place of the ordinary check
 * until it has passed.
 */
#ifndef TSPOD_HEALTH_STARTUP_H
#define TSPOD_HEALTH_STARTUP_H

#include "monitor/state/monitor.h"

/* Returns whether there is a startup check, and it has not passed yet in this run of the process. */
bool startup_is_under_way (const struct monitor *m);

/* Both return milliseconds. An interval of 0 means that a check runs only when a client asks. */
int64_t startup_interval (const struct monitor *m);
int64_t startup_time_limit (const struct monitor *m);

/* Returns whether it was the startup check: its failure does not make the container unhealthy. */
bool startup_judge (struct monitor *m, int code);

/* Returns whether it has failed so often that the process is to be run again. */
bool startup_has_failed (const struct monitor *m);

#endif

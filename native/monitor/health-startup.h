/*
 * health-startup.h - the startup check: the plan's `health-startup`. It runs in place of the other until it
 * has passed.
 */
#ifndef TSPOD_HEALTH_STARTUP_H
#define TSPOD_HEALTH_STARTUP_H

#include "monitor/monitor.h"

/* Whether there is one, and it has not passed yet in this run of the process. */
bool startup_is_under_way (const struct monitor *m);

/* Milliseconds; 0: only when a client asks. */
int64_t startup_interval (const struct monitor *m);
int64_t startup_time_limit (const struct monitor *m);

/* Returns whether the check was the startup check's: then its failure is none of the container's health. */
bool startup_judge (struct monitor *m, int code);

/* Whether it has failed so often that the process is to be run anew. */
bool startup_has_failed (const struct monitor *m);

#endif

/*
 * health.h - the container's health check: the plan's `health`. Its rules are podman's
 * (podman-healthcheck-run(1)).
 */
#ifndef TSPOD_HEALTH_H
#define TSPOD_HEALTH_H

#include "monitor/state/monitor.h"

/* To be called when a run of the process has begun: its health is not known, and the first check is due. */
void health_begin (struct monitor *m);

/* Begins a check now, if none is under way. Returns whether one is. Its result sets `news`. */
bool health_check_now (struct monitor *m);

/* Does what is due: a check, the end of one that takes too long, SIGKILL after a stop signal. */
void health_act (struct monitor *m);

/* Returns what clients that asked for the check are told of its result (../attach-protocol.h). */
int health_answer (const struct monitor *m);

/* Returns milliseconds until something is due; -1: nothing is. */
int64_t health_due (const struct monitor *m);

/* Notes the check's end, if PID is the check. */
void health_reaped (struct monitor *m, pid_t pid, int status);

/* To be called when the process has ended: ends the check as well, whose result is that it was stopped. */
void health_end (struct monitor *m);

/* Returns milliseconds between the end of a check and the next; 0: none is run by itself. */
int64_t health_interval (const struct monitor *m);

#endif

/*
 * ending.h - how infra's process is ended: by the plan's signal, and by SIGKILL when its time is over, as
 * `pod stop` does. The first process of a pid namespace gets no signal that it neither handles nor blocks
 * (pid_namespaces(7)), and has neither done before it runs its program: so the signal is sent again until
 * then.
 */
#ifndef TSPOD_ENDING_H
#define TSPOD_ENDING_H

#include <stdint.h>

#include "monitor/state/monitor.h"

/* Sends the signal; SIGKILL comes that many seconds after it. */
void ending_begin (struct monitor *m, int signal, unsigned seconds);

/* Returns when ending_act() is to be called, on the monotonic clock; 0: not at all. */
int64_t ending_act_at (const struct monitor *m);

/* Sends what is due now. */
void ending_act (struct monitor *m);

#endif

/*
 * stoppers.h - DIR/stoppers: for those who look the container is stopping
 * (src/container/state/being-stopped.ts).
 */
#ifndef TSPOD_STOPPERS_H
#define TSPOD_STOPPERS_H

#include "monitor/state/monitor.h"

/* Says that the monitor itself waits for the process's end. */
void stoppers_add (const struct monitor *m);

/* Before another run: who waited for the end of the last one does not wait for this one's. */
void stoppers_forget (const struct monitor *m);

#endif

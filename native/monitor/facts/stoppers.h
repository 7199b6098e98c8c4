/*
 * stoppers.h - DIR/stoppers: for those who look the container is stopping
 * (src/container/state/being-stopped.ts).
 */
#ifndef TSPOD_STOPPERS_H
#define TSPOD_STOPPERS_H

#include "monitor/state/monitor.h"

/* Says that the monitor itself waits for the process's end. */
void stoppers_add (const struct monitor *m);

/* Before another run: commands that waited for the last run's end do not wait for the end of this one. */
void stoppers_forget (const struct monitor *m);

#endif

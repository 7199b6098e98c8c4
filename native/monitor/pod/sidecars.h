/*
 * sidecars.h - containers of a pod that run as long as the others do: once those have ended, the monitor of
 * infra ends the sidecars, the last one first, before its own process. The note of a sidecar (members.h) is
 * "sidecar ORDER SECONDS": it began after those of a smaller ORDER, and SIGKILL comes SECONDS after SIGTERM.
 */
#ifndef TSPOD_SIDECARS_H
#define TSPOD_SIDECARS_H

#include "monitor/state/monitor.h"

/*
 * Asks the last one that runs to end. Returns the pidfd of its monitor, or of its process if that was killed;
 * -1: none runs.
 */
int sidecar_end_next (struct monitor *m);

/* Its time is over. */
void sidecar_kill (struct sidecar *sidecar);

/* It has ended. */
void sidecar_forget (struct sidecar *sidecar);

#endif

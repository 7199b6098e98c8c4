/*
 * finish.h - what follows when a run has ended: its records, then the end of all, or what the next run
 * needs.
 */
#ifndef TSPOD_MONITOR_FINISH_H
#define TSPOD_MONITOR_FINISH_H

#include "monitor/state/monitor.h"

/* Whether the runtime's `delete` is left to finish(): no command sees the container any more by then. */
bool deletes_last (const struct monitor *m);

/* To be called after each run: writes its records. */
void finish_run (struct monitor *m);

/* To be called where another run follows: removes what the last one has left, and tells its clients. */
void prepare_next_run (struct monitor *m);

/* Removes everything but the records, and tells the clients. */
void finish (struct monitor *m);

#endif

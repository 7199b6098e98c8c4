/* supervise.h - the life of a running container, seen from its monitor. */
#ifndef TSPOD_SUPERVISE_H
#define TSPOD_SUPERVISE_H

#include "monitor/monitor.h"

/*
 * Returns when the process has ended and its output is all read, and the runtime has deleted its container
 * unless that is left for last.
 */
void supervise (struct monitor *m);

/* Whether the runtime's `delete` is left to finish(): nobody can see the container any more by then. */
bool deletes_last (const struct monitor *m);

/* After each run: leaves its records behind. */
void finish_run (struct monitor *m);

/* Where another run follows: takes away what the last one has left, and tells its clients. */
void prepare_next_run (struct monitor *m);

/* Takes away everything but the records, and tells the clients. */
void finish (struct monitor *m);

#endif

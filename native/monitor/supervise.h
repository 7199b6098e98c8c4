/* supervise.h - the life of a running container, seen from its monitor. */
#ifndef TSPOD_SUPERVISE_H
#define TSPOD_SUPERVISE_H

#include "monitor.h"

/* Returns when the process has ended and its output is all read; but for the end of a container with --rm, the runtime has deleted it. */
void supervise (struct monitor *m);

/* After each run: leaves its records behind. */
void finish_run (struct monitor *m);

/* Where another run follows: takes away what the last one has left, and tells its clients. */
void prepare_next_run (struct monitor *m);

/* Takes away everything but the records, and tells the clients. */
void finish (struct monitor *m);

#endif

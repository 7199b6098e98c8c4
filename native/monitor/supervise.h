/* supervise.h - the life of a running container, seen from its monitor. */
#ifndef TSPOD_SUPERVISE_H
#define TSPOD_SUPERVISE_H

#include "monitor.h"

/* Returns when the process has ended, its output is all read, and the runtime has deleted its container. */
void supervise (struct monitor *m);

/* Leaves the records behind, takes everything else away, and tells the clients. */
void finish (struct monitor *m);

#endif

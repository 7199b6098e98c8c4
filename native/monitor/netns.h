/* netns.h - the container's network namespace: made before its runtime so that slirp4netns can start beside `create`, or taken from its process. */
#ifndef TSPOD_NETNS_H
#define TSPOD_NETNS_H

#include "monitor.h"

/* Makes a network namespace with lo up, and binds it on the plan's path. 0; or -1, failure recorded. */
int netns_make (struct monitor *m);

/* Binds the process's network namespace on the plan's path. 0; or -1, failure recorded. */
int netns_take (struct monitor *m);

#endif

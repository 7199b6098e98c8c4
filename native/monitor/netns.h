/* netns.h - the container's network namespace, made before its runtime so that slirp4netns can start beside `create`. */
#ifndef TSPOD_NETNS_H
#define TSPOD_NETNS_H

#include "monitor.h"

/* Makes a network namespace with lo up, and binds it on the plan's path. 0; or -1, failure recorded. */
int netns_make (struct monitor *m);

#endif

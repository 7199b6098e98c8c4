/* network.h - slirp4netns: started beside the runtime, asked for ports, ended by its exit pipe. */
#ifndef TSPOD_NETWORK_H
#define TSPOD_NETWORK_H

#include "monitor/state/monitor.h"

/* All return 0; or -1, failure recorded. Without `network` in the plan they do nothing. */
int network_start (struct monitor *m);

/* Reads the ready pipe, once it is readable, and closes `ready_fd`: slirp4netns is ready then. */
int network_ready (struct monitor *m);

int network_forward_ports (struct monitor *m);

/* When what serves ports beside slirp4netns is to be started again, of the monotonic clock; 0: never. */
int64_t network_relay_at (const struct monitor *m);

/* Does so when it is time, as long as there is a process. */
void network_revive_relay (struct monitor *m);

/* Asks slirp4netns to leave, and ends what serves ports beside it; children_end() waits for both. */
void network_stop (struct monitor *m);

/* Runs the plan's `network-prepare`, where there is one, and waits. 0; or -1, failure recorded. */
int network_prepare (struct monitor *m);

#endif

/* network.h - slirp4netns: started beside the runtime, asked for ports, ended by its exit pipe. */
#ifndef TSPOD_NETWORK_H
#define TSPOD_NETWORK_H

#include "monitor/monitor.h"

/* All return 0; or -1, failure recorded. Without `network` in the plan they do nothing. */
int network_start (struct monitor *m);

/* What the ready pipe says, once it is readable. Closes `ready_fd`: then it is ready. */
int network_ready (struct monitor *m);

int network_forward_ports (struct monitor *m);

/* Tells it to leave; children_end() waits for that. */
void network_stop (struct monitor *m);

#endif

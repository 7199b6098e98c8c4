/*
 * netns.h - the container's network namespace: made before its runtime so that slirp4netns can start beside
 * `create`, or taken from its process.
 */
#ifndef TSPOD_NETNS_H
#define TSPOD_NETNS_H

#include "monitor/state/monitor.h"

/* A child in the new network namespace, which lives until the namespace is bound. */
struct netns
{
  pid_t pid; /* -1: none */
  int made_fd, leave_fd;
};

/*
 * Begins to make a network namespace with lo up, where the plan has one: the kernel takes 10 ms for it, in
 * which other work is done. Returns 0; or -1, failure recorded.
 */
int netns_begin (struct monitor *m, struct netns *netns);

/* Waits for the namespace, and binds it on the plan's path. Returns 0; or -1, failure recorded. */
int netns_bind (struct monitor *m, const struct netns *netns);

/* Ends the child. */
void netns_end (struct netns *netns);

/* Binds the process's network namespace on the plan's path. Returns 0; or -1, failure recorded. */
int netns_take (struct monitor *m);

#endif

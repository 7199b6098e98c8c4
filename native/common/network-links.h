/*
 * network-links.h - the interfaces of one network of a container, made in the namespace that this process
 * is in.
 */
#ifndef TSPOD_NETWORK_LINKS_H
#define TSPOD_NETWORK_LINKS_H

#include "common/network-result.h"

struct network_work
{
  int fd;             /* netlink_open(), in that namespace */
  char *const *words; /* of the network: see network-attach.h */
  struct network_result *result;
};

/* In the shared namespace: the bridge with its addresses and isolation. Returns its index, or -1. */
int network_bridge (struct network_work *work);

/* In the shared namespace: that, and the veth. Returns the bridge's index, or -1. */
int network_attach_outside (struct network_work *work, int container);

/* In the shared namespace: what the container's addresses may reach. Returns 0, or -1. */
int network_limit_egress (struct network_work *work);

/* In the container's namespace: addresses and routes of its end. Returns 0, or -1. */
int network_attach_inside (struct network_work *work);

/* Notes what went wrong. Returns -1. */
int network_fail (struct network_result *result, int error, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

#endif

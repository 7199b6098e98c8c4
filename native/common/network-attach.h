/*
 * network-attach.h - a container's interface in a network with a name, by netlink: bridge, veth, addresses,
 * routes.
 *
 * A network is a list of words that ends with NULL:
 *   bridge=NAME mtu=N internal=1
 *       Its bridge in the shared namespace.
 *   gateway=ADDRESS/PREFIX ...
 *       The bridge's addresses.
 *   isolate=BRIDGE,ADDRESS/PREFIX,OWN-ADDRESS/PREFIX ...
 *       A bridge and a subnet of another network, and a subnet of this one: neither reaches the other.
 *   interface=NAME mac=XX:XX:...
 *       The container's end.
 *   address=ADDRESS/PREFIX ...
 *       Its addresses.
 *   default=GATEWAY ... metric=N
 *       Its default routes.
 *   route=ADDRESS/PREFIX,GATEWAY[,METRIC] ...
 *       Further routes.
 *   egress-closed=1 egress=ADDRESS/PREFIX ...
 *       What alone it reaches beyond its bridge.
 * Other words are for other readers.
 */
#ifndef TSPOD_NETWORK_ATTACH_H
#define TSPOD_NETWORK_ATTACH_H

#include <stddef.h>

#include "common/network-result.h"

/*
 * Attaches the container's namespace CONTAINER to COUNT networks whose bridges are, or come to be, in SHARED;
 * what is there already stays. In a child: one can't come back from there to the host's namespace.
 * Returns 0, or -1 with what went wrong in RESULT.
 */
int network_attach (int shared, int container, char *const *const *networks, size_t count,
                    struct network_result *result);

/* Makes sure of the bridges alone, in SHARED, and finds their indices. Returns 0, or -1 with errno. */
int network_bridges (int shared, char *const *const *networks, size_t count, int *indices);

/* Deletes the interface in the container's namespace; none of that name is no error. */
int network_detach (int container, const char *interface, struct network_result *result);

#endif

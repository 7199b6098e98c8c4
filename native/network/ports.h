/*
 * ports.h - published TCP ports: a process in the shared namespace, with sockets of the host that listen. It
 * connects to the container from the client's own address, so that the container sees who came; the answers
 * to that address come back here by rules of routing. Bytes go from socket to socket in the kernel's own
 * TCP: slirp4netns's is several times slower, and keeps one processor busy.
 */
#ifndef TSPOD_PORTS_H
#define TSPOD_PORTS_H

#include <stddef.h>
#include <stdint.h>

/* A socket of the host that listens, and where its connections go. */
struct port_forward
{
  int fd;
  const char *address, *port;
};

/*
 * Serves until CONTROL ends. Packets by it: `add NUMBER ADDRESS PORT`, with the descriptor that listens;
 * `drop NUMBER`, which ends the connections as well, and is answered by `dropped`. Never returns.
 */
_Noreturn void ports_serve (int control, int namespace);

/*
 * The same in the namespace of one container that has a network of its own, for ever. Each client has the
 * container's own address there, as with Podman's `port_handler=rootlesskit`: no route of the container's is
 * touched. Takes the descriptors over.
 */
_Noreturn void ports_serve_own (int namespace, const struct port_forward *forwards, size_t count);

/* ports-routes.c: has answers from that port of a container come back. 0, or -1 with errno. */
int ports_route (int netlink, const char *address, unsigned port);

/*
 * ports-sandbox.c: keeps these capabilities, and no system call that opens or executes anything. In the
 * shared namespace CAP_NET_ADMIN is for routes, and for sockets that are bound to any address.
 */
int ports_enter_sandbox (uint32_t kept_capabilities);

/* Nothing of that address is published any more. */
void ports_unroute (int netlink, const char *address);

#endif

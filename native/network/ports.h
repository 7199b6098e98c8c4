/*
 * ports.h - published TCP ports: a process in the shared namespace, with sockets of the host that listen. It
 * connects to the container from the client's own address, so that the container sees who came; the answers
 * to that address come back here by rules of routing. Bytes go from socket to socket in the kernel's own
 * TCP: slirp4netns's is several times slower, and keeps one processor busy.
 */
#ifndef TSPOD_PORTS_H
#define TSPOD_PORTS_H

/*
 * Serves until CONTROL ends. Packets by it: `add NUMBER ADDRESS PORT`, with the descriptor that listens;
 * `drop NUMBER`, which ends the connections as well, and is answered by `dropped`. Never returns.
 */
_Noreturn void ports_serve (int control, int namespace);

/* ports-routes.c: has answers from that port of a container come back. 0, or -1 with errno. */
int ports_route (int netlink, const char *address, unsigned port);

/* ports-sandbox.c: keeps the rights to set routes, and no system call that opens or executes anything. */
int ports_enter_sandbox (void);

/* Nothing of that address is published any more. */
void ports_unroute (int netlink, const char *address);

#endif

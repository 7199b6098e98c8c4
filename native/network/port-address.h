/* port-address.h - an address and a port, as the words of a `forward` record have them: protocol.h */
#ifndef TSPOD_PORT_ADDRESS_H
#define TSPOD_PORT_ADDRESS_H

#include <sys/socket.h>

/* Of IPv4 or IPv6. Returns the address's size; 0 where HOST is none. */
socklen_t port_address_read (struct sockaddr_storage *address, const char *host, const char *port);

/*
 * Returns a socket that is bound, and listens if PROTOCOL is tcp; -1 with errno. One of [::] is for IPv6
 * alone: the same port of 0.0.0.0 is another one.
 */
int port_listen (const char *protocol, const char *host, const char *port);

#endif

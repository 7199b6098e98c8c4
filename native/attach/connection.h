/*
 * connection.h - the socket to the container's monitor: one packet, one message (../protocol.h, section 5).
 */
#ifndef TSPOD_CONNECTION_H
#define TSPOD_CONNECTION_H

#include <stddef.h>

/*
 * Connects to the monitor of the container with this runtime directory. Returns the socket, or -1 with errno.
 */
int connection_open (const char *directory);

/*
 * Blocks for moments only: the monitor reads its clients at all times. What it no longer takes, its MSG_EXIT
 * explains.
 */
void connection_send (int socket, const void *packet, size_t size);

#endif

/*
 * connection.h - the socket to the container's monitor: one packet, one message (../attach-protocol.h).
 */
#ifndef TSPOD_CONNECTION_H
#define TSPOD_CONNECTION_H

#include <stddef.h>

/*
 * Connects to the monitor of the container with this runtime directory. Returns the socket, or -1 with
 * errno.
 */
int connection_open (const char *directory);

/*
 * Sends one packet. It blocks for moments only, since the monitor reads its clients at all times. A packet
 * that the monitor takes no more is followed by its MSG_EXIT, which explains.
 */
void connection_send (int socket, const void *packet, size_t size);

#endif

/* attach-server.h - clients at the attach socket: ../attach-protocol.h. */
#ifndef TSPOD_ATTACH_SERVER_H
#define TSPOD_ATTACH_SERVER_H

#include <poll.h>

#include "monitor/state/monitor.h"

/* Starts listening at DIR/attach. 0; or -1, failure recorded. */
int attach_open (struct monitor *m);

/* Returns whether there was a client to accept. */
bool attach_accept (struct monitor *m);

/*
 * Returns room for the payload of the next packet of this type, ATTACH_PAYLOAD_MAX bytes; NULL without
 * memory.
 */
unsigned char *attach_packet (struct monitor *m, char type);

/*
 * Sends the packet to every client. Those whose socket is full are owed it, and the monitor is `backlogged`
 * until they have it.
 */
void attach_broadcast (struct monitor *m, size_t payload_size);

/* Tells those whose `input_taken` is set that they may send their next MSG_STDIN. */
void attach_tell_taken (struct monitor *m);

/* Tells those that asked how the health check went. */
void attach_tell_health (struct monitor *m, int code);

/* Whether somebody who has asked for a change is still there. */
bool attach_awaits_change (const struct monitor *m);

/* Tells those that asked for a change of the networks the result: "" where it is done. */
void attach_tell_change (struct monitor *m, const char *text);

/* Adds what to poll(2) for each client; returns how many. attach_handle() takes the same array, polled. */
size_t attach_poll (const struct monitor *m, struct pollfd *fds, size_t room);
void attach_handle (struct monitor *m, const struct pollfd *fds, size_t count);

/*
 * Tells every client the exit code and closes all, without waiting: a process of its own goes on with those
 * that are slow (attach-farewell.h). Others may come for the next run.
 */
void attach_close (struct monitor *m, int exit_code);

#endif

/*
 * input.h - bytes that clients have sent for the container's stdin, in their order, until the pipe or the
 * pty takes them.
 */
#ifndef TSPOD_INPUT_H
#define TSPOD_INPUT_H

#include "monitor/state/monitor.h"

/*
 * Queues bytes, or with no data the end, for the container's stdin, and writes what it takes. Returns 0, or
 * -1 with errno.
 */
int input_queue (struct monitor *m, struct client *from, const unsigned char *data, size_t size);

/*
 * Writes what the container's stdin takes now; where it is closed (discard_input), drops everything. Each
 * client whose bytes are gone gets `input_taken`.
 */
void input_write (struct monitor *m);

/* To be called when the client is gone. Its bytes are still written. */
void input_forget (struct monitor *m, const struct client *client);

#endif

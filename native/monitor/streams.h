/* streams.h - the container's stdin, stdout and stderr: pipes, or a pty that the runtime brings. */
#ifndef TSPOD_STREAMS_H
#define TSPOD_STREAMS_H

#include "monitor.h"

/* Makes the pipes, or the console socket. 0; or -1, failure recorded. */
int streams_open (struct monitor *m);

/* Makes our 0, 1 and 2 /dev/null. */
void leave_stdio (void);

/* The runtime has the container's ends: let go of ours, so that their end can be seen. */
void streams_handed_over (struct monitor *m);

/* Takes the pty's master from the console socket, if it is there. 0; or -1, failure recorded. */
int streams_take_console (struct monitor *m);

void streams_set_window (const struct monitor *m, unsigned rows, unsigned columns, bool redraw);

/* Reads once from the output: to the log, and to the clients. */
void streams_pump (struct monitor *m, struct output *output);

/* The process has ended: what it has written is read, but no stray process that keeps the pipes open is waited for. */
void streams_process_ended (struct monitor *m);

/* For a pty whose process has ended: gives up when nothing has come for a while. Returns milliseconds until then; -1: not waiting. */
int streams_quiet_left (struct monitor *m);

/* Queues bytes (or, with no data, the end) for the container's stdin, and writes what it takes. 0, or -1 with errno. */
int streams_input (struct monitor *m, struct client *from, const unsigned char *data, size_t size);

/* Writes what the container's stdin takes now. */
void streams_write_input (struct monitor *m);

void streams_close (struct monitor *m);

#endif

/* streams.h - the container's stdin, stdout and stderr: pipes, or a pty that the runtime brings. */
#ifndef TSPOD_STREAMS_H
#define TSPOD_STREAMS_H

#include "monitor/state/monitor.h"

/* Makes the pipes, or the console socket. Returns 0; or -1, failure recorded. */
int streams_open (struct monitor *m);

/* To be called when the runtime has the container's ends: closes ours, so that their end can be seen. */
void streams_handed_over (struct monitor *m);

/* Reads once from the output, and gives it to the log and the clients. */
void streams_pump (struct monitor *m, struct output *output);

/*
 * To be called when the process has ended: what it has written is read, but no stray process that keeps the
 * pipes open is waited for.
 */
void streams_process_ended (struct monitor *m);

/*
 * For a pty whose process has ended: gives up when nothing has come for a while. Returns milliseconds until
 * then; -1: it does not wait.
 */
int streams_quiet_left (struct monitor *m);

void streams_close (struct monitor *m);

#endif

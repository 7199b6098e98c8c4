/* runtime.h - the OCI runtime's create, start and delete. */
#ifndef TSPOD_RUNTIME_H
#define TSPOD_RUNTIME_H

#include "monitor/state/monitor.h"

/*
 * Makes the copy of the runtime's program that the plan may ask for; runtime_start() closes it. Where there
 * can be none, the program itself is run.
 */
void runtime_copy (struct monitor *m);

/*
 * Runs `create` (or `exec --detach`) and waits for it, for the pty where one was asked for, and for the
 * network that was started beside it. Returns 0; or -1, failure recorded.
 */
int runtime_create (struct monitor *m);

/* Waits for a network that was started after `create`. Returns 0; or -1, failure recorded. */
int runtime_await_network (struct monitor *m);

/* Runs `start`, where the plan has it. Returns 0; or -1, failure recorded. */
int runtime_start (struct monitor *m);

/* Begins `delete`; children_reap() notes its end by zeroing `delete_pid`. */
void runtime_begin_delete (struct monitor *m);

/* Waits for the end of `delete`. */
void runtime_await_delete (struct monitor *m);

#endif

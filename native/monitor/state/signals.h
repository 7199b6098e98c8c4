/* signals.h - the monitor's signals. All are blocked and come by a descriptor, so that none interrupts it. */
#ifndef TSPOD_MONITOR_SIGNALS_H
#define TSPOD_MONITOR_SIGNALS_H

/*
 * Gives every signal its default action, ignores SIGPIPE, and blocks all. Returns a nonblocking signalfd(2)
 * for them; -1 with errno.
 */
int signals_take (void);

/*
 * Reads waiting signals from SIGNAL_FD up to the next that asks the monitor to leave: SIGTERM, SIGINT or
 * SIGQUIT. Returns its number; 0 when no signal waits any more. Others, such as SIGCHLD, are dropped: what
 * they are about is looked at whenever poll(2) returns.
 */
int signals_next_leave (int signal_fd);

#endif

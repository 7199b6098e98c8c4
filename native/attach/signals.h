/* signals.h - which signals the client takes, and what each does. */
#ifndef TSPOD_SIGNALS_H
#define TSPOD_SIGNALS_H

#include <stdbool.h>

/*
 * Undoes what was inherited from Node, blocks the signals that are wanted, and returns a nonblocking
 * signalfd for them; -1 with errno.
 */
int signals_open (bool tty, bool sig_proxy);

/*
 * Returns whether the caller has ignored this signal (nohup, a script's background job) and the terminal has
 * sent it: that is meant for no container. A signal that is sent to this very process is.
 */
bool signal_is_nobodys (int signal_number, int code);

/* Returns whether this signal is for the container's process (with sig_proxy). */
bool signal_is_forwarded (int signal_number);

/* Dies of this signal, or stops, as if it had never been caught. */
void signal_take_default (int signal_number);

#endif

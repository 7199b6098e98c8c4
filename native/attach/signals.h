/* signals.h - which signals the client takes, and what each means for it. */
#ifndef TSPOD_SIGNALS_H
#define TSPOD_SIGNALS_H

#include <stdbool.h>

/*
 * Undoes what was inherited from Node, blocks what is wanted, and returns a nonblocking signalfd for it; -1
 * with errno.
 */
int signals_open (bool tty, bool sig_proxy);

/* Whether this signal is for the container's process (with sig_proxy). */
bool signal_is_forwarded (int signal_number);

/* Dies, or stops, of this signal as if it had never been caught. */
void signal_take_default (int signal_number);

#endif

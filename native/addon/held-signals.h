/* held-signals.h - signals that end a process, kept while something is half done. */
#ifndef TSPOD_ADDON_HELD_SIGNALS_H
#define TSPOD_ADDON_HELD_SIGNALS_H

#include <signal.h>

/*
 * To be called before execve(2): the signal that was held becomes pending for the next program, which
 * begins with these signals blocked. MASK gets the mask as it was.
 */
void leave_held_signals (sigset_t *mask);

#endif

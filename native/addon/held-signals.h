/* held-signals.h - signals that end a process, kept while something is half done. */
#ifndef TSPOD_ADDON_HELD_SIGNALS_H
#define TSPOD_ADDON_HELD_SIGNALS_H

#include <signal.h>

/*
 * Before execve(2): what was held comes to the next program, which begins with these signals blocked. MASK
 * becomes the mask as it was.
 */
void leave_held_signals (sigset_t *mask);

#endif

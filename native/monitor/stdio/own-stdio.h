/* own-stdio.h - the monitor's own stdin, stdout and stderr. */
#ifndef TSPOD_MONITOR_OWN_STDIO_H
#define TSPOD_MONITOR_OWN_STDIO_H

/*
 * Puts /dev/null in their place: the caller's terminal or pipe would otherwise stay open as long as the
 * monitor lives.
 */
void leave_stdio (void);

#endif

/* console.h - the container's terminal: the master of a pty that the runtime brings to the console socket. */
#ifndef TSPOD_CONSOLE_H
#define TSPOD_CONSOLE_H

#include "monitor/state/monitor.h"

/* Takes the pty's master from the console socket, if it is there. 0; or -1, failure recorded. */
int console_take (struct monitor *m);

/*
 * Sets the terminal's size. With REDRAW the process gets SIGWINCH even if the size is as before. Does
 * nothing without a terminal.
 */
void console_set_window (const struct monitor *m, unsigned rows, unsigned columns, bool redraw);

#endif

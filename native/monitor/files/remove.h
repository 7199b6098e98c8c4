/* remove.h - removal of what goes with the container: `--rm` without starting Node. */
#ifndef TSPOD_REMOVE_H
#define TSPOD_REMOVE_H

#include "monitor/state/monitor.h"

/*
 * Carries out remove-link, remove-dir and volume-ref, in the plan's order. What could be moved to the trash
 * is left there. Trouble is noted, and the rest is still done.
 */
void remove_container (struct monitor *m);

/* Deletes what remove_container() has moved there. */
void empty_trash (struct monitor *m);

/* Removes what the monitor made in DIR. */
void remove_runtime_files (struct monitor *m);

/*
 * With --rm, removes DIR itself. Not after a failed start: the command still reads the runtime's log there.
 */
void remove_runtime_directory (const struct monitor *m);

/* Returns whether DIR/keep is there: a command is about to start the --rm container again. */
bool remove_is_called_off (const struct monitor *m);

#endif

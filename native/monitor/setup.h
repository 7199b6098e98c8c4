/* setup.h - from the plan to a running process, or back to nothing. */
#ifndef TSPOD_SETUP_H
#define TSPOD_SETUP_H

#include "monitor/state/monitor.h"

/*
 * Carries out the whole plan. Returns 0 when the process runs, and the command knows; or -1, failure
 * recorded: undo_set_up() is next.
 */
int set_up (struct monitor *m);

/*
 * Carries out the part that each run of the container takes. Returns 0; or -1, failure recorded:
 * undo_process() is next.
 */
int set_up_process (struct monitor *m);

void undo_process (struct monitor *m);
void undo_set_up (struct monitor *m);

#endif

/* changes.h - what `tspod update` changes of a plan that is being carried out. */
#ifndef TSPOD_CHANGES_H
#define TSPOD_CHANGES_H

#include "monitor/state/monitor.h"

/*
 * Takes over what DIR/changes says, where that is there, and removes it. Returns 0; or -1 after fail(), where
 * it can't be read: then all is as it was.
 */
int changes_take (struct monitor *m);

#endif

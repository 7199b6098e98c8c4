/*
 * bridge-changes.h - from one list of records of the container's networks to another: interfaces that are no
 * longer wanted go, new ones come, and the holder of the shared namespace is informed. All functions return
 * 0; or -1, failure recorded.
 */
#ifndef TSPOD_BRIDGE_CHANGES_H
#define TSPOD_BRIDGE_CHANGES_H

#include "monitor/state/bridge-records.h"
#include "monitor/state/monitor.h"

/* Changes from OLD, which is in force, to NEW. */
int bridges_change_records (struct monitor *m, const struct bridge_records *old,
                            const struct bridge_records *new);

/* Removes the interfaces of OLD that NEW does not have. NAMESPACE: the container's. */
int bridges_detach_missing (struct monitor *m, int namespace, const struct bridge_records *old,
                            const struct bridge_records *new);

/* Has the holder know the records, after it has been joined. */
int bridges_send (struct monitor *m, const struct bridge_records *records);

/* Records errno as a failure of the holder. Returns -1. */
int bridges_fail_holder (struct monitor *m);

#endif

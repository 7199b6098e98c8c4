/* map-ids.h - giving a new user namespace its ids */
#ifndef TSPOD_MAP_IDS_H
#define TSPOD_MAP_IDS_H

#include <sys/types.h>

/*
 * Maps for the namespace of the process `pid`, which has none yet: 0 is the caller, then the subordinate ids.
 * Without those only the caller, with a warning; for the machine's root without those, every id as itself,
 * with a notice. Dies with what to do where it can't be done.
 */
void map_ids (pid_t pid);

#endif

/* map-ids.h - giving a new user namespace its ids */
#ifndef TSPOD_MAP_IDS_H
#define TSPOD_MAP_IDS_H

#include <sys/types.h>

/*
 * Writes the maps of the namespace of the process `pid`, which has none yet: 0 is the caller, then come the
 * subordinate ids. Where there are none, a user gets a map of their own id alone, with a warning, and the
 * machine's root one of every id as itself, with a notice. Dies with what to do where neither can be done.
 */
void map_ids (pid_t pid);

#endif

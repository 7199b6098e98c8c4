/* id-map.h - the text of a uid_map or gid_map, as the kernel and (split into words) newuidmap(1) take it */
#ifndef TSPOD_ID_MAP_H
#define TSPOD_ID_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/subordinate-ids.h"

#define ID_MAP_SIZE 4096 /* the kernel takes less than a page: user_namespaces(7) */

/* Maps 0 to the user, and the ids from 1 on to the subordinate ids, one range after the other. */
void user_id_map (unsigned long id, const struct ranges *ranges, char map[ID_MAP_SIZE]);

/* Maps every id of the namespace whose map is in the file `path` to itself. */
bool identity_id_map (const char *path, char map[ID_MAP_SIZE]);

/*
 * Returns the id outside, if this process is the root of a user namespace that tspod has made: the map's
 * first line is "0 ID 1" then. Otherwise returns `inside` itself.
 */
unsigned long id_outside (const char *path, unsigned long inside);

#endif

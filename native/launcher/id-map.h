/* id-map.h - the text of a uid_map or gid_map, as the kernel and (split into words) newuidmap(1) take it */
#ifndef TSPOD_ID_MAP_H
#define TSPOD_ID_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/subordinate-ids.h"

#define ID_MAP_SIZE 4096 /* the kernel takes less than a page: user_namespaces(7) */

/* 0 is the user; the subordinate ids follow from 1 on, one range after the other. */
void user_id_map (unsigned long id, const struct ranges *ranges, char map[ID_MAP_SIZE]);

/* Every id that the namespace of the map in the file `path` has, as itself. */
bool identity_id_map (const char *path, char map[ID_MAP_SIZE]);

/*
 * The id outside, if this process is the root of a user namespace as we make them: a map whose first line is
 * "0 ID 1". Otherwise `inside` itself.
 */
unsigned long id_outside (const char *path, unsigned long inside);

#endif

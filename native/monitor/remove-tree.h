/* remove-tree.h - deletes a directory whose content is not trusted. */
#ifndef TSPOD_REMOVE_TREE_H
#define TSPOD_REMOVE_TREE_H

/*
 * Deletes NAME in DIRECTORY (AT_FDCWD: NAME is a path) with all that is in it. Follows no symlink and enters
 * no mount; takes any depth with few descriptors. That it is not there is success. 0, or -1 with errno; then
 * what could be deleted is.
 */
int remove_tree (int directory, const char *name);

#endif

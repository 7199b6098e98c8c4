/* remove-tree.h - deletes a directory whose content is not trusted. */
#ifndef TSPOD_REMOVE_TREE_H
#define TSPOD_REMOVE_TREE_H

/*
 * Deletes NAME in DIRECTORY (AT_FDCWD: NAME is a path) with everything in it. Follows no symlink and enters
 * no mount; takes any depth with few descriptors. A NAME that is not there is a success. Returns 0; or -1
 * with errno, when what could be deleted is deleted.
 */
int remove_tree (int directory, const char *name);

#endif

/* beneath.h - files below a directory that containers may change meanwhile. */
#ifndef TSPOD_BENEATH_H
#define TSPOD_BENEATH_H

/*
 * Opens PATH below the directory ROOT with FLAGS, and O_CLOEXEC. The kernel resolves PATH and its symlinks
 * with ROOT as the root, and never out of it, whatever is swapped meanwhile. Returns the descriptor, or -1
 * with errno.
 */
int open_beneath (int root, const char *path, int flags);

#endif

/* symlink.h - symlinks that a container has where its image has none. */
#ifndef TSPOD_SYMLINK_H
#define TSPOD_SYMLINK_H

#include "monitor/state/monitor.h"

/*
 * ARGV is the plan's ROOT DIRECTORY NAME TEXT UID GID. Trouble is noted and changes nothing else: programs
 * that need the link are few, and the root filesystem may be one that can't be written to.
 */
void symlink_make (const struct monitor *m, char *const *argv);

#endif

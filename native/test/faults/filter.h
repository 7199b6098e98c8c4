/* filter.h - a seccomp filter that asks before each call of calls.h. */
#ifndef TSPOD_TEST_FILTER_H
#define TSPOD_TEST_FILTER_H

/*
 * From here on the process, and all that come of it, ask the reader of the descriptor that this returns; -1
 * with errno. It may gain no rights any more (no_new_privs): newuidmap does not work, so a keeper has to be
 * there.
 */
int install_filter (void);

#endif

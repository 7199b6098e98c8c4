/* diagnose.h - why user namespaces can't be had here, and what to type */
#ifndef TSPOD_DIAGNOSE_H
#define TSPOD_DIAGNOSE_H

#include <stddef.h>

/*
 * Writes what is wrong and what to do, one line without an end.
 * sysctl_root: "/proc/sys", or a test's own tree; step: what failed ("unshare"); error: its errno
 */
void diagnose_user_namespaces (const char *sysctl_root, const char *step, int error, char *text, size_t size);

#endif

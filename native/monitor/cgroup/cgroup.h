/* cgroup.h - files of a process's control group. */
#ifndef TSPOD_CGROUP_H
#define TSPOD_CGROUP_H

#include <limits.h>
#include <sys/types.h>

#define CGROUP_PATH_MAX (PATH_MAX + 64)

/*
 * Finds the path of file NAME in the cgroup that PID is in. Returns -1 where the cgroup is not known. On a
 * hybrid host there may be no such file.
 */
int cgroup_file (pid_t pid, const char *name, char path[CGROUP_PATH_MAX]);

#endif

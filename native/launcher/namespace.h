/* namespace.h - finding and entering the user namespace in which all containers of a user live */
#ifndef TSPOD_NAMESPACE_H
#define TSPOD_NAMESPACE_H

#include <stdbool.h>
#include <sys/types.h>

#define LEAVE_NAMESPACE_FIRST \
  "tspod's user namespace can't be joined from inside another one: first leave the one that " \
  "this shell is in (\"podman unshare\", \"unshare\", a container)"

/*
 * Opens the user namespace of the process with that pid and start time. Returns -1 with errno: ESRCH if it
 * has ended, EACCES or EPERM if it lives and may not be asked. The caller closes it.
 */
int open_user_namespace (pid_t pid, unsigned long long start_time);

/*
 * Opens the namespace of the keeper that PID_FILE ("PID STARTTIME") names. Returns as above; a missing or
 * damaged file is ESRCH.
 */
int keeper_namespace (const char *pid_file);

/*
 * Opens the namespace of any monitor that lives: the keeper was killed, but its containers are still there,
 * and new ones belong beside them. Reads the "monitor PID STARTTIME" lines of CONTAINERS/ID/status.
 */
int monitor_namespace (const char *containers);

/*
 * Opens the namespace of the process of this user that listens at the SOCK_SEQPACKET socket PATH. -1: none
 * does.
 */
int listener_namespace (const char *path);

/*
 * Returns whether this process is the root, with rights over mounts, of a user namespace that is not the
 * machine's first.
 */
bool is_namespace_root (void);

/* Returns whether this process is in that namespace already. */
bool in_user_namespace (int namespace_fd);

/* Becomes the namespace's root, unless this process is in it already. */
void enter_user_namespace (int namespace_fd);

/*
 * Makes a mount namespace for this one call: it receives mounts and sends none. Mounts in it go with its
 * last process.
 */
void make_mount_namespace (void);

#endif

/* systemd-scope.h - a place in the user's own part of the cgroup tree, by the user's systemd. */
#ifndef TSPOD_SYSTEMD_SCOPE_H
#define TSPOD_SYSTEMD_SCOPE_H

#include <sys/types.h>

struct systemd_scope
{
  const char *manager; /* its socket: $XDG_RUNTIME_DIR/systemd/private */
  const char *name;    /* NAME.scope */
  const char *slice;
  const pid_t *pids;
  size_t count;
};

/*
 * Asks for a new scope with those processes in it, and does not wait for it. Returns -1, with errno, where
 * it can't even ask.
 */
int systemd_scope_ask (const struct systemd_scope *scope);

/*
 * Where this process is in a service, moves it into a scope NAME-PID of its own: the service's stop would
 * otherwise wait for it, and the service's end would end it. Where there is no MANAGER the process stays.
 */
void systemd_scope_leave_service (const char *manager, const char *name);

#endif

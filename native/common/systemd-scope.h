/* systemd-scope.h - a place in the user's own part of the cgroup tree, by the user's systemd. */
#ifndef TSPOD_SYSTEMD_SCOPE_H
#define TSPOD_SYSTEMD_SCOPE_H

struct systemd_scope
{
  const char *manager; /* its socket: $XDG_RUNTIME_DIR/systemd/private */
  const char *name;    /* NAME.scope */
  const char *slice;
};

/* Asks for a new scope with this process in it, and does not wait for that. Returns -1, with errno, where one can't even ask. */
int systemd_scope_ask (const struct systemd_scope *scope);

#endif

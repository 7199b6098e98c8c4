#include "common/systemd-scope.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/dbus-message.h"
#include "common/descriptor.h"
#include "common/read-text.h"
#include "common/unix-socket.h"

#define PATIENCE_S 3

static void
put_text_property (struct dbus_message *message, const char *name, const char *text)
{
  dbus_align (message, 8);
  dbus_put_string (message, name);
  dbus_put_signature (message, "s");
  dbus_put_string (message, text);
}

static void
put_pids_property (struct dbus_message *message, const struct systemd_scope *scope)
{
  dbus_align (message, 8);
  dbus_put_string (message, "PIDs");
  dbus_put_signature (message, "au");
  struct dbus_array pids = dbus_begin_array (message, 4);
  for (size_t i = 0; i < scope->count; i++)
    dbus_put_uint32 (message, (uint32_t) scope->pids[i]);
  dbus_end_array (message, pids);
}

/* https://www.freedesktop.org/software/systemd/man/org.freedesktop.systemd1.html, StartTransientUnit() */
static void
write_request (struct dbus_message *message, const struct systemd_scope *scope)
{
  const struct dbus_call call = {
    .destination = "org.freedesktop.systemd1",
    .path = "/org/freedesktop/systemd1",
    .interface = "org.freedesktop.systemd1.Manager",
    .member = "StartTransientUnit",
    .signature = "ssa(sv)a(sa(sv))",
  };
  size_t body = dbus_begin_call (message, &call);
  dbus_put_string (message, scope->name);
  dbus_put_string (message, "fail");
  struct dbus_array properties = dbus_begin_array (message, 8);
  put_text_property (message, "Slice", scope->slice);
  put_text_property (message, "CollectMode", "inactive-or-failed");
  put_pids_property (message, scope);
  dbus_end_array (message, properties);
  struct dbus_array units = dbus_begin_array (message, 8);
  dbus_end_array (message, units);
  dbus_end_call (message, body);
}

static int
send_all (int fd, const void *bytes, size_t size)
{
  return send (fd, bytes, size, MSG_NOSIGNAL) == (ssize_t) size ? 0 : -1;
}

/*
 * EXTERNAL without an identity: systemd takes it from the socket, since our own number is another one in a
 * user namespace.
 */
static int
authenticate (int fd)
{
  static const char hello[] = "\0AUTH EXTERNAL\r\nDATA\r\n";
  char answer[256];
  size_t used = 0;
  if (send_all (fd, hello, sizeof hello - 1) < 0)
    return -1;
  while (used < sizeof answer - 1)
    {
      ssize_t n = recv (fd, answer + used, sizeof answer - 1 - used, 0);
      if (n <= 0)
        return -1;
      used += (size_t) n;
      answer[used] = '\0';
      if (strstr (answer, "OK ") && answer[used - 1] == '\n')
        return send_all (fd, "BEGIN\r\n", strlen ("BEGIN\r\n"));
      if (strstr (answer, "REJECTED"))
        break;
    }
  errno = EACCES;
  return -1;
}

int
systemd_scope_ask (const struct systemd_scope *scope)
{
  const struct timeval patience = { .tv_sec = PATIENCE_S };
  struct dbus_message message;
  autoclose int fd = connect_to (scope->manager, SOCK_STREAM);
  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0
      || authenticate (fd) < 0)
    return -1;
  write_request (&message, scope);
  return message.full ? -1 : send_all (fd, message.bytes, message.size);
}

static bool
ends_with (const char *name, size_t length, const char *suffix)
{
  size_t end = strlen (suffix);
  return length > end && strncmp (name + length - end, suffix, end) == 0;
}

/*
 * Returns whether the innermost unit of the cgroup PATH is a service, other than that of the user's manager
 * itself.
 */
static bool
is_in_service (const char *path)
{
  static const char manager[] = "user@";
  bool service = false;
  for (const char *name = path; *name != '\0'; name += strcspn (name, "/\n"))
    {
      name += strspn (name, "/\n");
      size_t length = strcspn (name, "/\n");
      bool is_service = ends_with (name, length, ".service"), is_scope = ends_with (name, length, ".scope");

      if (is_service || is_scope)
        service = is_service && strncmp (name, manager, sizeof manager - 1) != 0;
    }
  return service;
}

void
systemd_scope_leave_service (const char *manager, const char *name)
{
  char groups[4096], scope[64];
  pid_t self = getpid ();
  read_text ("/proc/self/cgroup", groups, sizeof groups);
  const char *group = strstr (groups, "0::");
  if (!group || !is_in_service (group))
    return;
  snprintf (scope, sizeof scope, "%s-%d.scope", name, (int) self);
  systemd_scope_ask (&(struct systemd_scope) {
      .manager = manager, .name = scope, .slice = "user.slice", .pids = &self, .count = 1 });
}

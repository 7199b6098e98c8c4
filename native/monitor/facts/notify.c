#include "monitor/facts/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/unix-socket.h"

#define MESSAGE_MAX 4096
/* In DIR: there once the process of this run has said that it is ready. Outside of what it can change. */
#define READY_NOTE "notified"

static bool
mode_is (const struct monitor *m, const char *mode)
{
  return m->plan.notify && strcmp (m->plan.notify[0], mode) == 0;
}

/* A manager that is gone or busy does not hold up the container. Without a socket there is nobody to tell. */
static void
tell (const struct monitor *m, const char *message)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  const char *path = m->plan.notify[1];
  size_t length = strlen (path);
  if (!length)
    return;
  autoclose int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (length >= sizeof address.sun_path)
    errno = ENAMETOOLONG;
  else if (fd >= 0)
    {
      memcpy (address.sun_path, path, length);
      if (path[0] == '@') /* an abstract name */
        address.sun_path[0] = '\0';
      socklen_t size = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length);
      if (sendto (fd, message, strlen (message), MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *) &address,
                  size)
          >= 0)
        return;
    }
  warn_and_go_on (m, "notifying %s", path);
}

int
notify_open (struct monitor *m)
{
  if (!mode_is (m, "container"))
    return 0;
  unlinkat (m->dir_fd, READY_NOTE, 0); /* of the last run */
  if (mkdirat (m->dir_fd, "notify", 0755) < 0 && errno != EEXIST)
    return fail (m, "notify", errno, "%s/notify", m->plan.dir);
  autoclose int directory = openat (m->dir_fd, "notify", O_PATH | O_DIRECTORY | O_CLOEXEC);
  m->notify_fd = directory < 0 ? -1 : bind_at (directory, "notify.sock", SOCK_DGRAM);
  /* the container's processes may have any uid */
  if (m->notify_fd < 0 || fchmodat (directory, "notify.sock", 0777, AT_SYMLINK_NOFOLLOW) < 0)
    return fail (m, "notify", errno, "%s/notify/notify.sock", m->plan.dir);
  return 0;
}

void
notify_started (struct monitor *m)
{
  char message[64];
  if (!m->plan.notify || m->restart.again)
    return;
  snprintf (message, sizeof message, "MAINPID=%d%s", (int) getpid (),
            mode_is (m, "conmon") ? "\nREADY=1" : "");
  tell (m, message);
}

void
notify_healthy (struct monitor *m)
{
  if (mode_is (m, "healthy"))
    tell (m, "READY=1");
}

/*
 * MAINPID may not pass, since it is a number of the container's own pid namespace, nor what hands over
 * descriptors.
 */
static bool
may_pass (const char *line)
{
  static const char *const NAMES[] = { "READY=",  "STOPPING=", "RELOADING=", "MONOTONIC_USEC=",
                                       "STATUS=", "ERRNO=",    "WATCHDOG=",  "EXTEND_TIMEOUT_USEC=" };
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (strncmp (line, NAMES[i], strlen (NAMES[i])) == 0)
      return true;
  return false;
}

static void
note_ready (const struct monitor *m)
{
  autoclose int fd = openat (m->dir_fd, READY_NOTE, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    warn_and_go_on (m, "noting %s/" READY_NOTE, m->plan.dir);
}

void
notify_pass_on (struct monitor *m)
{
  char message[MESSAGE_MAX + 1], passed[MESSAGE_MAX + 1] = "", *rest = NULL;
  ssize_t n = recv (m->notify_fd, message, MESSAGE_MAX, MSG_DONTWAIT);
  if (n < 0)
    return;
  message[n] = '\0';
  for (const char *line = strtok_r (message, "\n", &rest); line; line = strtok_r (NULL, "\n", &rest))
    if (may_pass (line))
      {
        if (strcmp (line, "READY=1") == 0)
          note_ready (m);
        if (*passed)
          strcat (passed, "\n");
        strcat (passed, line);
      }
  if (*passed)
    tell (m, passed);
}

void
notify_close (struct monitor *m)
{
  if (m->notify_fd < 0)
    return;
  close_descriptor (&m->notify_fd);
  unlinkat (m->dir_fd, "notify/notify.sock", 0);
  unlinkat (m->dir_fd, "notify", AT_REMOVEDIR);
}

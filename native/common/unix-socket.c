#include "common/unix-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/descriptor.h"

/* The kernel follows /proc/self/fd/N, so the address stays short however long the directory's path is. */
static int
address_at (struct sockaddr_un *address, int directory, const char *name)
{
  int size = snprintf (address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", directory, name);
  address->sun_family = AF_UNIX;
  if (size >= 0 && (size_t) size < sizeof address->sun_path)
    return 0;
  errno = ENAMETOOLONG;
  return -1;
}

int
bind_at (int directory, const char *name, int type)
{
  struct sockaddr_un address = { 0 };
  autoclose int fd = socket (AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || address_at (&address, directory, name) < 0)
    return -1;
  if (unlinkat (directory, name, 0) < 0 && errno != ENOENT)
    return -1;
  if (bind (fd, (struct sockaddr *) &address, sizeof address) < 0)
    return -1;
  return take_fd (&fd);
}

int
listen_at (int directory, const char *name, int type)
{
  autoclose int fd = bind_at (directory, name, type);
  return fd < 0 || listen (fd, SOMAXCONN) < 0 ? -1 : take_fd (&fd);
}

int
connect_at (int directory, const char *name, int type)
{
  struct sockaddr_un address = { 0 };
  autoclose int fd = socket (AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (fd < 0 || address_at (&address, directory, name) < 0)
    return -1;
  if (connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    return -1;
  return take_fd (&fd);
}

int
connect_to (const char *path, int type)
{
  char parent[PATH_MAX];
  const char *slash = strrchr (path, '/');
  size_t length = slash ? (size_t) (slash - path) : 0;
  if (!slash || length >= sizeof parent)
    {
      errno = slash ? ENAMETOOLONG : EINVAL;
      return -1;
    }
  memcpy (parent, path, length);
  strcpy (parent + length, length ? "" : "/");
  autoclose int directory = open (parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return directory < 0 ? -1 : connect_at (directory, slash + 1, type);
}

#include "monitor/files/symlink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "monitor/files/beneath.h"

struct owner
{
  uid_t uid;
  gid_t gid;
};

/* The directory NAME, which is made for OWNER where it is missing; -1 with errno. */
static int
open_directory (int root, const char *name, struct owner owner)
{
  int fd = open_beneath (root, name, O_RDONLY | O_DIRECTORY);
  if (fd >= 0 || errno != ENOENT)
    return fd;
  if (mkdirat (root, name, 0755) < 0 || fchownat (root, name, owner.uid, owner.gid, AT_SYMLINK_NOFOLLOW) < 0)
    return -1;
  return open_beneath (root, name, O_RDONLY | O_DIRECTORY);
}

static int
make_link (char *const *argv)
{
  struct owner owner = { .uid = (uid_t) strtoul (argv[4], NULL, 10),
                         .gid = (gid_t) strtoul (argv[5], NULL, 10) };
  autoclose int root = open (argv[0], O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0)
    return -1;
  autoclose int directory = open_directory (root, argv[1], owner);
  if (directory < 0)
    return -1;
  if (symlinkat (argv[3], directory, argv[2]) < 0)
    return errno == EEXIST ? 0 : -1;
  return fchownat (directory, argv[2], owner.uid, owner.gid, AT_SYMLINK_NOFOLLOW);
}

void
symlink_make (const struct monitor *m, char *const *argv)
{
  if (make_link (argv) < 0)
    warn_and_go_on (m, "making the symlink %s/%s in %s", argv[1], argv[2], argv[0]);
}

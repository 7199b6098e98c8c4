#include "monitor/files/remove-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/descriptor.h"

/*
 * Directories deeper than this are moved up to the top first, so that neither descriptors nor stack grow
 * with what a container has made.
 */
#define DEPTH_MAX 24
#define FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct removal
{
  int top;
  unsigned long moved;
  int error; /* the first such name */
};

static int empty (struct removal *removal, int fd, int depth);

/* Mounts are not entered: what is bound there is data that must stay. */
static int
open_inside (int directory, const char *name)
{
  struct open_how how = { .flags = FLAGS, .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS };
  struct stat parent, st;
  int result = (int) syscall (SYS_openat2, directory, name, &how, sizeof how);
  if (result >= 0 || (errno != ENOSYS && errno != EPERM))
    return result;
  /* before Linux 5.6, or a filter that doesn't know openat2 */
  autoclose int fd = openat (directory, name, FLAGS);
  if (fd < 0 || fstat (fd, &st) < 0 || fstat (directory, &parent) < 0)
    return -1;
  if (st.st_dev == parent.st_dev)
    return take_fd (&fd);
  errno = EXDEV;
  return -1;
}

static int
move_to_top (struct removal *removal, int directory, const char *name)
{
  char unique[32];
  do
    snprintf (unique, sizeof unique, ".deep-%lu", removal->moved++);
  while (faccessat (removal->top, unique, F_OK, AT_SYMLINK_NOFOLLOW) == 0);
  return renameat (directory, name, removal->top, unique);
}

static int
remove_directory (struct removal *removal, int directory, const char *name, int depth)
{
  if (depth >= DEPTH_MAX)
    return move_to_top (removal, directory, name);
  if (unlinkat (directory, name, AT_REMOVEDIR) == 0)
    return 0;
  if (errno != ENOTEMPTY && errno != EEXIST)
    return -1;
  autoclose int fd = open_inside (directory, name);
  if (fd < 0 || empty (removal, fd, depth + 1) < 0)
    return -1;
  return unlinkat (directory, name, AT_REMOVEDIR);
}

static int
remove_entry (struct removal *removal, int directory, const struct dirent64 *entry, int depth)
{
  if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
    return 0;
  if (entry->d_type != DT_DIR && unlinkat (directory, entry->d_name, 0) == 0)
    return 1;
  if (entry->d_type != DT_DIR && errno != EISDIR)
    return errno == ENOENT ? 0 : -1;
  return remove_directory (removal, directory, entry->d_name, depth) < 0 ? -1 : 1;
}

/* Makes one pass over the entries. Returns how many were dealt with. */
static unsigned long
pass (struct removal *removal, int fd, int depth)
{
  char buffer[4096] __attribute__ ((aligned (8)));
  unsigned long done = 0;
  ssize_t size;
  while ((size = getdents64 (fd, buffer, sizeof buffer)) > 0)
    for (ssize_t at = 0; at < size;)
      {
        const struct dirent64 *entry = (const void *) (buffer + at);
        int result = remove_entry (removal, fd, entry, depth);
        if (result < 0 && !removal->error)
          removal->error = errno;
        done += result > 0;
        at += entry->d_reclen;
      }
  return done;
}

/*
 * Passes go on while one gets something done: a directory that changes while it is read may skip entries,
 * and gets the entries of directories that are moved up.
 */
static int
empty (struct removal *removal, int fd, int depth)
{
  while (pass (removal, fd, depth) > 0)
    if (lseek (fd, 0, SEEK_SET) < 0)
      return -1;
  return 0;
}

int
remove_tree (int directory, const char *name)
{
  if (unlinkat (directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
    return 0;
  if (errno == ENOTDIR)
    return unlinkat (directory, name, 0);
  autoclose int top = openat (directory, name, FLAGS);
  struct removal removal = { .top = top };
  if (top < 0 || empty (&removal, top, 0) < 0)
    return -1;
  if (unlinkat (directory, name, AT_REMOVEDIR) == 0)
    return 0;
  if (removal.error)
    errno = removal.error;
  return -1;
}

/* mount.c - mount(2), umount2(2), the mount flags of statfs(2), and a mount of another mount namespace */
#include "addon/functions.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_STACK 65536

static const char *
or_null (const char *text)
{
  return *text ? text : NULL;
}

/* mount (source, target, type, flags, data): the empty text stands for NULL */
static int64_t
run_mount (const union argument *a)
{
  return mount (or_null (a[0].path), a[1].path, or_null (a[2].path), (unsigned long) a[3].number,
                or_null (a[4].path));
}

/* umount (target, flags) */
static int64_t
run_umount (const union argument *a)
{
  return umount2 (a[0].path, (int) a[1].number);
}

/* mountFlags (path): the ST_ flags of the mount that path lies on */
static int64_t
run_mount_flags (const union argument *a)
{
  struct statfs status;
  return statfs (a[0].path, &status) < 0 ? -1 : status.f_flags;
}

struct taking
{
  const char *namespace, *path;
  int result; /* a descriptor, or a negative errno */
};

static int
open_mount (const char *namespace, const char *path)
{
  struct statx status;
  int fd = open (namespace, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return -errno;
  int entered = setns (fd, CLONE_NEWNS);
  int error = errno;
  close (fd);
  if (entered < 0)
    return -error;
  if (statx (AT_FDCWD, path, 0, 0, &status) < 0)
    return -errno;
  if (!(status.stx_attributes & STATX_ATTR_MOUNT_ROOT))
    return -EINVAL;
  int tree = (int) syscall (SYS_open_tree, AT_FDCWD, path,
                            OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  return tree < 0 ? -errno : tree;
}

static int
take_in_child (void *argument)
{
  struct taking *taking = argument;
  taking->result = open_mount (taking->namespace, taking->path);
  return 0;
}

/*
 * takeMount (pid, path): a descriptor of a copy of the mount at `path` in that process's mount namespace;
 * EINVAL where none is there. Only a process that shares its working directory with no other may enter a
 * mount namespace, so a child does, which shares our descriptors.
 */
static int64_t
run_take_mount (const union argument *a)
{
  char namespace[64];
  struct taking taking = { .namespace = namespace, .path = a[1].path };
  char *stack = malloc (CHILD_STACK);
  if (!stack)
    return -1;
  snprintf (namespace, sizeof namespace, "/proc/%d/ns/mnt", (int) a[0].number);
  pid_t pid = clone (take_in_child, stack + CHILD_STACK, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD,
                     &taking);
  if (pid < 0)
    taking.result = -errno;
  else
    while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
      ;
  free (stack);
  errno = taking.result < 0 ? -taking.result : 0;
  return taking.result < 0 ? -1 : taking.result;
}

/* moveMount (fd, target): mounts what takeMount() gave */
static int64_t
run_move_mount (const union argument *a)
{
  return syscall (SYS_move_mount, (int) a[0].number, "", AT_FDCWD, a[1].path, MOVE_MOUNT_F_EMPTY_PATH);
}

const struct function MOUNT_FUNCTIONS[] = {
  { .name = "mount", .arguments = "pppnp", .run = run_mount },
  { .name = "umount", .arguments = "pn", .run = run_umount },
  { .name = "mountFlags", .arguments = "p", .run = run_mount_flags },
  { .name = "takeMount", .arguments = "np", .run = run_take_mount },
  { .name = "moveMount", .arguments = "np", .run = run_move_mount },
  { 0 },
};

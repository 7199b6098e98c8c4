/* mount.c - mount(2), umount2(2), the mount flags of statfs(2), and a mount of another mount namespace */
#include "addon/addon.h"

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

/* mount (source, target, type, flags, data): the empty text stands for NULL */
static napi_value
mount_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char source[PATH_MAX], target[PATH_MAX], type[PATH_MAX], data[PATH_MAX];
  call_path (&call, 0, source);
  call_path (&call, 1, target);
  call_path (&call, 2, type);
  unsigned long flags = (unsigned long) call_number (&call, 3);
  call_path (&call, 4, data);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (
      env, mount (*source ? source : NULL, target, *type ? type : NULL, flags, *data ? data : NULL));
}

/* umount (target, flags) */
static napi_value
umount_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char target[PATH_MAX];
  call_path (&call, 0, target);
  int flags = call_int (&call, 1);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, umount2 (target, flags));
}

/* mountFlags (path): the ST_ flags of the mount that path lies on */
static napi_value
mount_flags_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  struct statfs status;
  call_path (&call, 0, path);
  if (call.failure != 0)
    return number_result (env, call.failure);
  if (statfs (path, &status) < 0)
    return number_result (env, -errno);
  return number_result (env, status.f_flags);
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
 * takeMount (pid, path): a descriptor of a copy of the mount that is at `path` for that process; EINVAL where
 * none is. Only a process that shares its working directory with nobody may enter a mount namespace: a child
 * does, which shares our descriptors.
 */
static napi_value
take_mount_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char namespace[64], path[PATH_MAX];
  struct taking taking = { .namespace = namespace, .path = path, .result = -ENOMEM };
  snprintf (namespace, sizeof namespace, "/proc/%d/ns/mnt", call_int (&call, 0));
  call_path (&call, 1, path);
  char *stack = call.failure == 0 ? malloc (CHILD_STACK) : NULL;
  if (call.failure != 0 || !stack)
    return number_result (env, call.failure != 0 ? call.failure : -ENOMEM);
  pid_t pid = clone (take_in_child, stack + CHILD_STACK, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD,
                     &taking);
  if (pid < 0)
    taking.result = -errno;
  else
    while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
      ;
  free (stack);
  return number_result (env, taking.result);
}

/* moveMount (fd, target): mounts what takeMount() gave */
static napi_value
move_mount_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char target[PATH_MAX];
  int fd = call_int (&call, 0);
  call_path (&call, 1, target);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env,
                       (int) syscall (SYS_move_mount, fd, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH));
}

void
add_mount_functions (napi_env env, napi_value exports)
{
  static const struct function functions[] = {
    { "mount", mount_call },          { "umount", umount_call },        { "mountFlags", mount_flags_call },
    { "takeMount", take_mount_call }, { "moveMount", move_mount_call },
  };
  ADD_FUNCTIONS (env, exports, functions);
}

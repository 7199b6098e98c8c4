/* xattr.c - extended attributes, by path (not following a last symlink) and by descriptor */
#include "addon/functions.h"

#include <errno.h>
#include <linux/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/xattr.h>

/* lsetxattr (path, name, value, flags) */
static int64_t
run_lsetxattr (const union argument *a)
{
  return lsetxattr (a[0].path, a[1].path, a[2].bytes.data, a[2].bytes.size, (int) a[3].number);
}

/* A value and a list of names each have at most 64 KiB (xattr(7)), so nothing needs to be measured first. */
static napi_value
bytes_or_errno (napi_env env, const char *data, ssize_t size)
{
  return size < 0 ? number_result (env, -errno) : bytes_result (env, data, (size_t) size);
}

/* lgetxattr (path, name): the value's bytes */
static napi_value
lgetxattr_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX], name[PATH_MAX], value[XATTR_SIZE_MAX];
  call_path (&call, 0, path);
  call_path (&call, 1, name);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return bytes_or_errno (env, value, lgetxattr (path, name, value, sizeof value));
}

/* llistxattr (path): the names, each with its NUL */
static napi_value
llistxattr_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX], names[XATTR_LIST_MAX];
  call_path (&call, 0, path);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return bytes_or_errno (env, names, llistxattr (path, names, sizeof names));
}

/*
 * fsetxattr(2) and its kin refuse an O_PATH descriptor. This path is the open file itself, symlinks included.
 */
static const char *
path_of (int fd, char path[64])
{
  snprintf (path, 64, "/proc/self/fd/%d", fd);
  return path;
}

/* fsetxattr (fd, name, value, flags) */
static int64_t
run_fsetxattr (const union argument *a)
{
  char path[64];
  return setxattr (path_of ((int) a[0].number, path), a[1].path, a[2].bytes.data, a[2].bytes.size,
                   (int) a[3].number);
}

/* fgetxattr (fd, name): the value's bytes */
static napi_value
fgetxattr_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[64], name[PATH_MAX], value[XATTR_SIZE_MAX];
  path_of (call_int (&call, 0), path);
  call_path (&call, 1, name);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return bytes_or_errno (env, value, getxattr (path, name, value, sizeof value));
}

/*
 * flistxattr (fd): the names, each with its NUL. A descriptor that is open for reading needs no way through
 * /proc, which takes twice as long.
 */
static napi_value
flistxattr_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[64], names[XATTR_LIST_MAX];
  int fd = call_int (&call, 0);
  if (call.failure != 0)
    return number_result (env, call.failure);
  ssize_t size = flistxattr (fd, names, sizeof names);
  if (size < 0 && errno == EBADF)
    size = listxattr (path_of (fd, path), names, sizeof names);
  return bytes_or_errno (env, names, size);
}

const struct function XATTR_FUNCTIONS[] = {
  { .name = "lsetxattr", .arguments = "ppbn", .run = run_lsetxattr },
  { .name = "lgetxattr", .callback = lgetxattr_call },
  { .name = "llistxattr", .callback = llistxattr_call },
  { .name = "fsetxattr", .arguments = "npbn", .run = run_fsetxattr },
  { .name = "fgetxattr", .callback = fgetxattr_call },
  { .name = "flistxattr", .callback = flistxattr_call },
  { 0 },
};

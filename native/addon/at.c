/* at.c - calls relative to a directory descriptor, for unpacking trees that are not trusted */
#include "addon/addon.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* openat2 (dirFd, path, flags, mode, resolve) */
static napi_value
openat2_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  int directory = call_int (&call, 0);
  call_path (&call, 1, path);
  struct open_how how = {
    .flags = (uint64_t) call_number (&call, 2) | O_CLOEXEC,
    .mode = (uint64_t) call_number (&call, 3),
    .resolve = (uint64_t) call_number (&call, 4),
  };
  if (call.failure != 0)
    return number_result (env, call.failure);

  /*
   * EAGAIN: something was renamed on the way, and the kernel can't vouch for the walk; worth trying again
   * (openat2(2))
   */
  long fd = -1;
  for (int attempt = 0; attempt < 32; attempt++)
    {
      fd = syscall (SYS_openat2, directory, path, &how, sizeof how);
      if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
        break;
    }
  return errno_result (env, fd);
}

/* mkdirat (dirFd, path, mode) */
static napi_value
mkdirat_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  int directory = call_int (&call, 0);
  call_path (&call, 1, path);
  mode_t mode = (mode_t) call_number (&call, 2);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, mkdirat (directory, path, mode));
}

/* mknodat (dirFd, path, mode, major, minor) */
static napi_value
mknodat_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  int directory = call_int (&call, 0);
  call_path (&call, 1, path);
  mode_t mode = (mode_t) call_number (&call, 2);
  unsigned major_number = (unsigned) call_number (&call, 3);
  unsigned minor_number = (unsigned) call_number (&call, 4);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, mknodat (directory, path, mode, makedev (major_number, minor_number)));
}

/* linkat (oldDirFd, oldPath, newDirFd, newPath, flags) */
static napi_value
linkat_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char old_path[PATH_MAX], new_path[PATH_MAX];
  int old_directory = call_int (&call, 0);
  call_path (&call, 1, old_path);
  int new_directory = call_int (&call, 2);
  call_path (&call, 3, new_path);
  int flags = call_int (&call, 4);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, linkat (old_directory, old_path, new_directory, new_path, flags));
}

/* symlinkat (target, dirFd, path) */
static napi_value
symlinkat_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char target[PATH_MAX], path[PATH_MAX];
  call_path (&call, 0, target);
  int directory = call_int (&call, 1);
  call_path (&call, 2, path);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, symlinkat (target, directory, path));
}

/* readlinkat (dirFd, path): the target's bytes */
static napi_value
readlinkat_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX], target[PATH_MAX];
  int directory = call_int (&call, 0);
  call_path (&call, 1, path);
  if (call.failure != 0)
    return number_result (env, call.failure);

  ssize_t size = readlinkat (directory, path, target, sizeof target);
  return size < 0 ? number_result (env, -errno) : bytes_result (env, target, (size_t) size);
}

/* unlinkat (dirFd, path, flags) */
static napi_value
unlinkat_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  int directory = call_int (&call, 0);
  call_path (&call, 1, path);
  int flags = call_int (&call, 2);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, unlinkat (directory, path, flags));
}

/* renameat2 (oldDirFd, oldPath, newDirFd, newPath, flags) */
static napi_value
renameat2_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char old_path[PATH_MAX], new_path[PATH_MAX];
  int old_directory = call_int (&call, 0);
  call_path (&call, 1, old_path);
  int new_directory = call_int (&call, 2);
  call_path (&call, 3, new_path);
  unsigned flags = (unsigned) call_number (&call, 4);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, renameat2 (old_directory, old_path, new_directory, new_path, flags));
}

/* fchownat (dirFd, path, uid, gid, flags) */
static napi_value
fchownat_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  int directory = call_int (&call, 0);
  call_path (&call, 1, path);
  uid_t uid = (uid_t) call_number (&call, 2);
  gid_t gid = (gid_t) call_number (&call, 3);
  int flags = call_int (&call, 4);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, fchownat (directory, path, uid, gid, flags));
}

/*
 * fchmodat (dirFd, path, mode, flags): with AT_SYMLINK_NOFOLLOW, glibc goes by an O_PATH descriptor and /proc
 */
static napi_value
fchmodat_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  int directory = call_int (&call, 0);
  call_path (&call, 1, path);
  mode_t mode = (mode_t) call_number (&call, 2);
  int flags = call_int (&call, 3);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, fchmodat (directory, path, mode, flags));
}

/* utimensat (dirFd, path, accessSeconds, accessNanoseconds, modifySeconds, modifyNanoseconds, flags) */
static napi_value
utimensat_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  int directory = call_int (&call, 0);
  call_path (&call, 1, path);
  struct timespec times[2] = {
    { .tv_sec = call_number (&call, 2), .tv_nsec = call_number (&call, 3) },
    { .tv_sec = call_number (&call, 4), .tv_nsec = call_number (&call, 5) },
  };
  int flags = call_int (&call, 6);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, utimensat (directory, path, times, flags));
}

/* fstatat (dirFd, path, flags): twelve 64-bit numbers in the order that src/os/at.ts reads them */
static napi_value
fstatat_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  struct stat status;
  int directory = call_int (&call, 0);
  call_path (&call, 1, path);
  int flags = call_int (&call, 2);
  if (call.failure != 0)
    return number_result (env, call.failure);
  if (fstatat (directory, path, &status, flags) < 0)
    return number_result (env, -errno);

  double numbers[] = {
    (double) status.st_dev,          (double) status.st_ino,          (double) status.st_mode,
    (double) status.st_nlink,        (double) status.st_uid,          (double) status.st_gid,
    (double) major (status.st_rdev), (double) minor (status.st_rdev), (double) status.st_size,
    (double) status.st_blocks,       (double) status.st_mtim.tv_sec,  (double) status.st_mtim.tv_nsec,
  };
  return bytes_result (env, numbers, sizeof numbers);
}

static int
write_all (int fd, struct bytes content)
{
  const char *at = content.data;
  for (size_t left = content.size; left > 0;)
    {
      ssize_t count = write (fd, at, left);
      if (count < 0 && errno != EINTR)
        return -1;
      if (count > 0)
        {
          at += count;
          left -= (size_t) count;
        }
    }
  return 0;
}

/*
 * makeFile (dirFd, name, mode, chmod, content, modifySeconds, modifyNanoseconds): a new regular file, whole.
 * A layer has some ten thousand, and what a call from JavaScript and a walk to the name cost five times would
 * be a third of all its time. `chmod` is 1 where the mode is more than open(2) gives.
 */
static napi_value
make_file_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  int directory = call_int (&call, 0);
  call_path (&call, 1, path);
  mode_t mode = (mode_t) call_number (&call, 2);
  int needs_chmod = call_int (&call, 3);
  struct bytes content = call_bytes (&call, 4);
  struct timespec modified = { .tv_sec = call_number (&call, 5), .tv_nsec = call_number (&call, 6) };
  struct timespec times[2] = { modified, modified };
  if (call.failure != 0)
    return number_result (env, call.failure);

  int fd = openat (directory, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0777);
  if (fd < 0)
    return number_result (env, -errno);
  int result = write_all (fd, content);
  if (result == 0 && needs_chmod)
    result = fchmod (fd, mode);
  if (result == 0)
    result = futimens (fd, times);
  int failure = result < 0 ? -errno : 0;
  if (close (fd) < 0 && failure == 0)
    failure = -errno; /* a network file system tells here that its disk is full */
  return number_result (env, failure);
}

void
add_at_functions (napi_env env, napi_value exports)
{
  static const struct function functions[] = {
    { "openat2", openat2_call },    { "mkdirat", mkdirat_call },     { "mknodat", mknodat_call },
    { "linkat", linkat_call },      { "symlinkat", symlinkat_call }, { "readlinkat", readlinkat_call },
    { "unlinkat", unlinkat_call },  { "renameat2", renameat2_call }, { "fchownat", fchownat_call },
    { "fchmodat", fchmodat_call },  { "utimensat", utimensat_call }, { "fstatat", fstatat_call },
    { "makeFile", make_file_call },
  };
  ADD_FUNCTIONS (env, exports, functions);
}

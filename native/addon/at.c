/* at.c - calls relative to a directory descriptor, for trees that are not trusted */
#include "addon/functions.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define OPEN_ATTEMPTS 32
/* fchmodat2(2), Linux 6.6: the same number on all architectures; older headers don't have it */
#define FCHMODAT2 452

/* openat2 (dirFd, path, flags, mode, resolve) */
static int64_t
run_openat2 (const union argument *a)
{
  struct open_how how = {
    .flags = (uint64_t) a[2].number | O_CLOEXEC,
    .mode = (uint64_t) a[3].number,
    .resolve = (uint64_t) a[4].number,
  };
  /* EAGAIN: something was renamed on the way, and the kernel can't vouch for the walk: openat2(2) */
  for (int attempt = 1;; attempt++)
    {
      long fd = syscall (SYS_openat2, (int) a[0].number, a[1].path, &how, sizeof how);
      if (fd >= 0 || attempt == OPEN_ATTEMPTS || (errno != EAGAIN && errno != EINTR))
        return fd;
    }
}

/* mkdirat (dirFd, path, mode) */
static int64_t
run_mkdirat (const union argument *a)
{
  return mkdirat ((int) a[0].number, a[1].path, (mode_t) a[2].number);
}

/* mknodat (dirFd, path, mode, major, minor) */
static int64_t
run_mknodat (const union argument *a)
{
  return mknodat ((int) a[0].number, a[1].path, (mode_t) a[2].number,
                  makedev ((unsigned) a[3].number, (unsigned) a[4].number));
}

/* linkat (oldDirFd, oldPath, newDirFd, newPath, flags) */
static int64_t
run_linkat (const union argument *a)
{
  return linkat ((int) a[0].number, a[1].path, (int) a[2].number, a[3].path, (int) a[4].number);
}

/* symlinkat (target, dirFd, path) */
static int64_t
run_symlinkat (const union argument *a)
{
  return symlinkat (a[0].path, (int) a[1].number, a[2].path);
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
static int64_t
run_unlinkat (const union argument *a)
{
  return unlinkat ((int) a[0].number, a[1].path, (int) a[2].number);
}

/* renameat2 (oldDirFd, oldPath, newDirFd, newPath, flags) */
static int64_t
run_renameat2 (const union argument *a)
{
  return renameat2 ((int) a[0].number, a[1].path, (int) a[2].number, a[3].path, (unsigned) a[4].number);
}

/* fchownat (dirFd, path, uid, gid, flags) */
static int64_t
run_fchownat (const union argument *a)
{
  return fchownat ((int) a[0].number, a[1].path, (uid_t) a[2].number, (gid_t) a[3].number, (int) a[4].number);
}

/*
 * fchmod (fd, mode): also of an O_PATH descriptor, which fchmod(2) refuses. There is no chmod by name: the
 * name may be somebody's symlink by then, and chmod(2) follows it. /proc/self/fd/N is the open file itself,
 * wherever it has been moved (Linux before 6.6).
 */
static int64_t
run_fchmod (const union argument *a)
{
  int fd = (int) a[0].number;
  mode_t mode = (mode_t) a[1].number;
  char path[64];
  int result = fchmod (fd, mode);
  if (result < 0 && errno == EBADF)
    result = (int) syscall (FCHMODAT2, fd, "", mode, AT_EMPTY_PATH);
  if (result < 0 && (errno == ENOSYS || errno == EPERM))
    {
      snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
      result = chmod (path, mode);
    }
  return result;
}

/* utimensat (dirFd, path, accessSeconds, accessNanoseconds, modifySeconds, modifyNanoseconds, flags) */
static int64_t
run_utimensat (const union argument *a)
{
  struct timespec times[2] = {
    { .tv_sec = a[2].number, .tv_nsec = a[3].number },
    { .tv_sec = a[4].number, .tv_nsec = a[5].number },
  };
  return utimensat ((int) a[0].number, a[1].path, times, (int) a[6].number);
}

/* fstatat (dirFd, path, flags): fourteen 64-bit numbers in the order that src/os/at.ts reads them */
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
    (double) status.st_ctim.tv_sec,  (double) status.st_ctim.tv_nsec,
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

static int
fill_file (int fd, const union argument *a)
{
  struct timespec modified = { .tv_sec = a[5].number, .tv_nsec = a[6].number };
  struct timespec times[2] = { modified, modified };
  if (write_all (fd, a[4].bytes) < 0)
    return -1;
  if (a[3].number && fchmod (fd, (mode_t) a[2].number) < 0)
    return -1;
  return futimens (fd, times);
}

/*
 * makeFile (dirFd, name, mode, chmod, content, modifySeconds, modifyNanoseconds): a new regular file, whole.
 * A layer has some ten thousand, and what a call from JavaScript and a walk to the name cost five times would
 * be a third of all its time. `chmod` is 1 where the mode is more than open(2) gives.
 */
static int64_t
run_make_file (const union argument *a)
{
  int fd = openat ((int) a[0].number, a[1].path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                   (mode_t) a[2].number & 0777);
  if (fd < 0)
    return -1;
  int result = fill_file (fd, a);
  int error = errno;
  if (close (fd) < 0 && result == 0)
    return -1; /* a network file system says only here that its disk is full */
  errno = error;
  return result;
}

const struct function AT_FUNCTIONS[] = {
  { .name = "openat2", .arguments = "npnnn", .run = run_openat2 },
  { .name = "mkdirat", .arguments = "npn", .run = run_mkdirat },
  { .name = "mknodat", .arguments = "npnnn", .run = run_mknodat },
  { .name = "linkat", .arguments = "npnpn", .run = run_linkat },
  { .name = "symlinkat", .arguments = "pnp", .run = run_symlinkat },
  { .name = "readlinkat", .callback = readlinkat_call },
  { .name = "unlinkat", .arguments = "npn", .run = run_unlinkat },
  { .name = "renameat2", .arguments = "npnpn", .run = run_renameat2 },
  { .name = "fchownat", .arguments = "npnnn", .run = run_fchownat },
  { .name = "fchmod", .arguments = "nn", .run = run_fchmod },
  { .name = "utimensat", .arguments = "npnnnnn", .run = run_utimensat },
  { .name = "fstatat", .callback = fstatat_call },
  { .name = "makeFile", .arguments = "npnnbnn", .run = run_make_file },
  { 0 },
};

#include "test/faults/calls.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

#define CALL(name) SYS_##name, #name

const struct call calls[] = {
  { CALL (write), WRITES, 0, -1, -1 },
  { CALL (pwrite64), WRITES, 0, -1, -1 },
  { CALL (writev), WRITES, 0, -1, -1 },
  { CALL (pwritev), WRITES, 0, -1, -1 },
  { CALL (pwritev2), WRITES, 0, -1, -1 },
  { CALL (sendfile), WRITES, 0, -1, -1 },
  { CALL (copy_file_range), WRITES, 2, -1, -1 },
  { CALL (splice), WRITES, 2, -1, -1 },
  { CALL (ftruncate), WRITES, 0, -1, -1 },
  { CALL (fallocate), WRITES, 0, -1, -1 },
  { CALL (truncate), WRITES, -1, 0, -1 },
  { CALL (fsync), FLUSHES, 0, -1, -1 },
  { CALL (fdatasync), FLUSHES, 0, -1, -1 },
  { CALL (syncfs), FLUSHES, 0, -1, -1 },
  { CALL (openat), OPENS, 0, 1, 2 },
  { CALL (openat2), OPENS, 0, 1, 2 },
  { CALL (mkdirat), NAMES, 0, 1, -1 },
  { CALL (mknodat), NAMES, 0, 1, -1 },
  { CALL (linkat), NAMES, 2, 3, -1 },
  { CALL (symlinkat), NAMES, 1, 2, -1 },
  { CALL (renameat2), NAMES, 2, 3, -1 },
  { CALL (unlinkat), REMOVES, 0, 1, -1 },
  { CALL (umount2), REMOVES, -1, 0, -1 },
  { CALL (mount), CHANGES, -1, 1, -1 },
  { CALL (move_mount), CHANGES, 2, 3, -1 },
  { CALL (fchmod), CHANGES, 0, -1, -1 },
  { CALL (fchmodat), CHANGES, 0, 1, -1 },
  { CALL (fchmodat2), CHANGES, 0, 1, -1 },
  { CALL (fchown), CHANGES, 0, -1, -1 },
  { CALL (fchownat), CHANGES, 0, 1, -1 },
  { CALL (utimensat), CHANGES, 0, 1, -1 },
  { CALL (setxattr), CHANGES, -1, 0, -1 },
  { CALL (lsetxattr), CHANGES, -1, 0, -1 },
  { CALL (fsetxattr), CHANGES, 0, -1, -1 },
  { CALL (removexattr), CHANGES, -1, 0, -1 },
  { CALL (fremovexattr), CHANGES, 0, -1, -1 },
#ifdef SYS_renameat
  { CALL (renameat), NAMES, 2, 3, -1 },
#endif
/* Calls that younger architectures do without. */
#ifdef SYS_open
  { CALL (open), OPENS, -1, 0, 1 },
  { CALL (creat), OPENS, -1, 0, -1 },
  { CALL (mkdir), NAMES, -1, 0, -1 },
  { CALL (mknod), NAMES, -1, 0, -1 },
  { CALL (link), NAMES, -1, 1, -1 },
  { CALL (symlink), NAMES, -1, 1, -1 },
  { CALL (rename), NAMES, -1, 1, -1 },
  { CALL (unlink), REMOVES, -1, 0, -1 },
  { CALL (rmdir), REMOVES, -1, 0, -1 },
  { CALL (chmod), CHANGES, -1, 0, -1 },
  { CALL (chown), CHANGES, -1, 0, -1 },
  { CALL (lchown), CHANGES, -1, 0, -1 },
  { CALL (utimes), CHANGES, -1, 0, -1 },
#endif
};
const size_t call_count = sizeof calls / sizeof *calls;

const struct call *
find_call (int number)
{
  for (size_t i = 0; i < call_count; i++)
    if (calls[i].number == number)
      return &calls[i];
  return NULL;
}

/* Bytes of another process's memory; how many there are up to SIZE. */
static ssize_t
read_memory (pid_t pid, uint64_t address, void *bytes, size_t size)
{
  struct iovec here = { bytes, size };
  struct iovec there = { (void *) (uintptr_t) address, size };
  return process_vm_readv (pid, &here, 1, &there, 1, 0);
}

/* A path in another process's memory: it may end just before a page that is not mapped. */
static bool
read_path (pid_t pid, uint64_t address, char path[PATH_MAX])
{
  size_t page = (size_t) sysconf (_SC_PAGESIZE);
  for (size_t length = 0; length < PATH_MAX;)
    {
      size_t piece = page - (address + length) % page;
      if (piece > PATH_MAX - length)
        piece = PATH_MAX - length;
      if (read_memory (pid, address + length, path + length, piece) != (ssize_t) piece)
        return false;
      if (memchr (path + length, '\0', piece))
        return true;
      length += piece;
    }
  return false;
}

/* Where a descriptor of a process leads; -1 (as AT_FDCWD) is its working directory. */
static bool
read_descriptor (pid_t pid, int fd, char path[PATH_MAX])
{
  char link[64];
  if (fd < 0)
    snprintf (link, sizeof link, "/proc/%d/cwd", pid);
  else
    snprintf (link, sizeof link, "/proc/%d/fd/%d", pid, fd);
  ssize_t length = readlink (link, path, PATH_MAX - 1);
  path[length < 0 ? 0 : length] = '\0';
  return path[0] == '/';
}

static bool
opens_to_change (const struct call *call, const struct seccomp_notif *notice)
{
  uint64_t flags = call->flags < 0 ? O_CREAT : notice->data.args[call->flags];
  struct open_how how = { .flags = 0 };
  if (call->number == SYS_openat2)
    flags = read_memory ((pid_t) notice->pid, flags, &how, sizeof how) == sizeof how ? how.flags : 0;
  return flags & (O_CREAT | O_TRUNC);
}

bool
changed_path (const struct call *call, const struct seccomp_notif *notice, char path[PATH_MAX])
{
  pid_t pid = (pid_t) notice->pid;
  int directory = call->directory < 0 ? -1 : (int) notice->data.args[call->directory];
  if (call->path < 0)
    return read_descriptor (pid, directory, path);
  if (call->effect == OPENS && !opens_to_change (call, notice))
    return false;
  char name[PATH_MAX];
  if (!read_path (pid, notice->data.args[call->path], name))
    return false;
  if (name[0] == '/')
    {
      strcpy (path, name);
      return true;
    }
  if (!read_descriptor (pid, directory, path))
    return false;
  size_t length = strlen (path);
  return (size_t) snprintf (path + length, PATH_MAX - length, "/%s", name) < PATH_MAX - length;
}

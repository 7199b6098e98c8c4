#include "launcher/namespace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/process-identity.h"
#include "common/read-text.h"
#include "common/unix-socket.h"
#include "launcher/diagnose.h"
#include "launcher/die.h"

int
open_user_namespace (pid_t pid, unsigned long long start_time)
{
  char path[48];
  snprintf (path, sizeof path, "/proc/%d/ns/user", (int) pid);
  autoclose int fd = open (path, O_RDONLY | O_CLOEXEC);
  int error = errno;

  /*
   * The start time is read after the opening: so the process that was opened is the one that has this start
   * time.
   */
  if (start_time == 0 || process_start_time (pid) != start_time)
    {
      errno = ESRCH;
      return -1;
    }
  errno = error;
  return take_fd (&fd);
}

int
keeper_namespace (const char *pid_file)
{
  char text[64];
  int pid;
  unsigned long long start_time;
  if (read_text (pid_file, text, sizeof text) > 0 && sscanf (text, "%d %llu", &pid, &start_time) == 2
      && pid > 0)
    return open_user_namespace (pid, start_time);
  errno = ESRCH;
  return -1;
}

static int
status_namespace (const char *status_file)
{
  char text[4096];
  int pid;
  unsigned long long start_time;
  if (read_text (status_file, text, sizeof text) <= 0)
    return -1;
  for (const char *line = text; line; line = strchr (line, '\n'))
    {
      line += *line == '\n';
      if (sscanf (line, "monitor %d %llu", &pid, &start_time) == 2 && pid > 0)
        return open_user_namespace (pid, start_time);
    }
  return -1;
}

int
monitor_namespace (const char *containers)
{
  int found = -1;
  DIR *directory = opendir (containers);
  if (!directory)
    return -1;
  for (struct dirent *entry; found < 0 && (entry = readdir (directory));)
    {
      char path[8192];
      if (entry->d_name[0] != '.'
          && (size_t) snprintf (path, sizeof path, "%s/%s/status", containers, entry->d_name) < sizeof path)
        found = status_namespace (path);
    }
  closedir (directory);
  return found;
}

int
listener_namespace (const char *path)
{
  struct ucred peer;
  socklen_t size = sizeof peer;
  /* while the connection stands, the pid is that of the process that listens */
  autoclose int fd = connect_to (path, SOCK_SEQPACKET);
  if (fd < 0 || getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.uid != geteuid ())
    return -1;
  return open_user_namespace (peer.pid, process_start_time (peer.pid));
}

bool
in_user_namespace (int namespace_fd)
{
  struct stat theirs, ours;
  return fstat (namespace_fd, &theirs) == 0 && stat ("/proc/self/ns/user", &ours) == 0
         && theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev;
}

static bool
in_first_namespace (void)
{
  char text[128];
  unsigned long inside, outside, count;
  return read_text ("/proc/self/uid_map", text, sizeof text)
         && sscanf (text, "%lu %lu %lu", &inside, &outside, &count) == 3 && inside == 0 && outside == 0
         && count == 4294967295UL;
}

static bool
has_capability (unsigned capability)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
  return syscall (SYS_capget, &header, data) == 0
         && (data[CAP_TO_INDEX (capability)].effective & CAP_TO_MASK (capability)) != 0;
}

bool
is_namespace_root (void)
{
  return geteuid () == 0 && !in_first_namespace () && has_capability (CAP_SYS_ADMIN);
}

/* Becomes the namespace's root where the caller's group is not the one that is mapped, as after newgrp(1). */
static void
become_root (void)
{
  if (getgid () != 0 && setresgid (0, 0, 0) < 0)
    die_errno ("taking group 0 in the user namespace");
  if (getuid () != 0 && setresuid (0, 0, 0) < 0)
    die_errno ("taking user 0 in the user namespace");
}

void
enter_user_namespace (int namespace_fd)
{
  if (in_user_namespace (namespace_fd))
    return;
  if (setns (namespace_fd, CLONE_NEWUSER) < 0)
    {
      if (errno == EPERM && !in_first_namespace ())
        die (LEAVE_NAMESPACE_FIRST);
      die_errno ("joining tspod's user namespace");
    }
  become_root ();
}

void
make_mount_namespace (void)
{
  char reason[512];
  if (unshare (CLONE_NEWNS) < 0)
    {
      if (errno == ENOSPC)
        die ("there are too many mount namespaces: type \"sudo sysctl -w user.max_mnt_namespaces=28633\"");
      diagnose_user_namespaces ("/proc/sys", "making a mount namespace", errno, reason, sizeof reason);
      die ("%s" SEE_DOCTOR, reason);
    }
  /*
   * Mounts that are made outside later (a USB stick, a home directory) are seen in here; mounts in here are
   * not seen outside.
   */
  if (mount (NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
    die_errno ("making the mounts of this call private");
}

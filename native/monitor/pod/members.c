#include "monitor/pod/members.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/process-identity.h"
#include "common/read-text.h"

void
members_open (struct members *members, const struct monitor *m)
{
  const char *lock = m->plan.end_when_free[0];
  const char *name = strrchr (lock, '/');
  char path[PATH_MAX];
  *members = (struct members) { .own = m->plan.store ? m->plan.store[0] : "" };
  const char *own_name = strrchr (members->own, '/');
  members->parent = own_name ? (int) (own_name - members->own) : 0;
  if (own_name && name
      && (size_t) snprintf (path, sizeof path, "%.*s/members", (int) (name - lock), lock) < sizeof path)
    members->notes = opendir (path);
}

bool
members_next (struct members *members, char *path, size_t size)
{
  for (struct dirent *entry; members->notes && (entry = readdir (members->notes));)
    {
      const char *id = entry->d_name;
      if (*id == '.' || strcmp (id, members->own + members->parent + 1) == 0)
        continue;
      members->id = id;
      if ((size_t) snprintf (path, size, "%.*s/%s", members->parent, members->own, id) < size)
        return true;
    }
  return false;
}

void
members_read_note (const struct members *members, char *text, size_t size)
{
  autoclose int fd = openat (dirfd (members->notes), members->id, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  ssize_t n = fd < 0 ? 0 : read (fd, text, size - 1);
  text[n > 0 ? n : 0] = '\0';
}

/* Its start time is read after the open, so that a later process of the same pid isn't taken for it. */
int
member_open_process (const char *directory, const char *key)
{
  char path[PATH_MAX], text[4096], begin[32];
  int pid;
  unsigned long long start;
  if ((size_t) snprintf (path, sizeof path, "%s/status", directory) >= sizeof path
      || read_text (path, text, sizeof text) <= 0)
    return -1;
  snprintf (begin, sizeof begin, "\n%s ", key);
  const char *line = strstr (text, begin);
  if (!line || sscanf (line + strlen (begin), "%d %llu", &pid, &start) != 2 || pid <= 0)
    return -1;
  int fd = (int) syscall (SYS_pidfd_open, pid, 0);
  if (fd >= 0 && process_start_time (pid) == start)
    return fd;
  close_descriptor (&fd);
  return -1;
}

void
members_close (struct members *members)
{
  if (members->notes)
    closedir (members->notes);
  members->notes = NULL;
}

/* A monitor removes its status file when it has written the exit file: one that is there lost its monitor. */
static bool
lost_its_monitor (const char *directory)
{
  char path[PATH_MAX];
  return (size_t) snprintf (path, sizeof path, "%s/status", directory) < sizeof path
         && access (path, F_OK) == 0;
}

/* The code in its exit file; -1: it has none, so it never ran, or is gone. */
static int
exit_code (const char *directory)
{
  char path[PATH_MAX], text[512];
  int code;
  if ((size_t) snprintf (path, sizeof path, "%s/exit", directory) >= sizeof path
      || read_text (path, text, sizeof text) <= 0)
    return -1;
  const char *line = strstr (text, "\ncode ");
  return line && sscanf (line, "\ncode %d", &code) == 1 ? code : -1;
}

bool
members_have_failed (const struct monitor *m, bool all)
{
  struct members members;
  char path[PATH_MAX];
  size_t ended = 0, failed = 0;
  members_open (&members, m);
  while (members_next (&members, path, sizeof path))
    {
      bool lost = lost_its_monitor (path);
      int code = exit_code (path);
      if (code < 0 && !lost)
        continue;
      ended++;
      failed += lost || code != 0;
    }
  members_close (&members);
  return failed > 0 && (!all || failed == ended);
}

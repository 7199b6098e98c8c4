#include "monitor/processes/members.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
      if ((size_t) snprintf (path, size, "%.*s/%s", members->parent, members->own, id) < size)
        return true;
    }
  return false;
}

void
members_close (struct members *members)
{
  if (members->notes)
    closedir (members->notes);
  members->notes = NULL;
}

/* A monitor removes its status file once it has written the exit file: where both are there, it was killed. */
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

#include "monitor/facts/name.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/read-text.h"

void
name_now (const struct monitor *m, char name[NAME_SIZE])
{
  char path[64];
  *name = '\0';
  if (!m->plan.store)
    return;
  /* by its descriptor, since with --rm the directory has been moved */
  snprintf (path, sizeof path, "/proc/self/fd/%d/name", m->store_fd);
  if (read_text (path, name, NAME_SIZE) > 0)
    name[strcspn (name, "\n")] = '\0';
  if (!*name)
    snprintf (name, NAME_SIZE, "%s", m->plan.store[2]);
}

static bool
leads_to (const char *link, const char *id)
{
  char target[PATH_MAX];
  ssize_t size = readlink (link, target, sizeof target - 1);
  if (size < 0)
    return false;
  target[size] = '\0';
  const char *slash = strrchr (target, '/');
  return strcmp (slash ? slash + 1 : target, id) == 0;
}

int
name_remove (const struct monitor *m, const char *directory)
{
  char name[NAME_SIZE], path[PATH_MAX];
  name_now (m, name);
  if ((size_t) snprintf (path, sizeof path, "%s/%s", directory, name) >= sizeof path)
    {
      errno = ENAMETOOLONG;
      return -1;
    }
  return leads_to (path, m->plan.id) ? unlink (path) : 0;
}

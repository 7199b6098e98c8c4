#include "launcher/runtime-directory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* stat, not lstat: XDG_RUNTIME_DIR itself may be a symlink; the owner of its target counts. */
static bool
owned_directory (const char *path, uid_t owner)
{
  struct stat status;
  return stat (path, &status) == 0 && S_ISDIR (status.st_mode) && status.st_uid == owner;
}

void
choose_runtime_directory (const struct runtime_roots *roots, uid_t owner, unsigned long id,
                          char path[PATH_MAX])
{
  char parent[PATH_MAX];
  if (roots->xdg && roots->xdg[0] == '/' && owned_directory (roots->xdg, owner)
      && (size_t) snprintf (path, PATH_MAX, "%s/tspod", roots->xdg) < PATH_MAX)
    return;
  snprintf (parent, sizeof parent, "%s/%lu", roots->run, id);
  if (owned_directory (parent, owner) && (size_t) snprintf (path, PATH_MAX, "%s/tspod", parent) < PATH_MAX)
    return;
  snprintf (path, PATH_MAX, "%s/tspod-%lu", roots->tmp, id);
}

bool
ensure_runtime_directory (const char *path, uid_t owner, char *text, size_t size)
{
  struct stat status;
  if (mkdir (path, 0700) < 0 && errno != EEXIST)
    {
      snprintf (text, size,
                "making the runtime directory \"%s\": %s: set XDG_RUNTIME_DIR to a directory of yours", path,
                strerror (errno));
      return false;
    }
  /* lstat, not stat: in /tmp another user could have put a symlink there first. */
  if (lstat (path, &status) < 0)
    {
      snprintf (text, size, "runtime directory \"%s\": %s", path, strerror (errno));
      return false;
    }
  if (S_ISDIR (status.st_mode) && status.st_uid == owner && (status.st_mode & 022) == 0)
    return true;
  snprintf (
      text, size,
      "\"%s\" is not a directory of yours that only you can write to: remove it, or set XDG_RUNTIME_DIR to a "
      "directory of yours",
      path);
  return false;
}

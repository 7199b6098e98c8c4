#include "launcher/home-directory.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

bool
find_home_directory (const char *passwd, uid_t uid, char *home, size_t size)
{
  struct passwd *entry;
  bool found = false;
  FILE *file = fopen (passwd, "re");
  if (!file)
    return false;
  while (!found && (entry = fgetpwent (file)))
    if (entry->pw_uid == uid && entry->pw_dir[0] == '/')
      found = snprintf (home, size, "%s", entry->pw_dir) < (int) size;
  fclose (file);
  return found;
}

#include "launcher/directory-service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/run-program.h"
#include "launcher/text.h"

void
ask_user_name (uid_t uid, char *name, size_t size)
{
  char *getent = find_program ("getent", NULL);
  char output[1024];
  name[0] = '\0';
  if (!getent)
    return;
  char *argv[] = { getent, format_text ("passwd"), format_text ("%u", uid), NULL };
  if (finish_program (start_program (argv), output, sizeof output))
    snprintf (name, size, "%.*s", (int) strcspn (output, ":"), output);
}

static bool
has_service (const char *path)
{
  char *text = NULL;
  size_t size = 0;
  bool found = false;
  FILE *file = fopen (path, "re");
  if (!file)
    return false;
  while (!found && getline (&text, &size, file) >= 0)
    found = strncmp (text, "subid:", 6) == 0;
  free (text);
  fclose (file);
  return found;
}

void
add_getsubids_line (const char *line, unsigned long taken, struct ranges *ranges)
{
  struct range range;
  if (sscanf (line, "%*u: %*s %lu %lu", &range.start, &range.count) == 2 && range.count > 0)
    add_range (ranges, range, taken);
}

void
ask_subordinate_ids (const char *user, bool groups, unsigned long taken, struct ranges *ranges)
{
  char *getsubids = has_service ("/etc/nsswitch.conf") ? find_program ("getsubids", NULL) : NULL;
  char output[4096];
  if (!getsubids || *user == '\0' || ranges->count > 0)
    return;
  char *name = format_text ("%s", user), *group_flag = format_text ("-g");
  char *argv[] = { getsubids, groups ? group_flag : name, groups ? name : NULL, NULL };
  if (!finish_program (start_program (argv), output, sizeof output))
    return;
  /* finish_program() has made one line of the output: the next entry begins behind the fourth word. */
  for (const char *entry = output; entry && *entry != '\0';)
    {
      add_getsubids_line (entry, taken, ranges);
      for (int words = 0; words < 4 && entry; words++)
        if ((entry = strchr (entry, ' ')))
          entry++;
    }
}

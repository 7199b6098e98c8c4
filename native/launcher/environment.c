#include "launcher/environment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/die.h"
#include "launcher/text.h"
#include "protocol.h"

static bool
starts_with (const char *text, const char *start)
{
  return strncmp (text, start, strlen (start)) == 0;
}

void
add_to_environment (struct environment *environment, char *entry)
{
  environment->entries[environment->count++] = entry;
  environment->entries[environment->count] = NULL;
}

struct environment
copy_environment (char **environ_entries, size_t more)
{
  size_t count = 0;
  while (environ_entries[count])
    count++;
  struct environment copy = { .entries = calloc (count + more + 1, sizeof *copy.entries) };
  if (!copy.entries)
    die ("out of memory");
  for (size_t i = 0; i < count; i++)
    if (starts_with (environ_entries[i], "NODE_OPTIONS="))
      add_to_environment (&copy, format_text ("%s%s", ENV_NODE_OPTIONS, strchr (environ_entries[i], '=')));
    else if (!starts_with (environ_entries[i], ENV_PREFIX) && strcmp (environ_entries[i], "HOME=") != 0)
      add_to_environment (&copy, environ_entries[i]);
  return copy;
}

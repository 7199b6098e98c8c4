#include "launcher/traced.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/die.h"
#include "launcher/text.h"

/* Returns the flag's value; NULL where it is not given. */
static const char *
flag_value (char **argv)
{
  static const char flag[] = "--trace";
  size_t length = sizeof flag - 1;
  bool after_flag = false;
  for (char **word = argv; *word && *++word && (**word == '-' || after_flag);)
    {
      if (strcmp (*word, flag) == 0)
        return word[1];
      if (strncmp (*word, flag, length) == 0 && (*word)[length] == '=')
        return *word + length + 1;
      after_flag = **word == '-' && !strchr (*word, '=');
    }
  return NULL;
}

char *
trace_file (char **argv)
{
  char directory[PATH_MAX];
  const char *path = flag_value (argv);
  if (!path)
    path = getenv ("TSPOD_TRACE");
  if (!path || *path == '\0')
    return NULL;
  if (*path == '/')
    return format_text ("%s", path);
  if (!getcwd (directory, sizeof directory))
    die_errno ("finding the current directory, for the trace \"%s\"", path);
  return format_text ("%s/%s", directory, path);
}

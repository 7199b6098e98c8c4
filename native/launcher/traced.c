#include "launcher/traced.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/die.h"
#include "launcher/text.h"

/* Whether the word is a flag whose value is the next word, as far as the launcher knows global flags. */
static bool
takes_next (const char *word)
{
  static const char *const switches[] = { "--debug",           "--help",   "--noout", "--remote", "--syslog",
                                          "--transient-store", "--version" };
  size_t length = strlen (word);
  if (*word != '-' || strchr (word, '='))
    return false;
  if (word[1] != '-') /* letters: --connection's is the only one with a value */
    return word[length - 1] == 'c';
  for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
    if (strcmp (word, switches[i]) == 0)
      return false;
  return true;
}

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
      after_flag = takes_next (*word);
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

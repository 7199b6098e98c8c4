/* tap.h - tests print the Test Anything Protocol: https://testanything.org */
#ifndef TSPOD_TAP_H
#define TSPOD_TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for the path of a temporary file. */
#define TEMPORARY_SIZE 200

static int tap_count, tap_failures;

static inline void
ok (bool good, const char *name)
{
  tap_failures += !good;
  printf ("%sok %d - %s\n", good ? "" : "not ", ++tap_count, name);
}

static inline void
is_text (const char *found, const char *expected, const char *name)
{
  bool good = strcmp (found, expected) == 0;
  ok (good, name);
  if (!good)
    printf ("# found:    \"%s\"\n# expected: \"%s\"\n", found, expected);
}

static inline void
is_number (long long found, long long expected, const char *name)
{
  ok (found == expected, name);
  if (found != expected)
    printf ("# found:    %lld\n# expected: %lld\n", found, expected);
}

/* A template for mkstemp() or mkdtemp(), in the directory that the runner of the tests empties afterwards. */
static inline char *
temporary_template (char path[TEMPORARY_SIZE])
{
  const char *directory = getenv ("TMPDIR");
  snprintf (path, TEMPORARY_SIZE, "%s/tspod-test-XXXXXX", directory ? directory : "/tmp");
  return path;
}

/* What main() returns: the plan, and whether all went well. */
static inline int
done_testing (void)
{
  printf ("1..%d\n", tap_count);
  return tap_failures != 0;
}

#endif
